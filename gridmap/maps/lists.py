"""The lists of households, members and areas: a filter, a part of the rows, masked, and the download."""

from typing import Any

import pandas as pd

from gridmap.listing import Listed
from gridmap.maps import records
from gridmap.maps.pages import render
from gridmap.maps.parts import Slice
from gridmap.maps.view import MapView
from gridmap.maps.words import Lang
from gridmap.tables import CareLevel, HouseholdStatus, Level, MemberStatus, Role

Record = dict[str, Any]
CHOICES: dict[Listed, dict[str, tuple[str, ...]]] = {
    Listed.HOUSEHOLDS: {
        "care_level": tuple(CareLevel),
        "named": ("true", "false"),
        "status": tuple(HouseholdStatus),
        "lawful": ("true", "false"),
    },
    Listed.MEMBERS: {"role": tuple(Role), "status": tuple(MemberStatus)},
    Listed.AREAS: {"level": tuple(Level), "gaps": ("true", "false")},
}
"""What each list is narrowed by beside the community, and the values of each filter."""


def list_page(
    view: MapView, listed: Listed, rows: pd.DataFrame, part: Slice, *, lang: Lang = "zh", assets: str = "assets"
) -> str:
    """Draw a part of a list; `rows` are those of the part."""
    communities = view.level(Level.COMMUNITY)
    return render(
        view, "lists", lang, assets, file=listed, query=part.at(part.offset), skip_to="main", skip_text="nav.skip_main",
        nav="households", listed=str(listed), lists=tuple(Listed), part=part, choices=CHOICES[listed],
        communities=list(zip(records.texts(communities, "community_id"), records.texts(communities, "name"),
                             strict=True)),
        rows=_rows(view, listed, rows), explains=view.opens is None or "worth" in view.opens,
    )  # fmt: skip


def _rows(view: MapView, listed: Listed, rows: pd.DataFrame) -> list[Record]:
    if listed is Listed.HOUSEHOLDS:
        own = view.household_coverage
        where = own[["household_id", "compound_id"]] if "compound_id" in own else rows[["household_id"]]
        rows = rows.assign(home=records.homes(view, rows.merge(where, on="household_id", how="left")))
    plain = pd.DataFrame(rows.drop(columns="geometry")).astype(object)
    return [
        {str(name): None if pd.api.types.is_scalar(value) and pd.isna(value) else value for name, value in row.items()}
        for row in plain.to_dict("records")
    ]
