"""Settings of a running Gridmap, read from environment variables that start with GRIDMAP_."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from gridmap.tables import AccountRules


class Settings(AccountRules):
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
    request_log: Annotated[bool, Field(description="a line on standard error for each answer")] = False

    def account_rules(self) -> AccountRules:
        """Return how passwords, failures and sessions are treated."""
        return AccountRules.model_validate(self.model_dump(include=set(AccountRules.model_fields)))


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment; empty variables count as absent."""
    names = {name: f"GRIDMAP_{name.upper()}" for name in Settings.model_fields}
    return Settings.model_validate({name: environment[key] for name, key in names.items() if environment.get(key)})
