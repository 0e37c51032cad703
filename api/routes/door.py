"""Sign in, sign out, change the password: plain forms that need no script."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import COOKIE, read_cookie, sign_cookie, source_of
from api.deps import City, CityDep, RulesDep
from api.links import Links
from api.routes.pages import answer
from api.uploads import read_limited
from gridmap import work
from gridmap.errors import InputError, SignInRefused
from gridmap.maps import door
from gridmap.maps.door import SignIn
from gridmap.maps.words import Lang
from gridmap.phrases import say
from gridmap.work import demo

router = APIRouter(include_in_schema=False)
MOST_BYTES = 8 * 1024


async def _form(request: Request) -> dict[str, str]:
    """Read the fields of a form."""
    data = await read_limited(request, MOST_BYTES)
    found = parse_qs(data.decode(errors="replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[-1] for name, values in found.items()}


def _lang(request: Request) -> Lang:
    return "en" if request.url.path.endswith(".en.html") else "zh"


def _end(lang: Lang) -> str:
    return ".en.html" if lang == "en" else ".html"


Form = Annotated[dict[str, str], Depends(_form)]
LangDep = Annotated[Lang, Depends(_lang)]
NameQuery = Annotated[str, Query(alias="as", max_length=64, description="the name to be filled in")]


def _inside(then: str) -> str:
    """Return a path of ours: another site must not be reached through the sign-in."""
    plain = then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable()
    return then if plain and "\\" not in then else "/"


def _page(drawn: str, status: int = 200) -> Response:
    sent = answer(drawn, "door.html")
    sent.status_code = status
    sent.headers["Cache-Control"] = "no-store"
    return sent


def _sign_in(city: City, lang: Lang, shown: SignIn, status: int = 200) -> Response:
    guests = demo.guests_of(city.whole)
    return _page(door.sign_in_page(work.city_facts(city.whole), replace(shown, guests=guests), lang=lang), status)


@router.get("/sign-in.html")
@router.get("/sign-in.en.html")
def ask(city: CityDep, lang: LangDep, then: str = "", said: str = "", name: NameQuery = "") -> Response:
    """Show the sign-in."""
    word = {"ended": "door.ended", "changed": "door.changed"}.get(said, "")
    return _sign_in(city, lang, SignIn(_inside(then), word, name))


@router.post("/sign-in.html")
@router.post("/sign-in.en.html")
def enter(request: Request, form: Form, city: CityDep, lang: LangDep, rules: RulesDep) -> Response:
    """Begin a session."""
    then = _inside(form.get("then", ""))
    try:
        secret = work.sign_in(
            city.whole, form.get("account", "")[:64], form.get("password", ""), source=source_of(request), rules=rules
        )
    except SignInRefused:
        return _sign_in(city, lang, SignIn(then, "door.refused"), 401)
    return _let_in(request, city, secret, then)


def _let_in(request: Request, city: City, secret: str, then: str) -> Response:
    """Give the browser its session and lead it on."""
    inside = RedirectResponse(then, 303)
    secure = request.url.scheme == "https"
    inside.set_cookie(COOKIE, sign_cookie(secret, city.whole.seal), httponly=True, samesite="lax", secure=secure)
    return inside


@router.get("/enter.html")
def follow(request: Request, city: CityDep, key: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Begin a session by a link that the service told at its start; it opens once."""
    links: Links = request.app.state.links
    found = links.take(key)
    if found is None:
        return _sign_in(city, "zh", SignIn(said="door.used"), 401)
    return _let_in(request, city, work.follow_link(city.whole, found.account_id), found.then)


def _out(lang: Lang, said: str) -> Response:
    outside = RedirectResponse(f"/sign-in{_end(lang)}?said={said}", 303)
    outside.delete_cookie(COOKIE)
    return outside


@router.post("/sign-out.html")
@router.post("/sign-out.en.html")
def leave(request: Request, city: CityDep, lang: LangDep) -> Response:
    """End the session."""
    secret = read_cookie(request.cookies.get(COOKIE, ""), city.whole.seal)
    if secret:
        work.sign_out(city.whole, secret)
    return _out(lang, "ended")


def _account(request: Request) -> work.Signed:
    """Return who is signed in; 404 where there are no accounts."""
    signed: work.Signed | None = getattr(request.state, "signed", None)
    if signed is None:
        raise HTTPException(404, say("door.none"))
    return signed


SignedDep = Annotated[work.Signed, Depends(_account)]


@router.get("/account.html")
@router.get("/account.en.html")
def account(city: CityDep, signed: SignedDep, lang: LangDep, rules: RulesDep) -> Response:
    """Show the own account."""
    drawn = door.account_page(
        work.city_facts(city.whole), signed.rights, lang=lang, must_change=signed.must_change,
        least=rules.password_length,
    )  # fmt: skip
    return _page(drawn)


@router.post("/account.html")
@router.post("/account.en.html")
def change(form: Form, city: CityDep, signed: SignedDep, lang: LangDep, rules: RulesDep) -> Response:
    """Change the own password."""
    said = "account.differ"
    if form.get("new") == form.get("again"):
        try:
            work.change_password(city.whole, signed.account_id, form.get("old", ""), form.get("new", ""), rules)
        except SignInRefused:
            said = "account.wrong"
        except InputError:
            said = "account.weak"
        else:
            return _out(lang, "changed")
    drawn = door.account_page(
        work.city_facts(city.whole), signed.rights, lang=lang, must_change=signed.must_change,
        least=rules.password_length, said=said,
    )  # fmt: skip
    return _page(drawn, 422)
