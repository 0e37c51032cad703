"""Which part of a long list a page shows, and the addresses of the parts before and after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Slice:
    """Which rows of a list are shown: so many from `offset` on, of `total`."""

    total: int
    offset: int
    limit: int
    asked: Mapping[str, str] = field(default_factory=dict)
    """The filters, as they stand in the address."""

    def at(self, offset: int) -> str:
        """Return the query of the rows from another offset on."""
        return urlencode(
            {**{name: value for name, value in self.asked.items() if value}, "limit": self.limit, "offset": offset}
        )

    @property
    def before(self) -> str | None:
        """Return the query of the rows before these, None at the beginning."""
        return self.at(max(0, self.offset - self.limit)) if self.offset else None

    @property
    def after(self) -> str | None:
        """Return the query of the rows after these, None at the end."""
        return self.at(self.offset + self.limit) if self.offset + self.limit < self.total else None
