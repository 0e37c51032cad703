"""Links that let somebody in once: made and kept by the running service alone, and gone when it stops."""

import secrets
from dataclasses import dataclass
from urllib.parse import quote

PATH = "/enter.html"


@dataclass(frozen=True)
class Entrance:
    """Whom a link lets in, and to which of our pages."""

    account_id: str
    then: str


class Links:
    """The links that were not followed yet."""

    def __init__(self) -> None:
        self._kept: dict[str, Entrance] = {}

    def make(self, account_id: str, then: str = "/") -> str:
        """Return the path and query of a new link; `then` is a path of ours."""
        key = secrets.token_urlsafe(32)
        self._kept[key] = Entrance(account_id, then)
        return f"{PATH}?key={quote(key)}"

    def take(self, key: str) -> Entrance | None:
        """Return whom a link lets in and forget it; None when it was followed before, or is none of ours."""
        return self._kept.pop(key, None)
