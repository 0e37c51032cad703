"""The commands that answer why and what if: explain, suggest, worth."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from api import console, steps
from gridmap import work
from gridmap.errors import PersonMissing
from gridmap.phrases import say
from gridmap.reasons import Language, join
from gridmap.tables import Pairing
from gridmap.work import Asked

AsJson = Annotated[bool, typer.Option("--json", help="print a machine-readable report on standard output")]
HouseholdId = Annotated[str | None, typer.Option("--household", metavar="ID", help="why it has whom it has")]


class Tongue(StrEnum):
    """The language of an explanation."""

    ZH = "zh"
    EN = "en"


class SpotLevel(StrEnum):
    """Where one more person is tried."""

    BUILDING = "building"
    GRID = "grid"


Lang = Annotated[Tongue | None, typer.Option("--lang", help="zh or en; that of the terminal without")]


def add_commands(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    for command in (explain, suggest, worth):
        app.command()(command)


def _language(lang: Tongue | None) -> Language:
    return lang.value if lang else console.Speech.language


def _asked(folder: steps.Folder) -> Asked:
    with console.progress() as progress, steps.opened(steps.workspace_of(folder)) as store:
        steps.prepare_engine(progress)
        taken = work.picture(store)
        progress("solve the city", 0, 1)
        asked = Asked(taken)
        progress("solve the city", 1, 1)
    return asked


def _say(phrases: Sequence[Mapping[str, Any]], lang: Language) -> str:
    return join([str(one[lang]) for one in phrases], lang)


def explain(
    folder: steps.Folder,
    *,
    household: HouseholdId = None,
    pairing: Annotated[str | None, typer.Option("--pairing", metavar="ID", help="why this person")] = None,
    member: Annotated[str | None, typer.Option("--member", metavar="ID", help="what is lost without")] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Say why these people, why nobody nearer, why a place is empty; or what is lost without a member."""
    if sum(one is not None for one in (household, pairing, member)) != 1:
        raise typer.BadParameter("name one of --household, --pairing, --member")
    asked = _asked(folder)
    if member is not None:
        told = asked.member(member)
    else:
        told = asked.household(household or _household_of(asked, str(pairing)))
    if pairing is not None:
        told["pairings"] = [one for one in told["pairings"] if one["member_id"] == _member_of(asked, pairing)]
        told["empty"] = []
    if as_json:
        console.print_json(told)
    else:
        _print_member(told, _language(lang)) if member is not None else _print_household(told, _language(lang))


def _row_of(asked: Asked, pairing: str) -> Mapping[str, Any]:
    rows = asked.taken.frames[Pairing]
    found = rows[rows["pairing_id"] == pairing]
    if found.empty:
        raise PersonMissing(say("person.pairing", name=pairing))
    row: Mapping[str, Any] = found.iloc[0].to_dict()
    return row


def _household_of(asked: Asked, pairing: str) -> str:
    return str(_row_of(asked, pairing)["household_id"])


def _member_of(asked: Asked, pairing: str) -> str:
    return str(_row_of(asked, pairing)["member_id"])


def _print_household(told: Mapping[str, Any], lang: Language) -> None:
    typer.echo(told["name"])
    for one in told["pairings"]:
        typer.echo(f"  {one['name']}: {_say(one['said'], lang)}")
        if one["better"]:
            typer.echo(f"    ! {_say(one['better'], lang)}")
        for rival in one["rivals"]:
            typer.echo(f"    - {_say(rival['said'], lang)}")
    for gap in told["empty"]:
        typer.echo(f"  ○ {_say(gap['why'], lang)}")
        for remedy in gap["remedies"]:
            typer.echo(f"    + {remedy[lang]}")


def _print_member(told: Mapping[str, Any], lang: Language) -> None:
    typer.echo(told["name"])
    typer.echo(f"  {_say(told['loss']['said'], lang)}")
    for shift in told["loss"]["repair"]:
        typer.echo(f"    - {shift[lang]}")
    _print_places(told["households"], lang)


def _print_places(places: Sequence[Mapping[str, Any]], lang: Language) -> None:
    for place in places:
        typer.echo(f"  {place['name']} · {place['role_said'][lang]} {place['filled']}/{place['wanted']}")
        for one in place["candidates"]:
            way = "" if one["distance_m"] is None else f" {one['distance_m']:.0f} m"
            typer.echo(f"    - {one['name']}{way}: {_say(one['said'], lang)}")


def suggest(
    folder: steps.Folder,
    *,
    household: HouseholdId = None,
    leaving: Annotated[str | None, typer.Option("--leaving", metavar="MEMBER", help="for each of a member's")] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=100)] = 10,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Rank who could help a household, or take over from a member who leaves, by the change of the whole plan."""
    if (household is None) == (leaving is None):
        raise typer.BadParameter("name either --household or --leaving")
    asked = _asked(folder)
    told = asked.suggestions(household, most=most) if household else asked.member(str(leaving), most=most)
    if as_json:
        console.print_json(told)
    else:
        _print_places(told["places"] if household else told["households"], _language(lang))


def worth(
    folder: steps.Folder,
    *,
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="how many places")] = 20,
    level: Annotated[SpotLevel, typer.Option("--level", help="building or grid")] = SpotLevel.BUILDING,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Say where one more person would help most: places filled, metres saved, exact for the best."""
    told = _asked(folder).worth(level=level.value, top=top)
    if as_json:
        console.print_json(told)
        return
    rows = [
        {"where": one["name"], "what": _say(one["said"], _language(lang)), "first for": one["household"]}
        for one in told["spots"]
    ]
    console.print_rows("proven" if told["proven"] else "not proven", ("where", "what", "first for"), rows)
