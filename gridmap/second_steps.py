"""One-time codes that an app makes (RFC 6238), recovery codes, and the promise between the two steps of a sign-in."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import unicodedata

import pyotp

from gridmap.sealing import Seal
from gridmap.tables import Account

STEP_S = 30
DRIFT_STEPS = 1
"""A clock may be so many steps off (RFC 6238, 5.2)."""
DIGITS = 6
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
"""80 random bits: no slow hash is needed to keep them."""
PROMISE_LASTS = dt.timedelta(minutes=5)


def new_secret() -> str:
    """Return a new secret of 160 bits in base32, as RFC 4226 (4, R6) recommends."""
    return pyotp.random_base32()


def code_at(secret: str, step: int) -> str:
    """Return the code of a step."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S).generate_otp(step)


def step_of(now: dt.datetime) -> int:
    """Return the number of a moment's step since 1970."""
    return int(now.timestamp()) // STEP_S


def plain(typed: str) -> str:
    """Return what was typed without the gaps in which codes are shown; the wide digits of a Chinese keyboard count."""
    return "".join(unicodedata.normalize("NFKC", typed).replace("-", "").split())


def fitting_step(secret: str, typed: str, last_step: int | None, now: dt.datetime) -> int | None:
    """Return the step whose code was typed, None when it is wrong or was used; an older one counts as used."""
    code, here = plain(typed).encode(errors="replace"), step_of(now)
    steps = range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1)
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), code)]
    return next((step for step in found if last_step is None or step > last_step), None)


def address(secret: str, account_id: str, city: str) -> str:
    """Return what a QR code tells an app: otpauth://totp/CITY:ACCOUNT?secret=..."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S)
    return totp.provisioning_uri(name=account_id, issuer_name=city)


def in_fours(text: str) -> str:
    """Return a long code in groups of four, as a person reads it."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def new_recovery_codes() -> tuple[str, ...]:
    """Return new recovery codes, each to be used once."""
    made = (base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES))
    return tuple(in_fours(code.lower()).replace(" ", "-") for code in made)


def recovery_digest(account_id: str, typed: str) -> str:
    """Return what is kept of an account's recovery code."""
    return hashlib.sha256(f"{account_id}\0{plain(typed).lower()}".encode(errors="replace")).hexdigest()


def promise(seal: Seal, account: Account | None, now: dt.datetime) -> str:
    """Return what a browser brings back with its code; good for the account if there is one.

    Nobody without the key of the workspace can tell a good one from one that is good for nothing, so that who failed
    the first step does not learn so from it. A new password ends it.
    """
    at, nonce = int(now.timestamp()), secrets.token_hex(16)
    sealed = secrets.token_hex(32) if account is None else _sealed(seal, account, at, nonce)
    return f"{at}.{nonce}.{sealed}"


def keeps(promised: str, seal: Seal, account: Account, now: dt.datetime) -> bool:
    """Say whether a promise is ours, good for the account, and not too old."""
    at, _, rest = promised.partition(".")
    nonce, _, sealed = rest.partition(".")
    if not (at.isascii() and at.isdecimal() and len(at) < 12):
        return False
    age = now - dt.datetime.fromtimestamp(int(at), dt.UTC)
    right = hmac.compare_digest(sealed.encode(errors="replace"), _sealed(seal, account, int(at), nonce).encode())
    return right and dt.timedelta(seconds=-1) < age < PROMISE_LASTS


def _sealed(seal: Seal, account: Account, at: int, nonce: str) -> str:
    password_at = account.password_at.astimezone(dt.UTC).isoformat()
    return seal.digest(
        "second step", {"account": account.account_id, "password_at": password_at, "at": at, "nonce": nonce}
    )
