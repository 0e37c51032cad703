"""Settings of a running Gridmap, read from environment variables that start with GRIDMAP_."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr

from gridmap.tables import AccountRules, RetentionRules


class Settings(AccountRules, RetentionRules):
    """What an operator may set; docs/settings.md lists the same names."""

    database_url: Annotated[
        str | None, Field(description="PostgreSQL with PostGIS, as postgresql://user@host/name; a file without it")
    ] = None
    time_limit_s: Annotated[
        float | None, Field(gt=0, description="stop the pairing engine after so long and say 'not proven'")
    ] = None
    key_file: Annotated[
        Path | None, Field(description="key of the audit log and of sessions; DIR/secret.key without it")
    ] = None
    envelope_file: Annotated[
        Path | None,
        Field(description="key that opens the encrypted columns; best on another disk; DIR/envelope.key without it"),
    ] = None
    audit_days: Annotated[
        int, Field(ge=183, description="days that a line of the audit log is kept at least; 183 is the least allowed")
    ] = 183

    requests_account: Annotated[int, Field(ge=1, description="requests a minute from one account")] = 1200
    requests_source: Annotated[
        int, Field(ge=1, description="requests a minute from one address; an office may share one")
    ] = 6000
    requests_sign_in: Annotated[int, Field(ge=1, description="attempts to sign in a minute from one address")] = 30
    oidc_issuer: Annotated[
        str | None, Field(max_length=500, description="OpenID provider that people may sign in by; needs gridmap[oidc]")
    ] = None
    oidc_client_id: Annotated[str | None, Field(description="as whom the provider knows this Gridmap")] = None
    oidc_client_secret: Annotated[SecretStr | None, Field(description="what the provider gave it to prove that")] = None
    oidc_redirect: Annotated[
        str | None, Field(description="address of /openid-back.html as browsers see it; by the request without")
    ] = None
    request_log: Annotated[bool, Field(description="a line on standard error for each answer")] = False

    def account_rules(self) -> AccountRules:
        """Return how passwords, failures and sessions are treated."""
        return AccountRules.model_validate(self.model_dump(include=set(AccountRules.model_fields)))

    def retention_rules(self) -> RetentionRules:
        """Return for how long what is personal is kept."""
        return RetentionRules.model_validate(self.model_dump(include=set(RetentionRules.model_fields)))


def _variables() -> dict[str, str]:
    return {name: f"GRIDMAP_{name.upper()}" for name in Settings.model_fields}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment; empty variables count as absent."""
    names = _variables()
    return Settings.model_validate({name: environment[key] for name, key in names.items() if environment.get(key)})


def in_force(environment: Mapping[str, str] = os.environ) -> list[dict[str, Any]]:
    """Return name, variable, value and source of each setting; who signs in to the database is left out."""
    found = read_settings(environment).model_dump(mode="json")
    return [
        {
            "name": name,
            "variable": variable,
            "value": _without_password(found[name]) if name == "database_url" else found[name],
            "source": "environment" if environment.get(variable) else "default",
        }
        for name, variable in _variables().items()
    ]


def _without_password(address: str | None) -> str | None:
    """Return the address of a database without name, password and options, which may hold one."""
    return address and re.sub(r"//.*@", "//", address.partition("?")[0])
