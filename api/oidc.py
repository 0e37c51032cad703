"""Sign in by an OpenID provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1).

Nothing is asked of the provider before somebody follows the button. What belongs to one way there and back is kept by
the browser in a cookie that we seal, so that any of several processes may answer the way back.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from api.settings import Settings
from gridmap.errors import Problem, SettingsError
from gridmap.phrases import Said, say
from gridmap.sealing import Seal

COOKIE = "gridmap_openid"
BACK = "/openid-back.html"
JOURNEY_S = 600
TIMEOUT_S = 5
LEEWAY_S = 30
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key pair; with a shared secret or none at all anybody who knows it could vouch for anybody."""

_NEEDED = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NotVouched(Exception):  # noqa: N818  the name says the state
    """The provider does not vouch for whoever came back; the message names the step that failed, no value."""


class ProviderAway(NotVouched):
    """The provider does not answer, or not as one."""


@dataclass(frozen=True)
class Provider:
    """Who vouches for people, and as whom we ask."""

    issuer: str
    client_id: str
    client_secret: str
    redirect: str | None


@dataclass(frozen=True)
class Journey:
    """One way to the provider and back."""

    state: str
    nonce: str
    verifier: str
    then: str
    lang: str
    began_at: int


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that is set up, None when none is; asks nobody.

    Raises:
        SettingsError: a setting is missing or unsafe, or the extra is not installed.
    """
    secret = settings.oidc_client_secret
    values = (settings.oidc_issuer, settings.oidc_client_id, secret.get_secret_value() if secret else None)
    missing = [_variable(name) for name, value in zip(_NEEDED, values, strict=True) if not value]
    if len(missing) == len(_NEEDED):
        return None
    issuer, client_id, client_secret = (value or "" for value in values)
    addresses = {"oidc_issuer": issuer, "oidc_redirect": settings.oidc_redirect or ""}
    problems = [_problem(missing[0], say("openid.half", names=missing))] if missing else []
    problems += [
        _problem(_variable(name), say("openid.https", name=_variable(name), value=value))
        for name, value in addresses.items()
        if value and not _safe(value)
    ]
    if find_spec("authlib") is None:
        problems.append(_problem("GRIDMAP_OIDC_ISSUER", say("openid.extra")))
    if problems:
        raise SettingsError(problems)
    return Provider(issuer, client_id, client_secret, settings.oidc_redirect)


def _variable(name: str) -> str:
    return f"GRIDMAP_{name.upper()}"


def _problem(variable: str, said: Said) -> Problem:
    return Problem("environment", None, variable, "settings.openid", said)


def _safe(address: str) -> bool:
    """Say whether an address is told to nobody on the way: HTTPS, or this computer itself."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def seal_journey(journey: Journey, seal: Seal) -> str:
    """Return what the cookie holds."""
    body = base64.urlsafe_b64encode(json.dumps(asdict(journey)).encode()).decode()
    return f"{body}.{_signature(body, seal)}"


def read_journey(value: str, seal: Seal) -> Journey:
    """Return the way that a cookie of ours holds; raise NotVouched when it is none, or too old."""
    body, _, signature = value.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, seal).encode()):
        raise NotVouched("cookie")
    journey = Journey(**json.loads(base64.urlsafe_b64decode(body)))
    if not 0 <= time.time() - journey.began_at < JOURNEY_S:
        raise NotVouched("too late")
    return journey


def _signature(body: str, seal: Seal) -> str:
    return hmac.new(seal.derived("openid"), body.encode(), hashlib.sha256).hexdigest()


def set_out(provider: Provider, redirect: str, *, then: str, lang: str) -> tuple[str, Journey]:
    """Return the address at the provider to go to, and what to keep until somebody is back.

    Raises:
        ProviderAway: the provider does not answer.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    facts = _facts(provider)
    with _client(provider, redirect) as client:
        address, _ = client.create_authorization_url(
            _endpoint(facts, "authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier
        )
    return address, Journey(state, nonce, verifier, then, lang, int(time.time()))


def come_back(provider: Provider, redirect: str, journey: Journey, told: Mapping[str, str]) -> str:
    """Return whom the provider vouches for: the subject of its ID token.

    Raises:
        NotVouched: it does not, or not for this way.
        ProviderAway: it does not answer.
    """
    if not hmac.compare_digest(told.get("state", "").encode(), journey.state.encode()):
        raise NotVouched("state")
    if told.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise NotVouched("issuer")
    if "error" in told or not told.get("code"):
        raise NotVouched("refused by the provider")
    facts = _facts(provider)
    token = _fetch_token(provider, redirect, _endpoint(facts, "token_endpoint"), journey, told["code"])
    return _subject(provider, token, _get(_endpoint(facts, "jwks_uri")), journey.nonce)


def _client(provider: Provider, redirect: str) -> Any:  # noqa: ANN401  the extra is loaded where it is used
    from authlib.integrations.requests_client import OAuth2Session

    client = OAuth2Session(
        provider.client_id, provider.client_secret, scope="openid", redirect_uri=redirect, code_challenge_method="S256"
    )
    client.max_redirects = 0
    return client


def _get(address: str) -> dict[str, Any]:
    import requests

    try:
        answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        found = answer.json() if answer.ok else None
    except (requests.RequestException, ValueError) as error:
        raise ProviderAway(f"no answer: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise ProviderAway("no answer: not JSON")
    return found


def _facts(provider: Provider) -> dict[str, Any]:
    """Return what a provider says of itself (OpenID Connect Discovery 1.0, 4)."""
    facts = _get(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if facts.get("issuer") != provider.issuer:
        raise NotVouched("issuer of the discovery")
    return facts


def _endpoint(facts: Mapping[str, Any], name: str) -> str:
    found = facts.get(name)
    if not isinstance(found, str) or not _safe(found):
        raise NotVouched(f"{name} is missing or not HTTPS")
    return found


def _fetch_token(provider: Provider, redirect: str, address: str, journey: Journey, code: str) -> dict[str, Any]:
    import requests
    from authlib.common.errors import AuthlibBaseError

    try:
        with _client(provider, redirect) as client:
            found: dict[str, Any] = client.fetch_token(
                address, code=code, code_verifier=journey.verifier, timeout=TIMEOUT_S
            )
    except requests.RequestException as error:
        raise ProviderAway(f"no answer: {type(error).__name__}") from error
    except (AuthlibBaseError, ValueError) as error:
        raise NotVouched("code") from error
    return found


def _subject(provider: Provider, token: Mapping[str, Any], keys: Mapping[str, Any], nonce: str) -> str:
    """Return the subject of an ID token whose signature and claims hold (OpenID Connect Core 1.0, 3.1.3.7)."""
    from authlib.common.errors import AuthlibBaseError
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        read = jwt.decode(str(token["id_token"]), KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
        }
        params = {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, options, params)
        claims.validate(leeway=LEEWAY_S)
    except (JoseError, AuthlibBaseError) as error:
        raise NotVouched(f"ID token: {getattr(error, 'error', type(error).__name__)}") from error
    except (KeyError, ValueError, TypeError) as error:
        raise NotVouched("ID token") from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise NotVouched("ID token: subject")
    return subject
