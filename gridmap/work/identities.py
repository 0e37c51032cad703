"""Say which account somebody is whom an OpenID provider vouches for: no account is made, an administrator links one."""

import datetime as dt
import hashlib

import pandas as pd

from gridmap.errors import AccountError
from gridmap.phrases import say
from gridmap.store import Store
from gridmap.tables import Identity
from gridmap.work.accounts import end_sessions, known
from gridmap.work.keeping import one, put

MOST_SUBJECT = 255
"""OpenID Connect Core 1.0, 2: a subject has no more characters."""


def identity_id(issuer: str, subject: str) -> str:
    """Return the key of an identity: only issuer and subject together name a person."""
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()


def identities_of(store: Store) -> pd.DataFrame:
    """Return every link between an identity and an account."""
    with store.transaction() as transaction:
        return transaction.read(Identity)


def link(store: Store, account_id: str, issuer: str, subject: str, *, actor: str) -> Identity:
    """Let whom a provider calls so in as an account.

    Raises:
        AccountError: no such account, or it has ended; or the identity is linked to one already.
    """
    key = identity_id(issuer, subject)
    with store.transaction(write=True) as transaction:
        if known(transaction, account_id).ended_at is not None:
            raise AccountError(say("account.over", name=account_id))
        if not 0 < len(subject) <= MOST_SUBJECT:
            raise AccountError(say("openid.subject", most=MOST_SUBJECT))
        before = one(transaction, Identity, identity_id=key)
        if before is not None:
            raise AccountError(say("openid.linked", name=before.account_id))
        made = Identity(
            identity_id=key, account_id=account_id, issuer=issuer, subject=subject, made_by=actor[:80],
            made_at=dt.datetime.now(dt.UTC),
        )  # fmt: skip
        return put(transaction, made)


def unlink(store: Store, key: str) -> None:
    """Let an identity in no more and sign its account out; raise AccountError when it is linked to no account."""
    with store.transaction(write=True) as transaction:
        found = one(transaction, Identity, identity_id=key)
        if found is None:
            raise AccountError(say("openid.missing"))
        transaction.delete(Identity, identity_id=[key])
        end_sessions(transaction, found.account_id)
