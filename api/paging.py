"""Pages of a list: limit and offset with bounds, and links to the next and the previous one (RFC 8288)."""

from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
from fastapi import Depends, Query, Request
from starlette.datastructures import URL

MOST_ROWS = 10_000
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="so many rows are passed over")]


@dataclass
class Paging:
    """Which rows of a list are asked for; after `cut`, `headers` lead to the others."""

    url: URL
    limit: int | None
    offset: int

    def cut(self, rows: Any) -> tuple[Any, dict[str, str]]:  # noqa: ANN401  a list or a frame, and the same comes back
        """Return the rows of the page, and the headers that say how many there are and where the others are."""
        end = len(rows) if self.limit is None else self.offset + self.limit
        links = []
        if end < len(rows):
            links.append(self._link("next", end))
        if self.offset and self.limit is not None:
            links.append(self._link("prev", max(0, self.offset - self.limit)))
        shown = rows.iloc[self.offset : end] if isinstance(rows, pd.DataFrame) else rows[self.offset : end]
        return shown, {"X-Total-Count": str(len(rows)), **({"Link": ", ".join(links)} if links else {})}

    def _link(self, rel: str, offset: int) -> str:
        found = self.url.include_query_params(limit=self.limit, offset=offset)
        # a path of our own: what stands before it a proxy may have changed
        return f'<{found.path}?{found.query}>; rel="{rel}"'


def _page(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=1000, description="most rows of the answer")] = 100,
    offset: Offset = 0,
) -> Paging:
    return Paging(request.url, limit, offset)


def _part(
    request: Request,
    limit: Annotated[int | None, Query(ge=1, le=MOST_ROWS, description="most rows of the answer; all without")] = None,
    offset: Offset = 0,
) -> Paging:
    return Paging(request.url, limit, offset)


PageDep = Annotated[Paging, Depends(_page)]
PartDep = Annotated[Paging, Depends(_part)]
