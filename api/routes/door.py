"""Sign in, sign out, the own account with password and second step: plain forms that need no script."""

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
from gridmap import second_steps, work
from gridmap.errors import AccountError, InputError, SignInRefused
from gridmap.maps import door
from gridmap.maps.door import Second, SignIn
from gridmap.maps.words import Lang
from gridmap.phrases import say
from gridmap.tables import AccountRules
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


def inside(then: str) -> str:
    """Return a path of ours: another site must not be reached through the sign-in."""
    plain = then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable()
    return then if plain and "\\" not in then else "/"


def _page(drawn: str, status: int = 200) -> Response:
    sent = answer(drawn, "door.html")
    sent.status_code = status
    sent.headers["Cache-Control"] = "no-store"
    return sent


def sign_in_answer(request: Request, city: City, lang: Lang, shown: SignIn, status: int = 200) -> Response:
    """Return the sign-in, with the guests of a demonstration and the provider's button where there are such."""
    more = replace(shown, guests=demo.guests_of(city.whole), provider=request.app.state.provider is not None)
    return _page(door.sign_in_page(work.city_facts(city.whole), more, lang=lang), status)


@router.get("/sign-in.html")
@router.get("/sign-in.en.html")
def ask(
    request: Request, city: CityDep, lang: LangDep, then: str = "", said: str = "", name: NameQuery = ""
) -> Response:
    """Show the sign-in."""
    word = {"ended": "door.ended", "changed": "door.changed"}.get(said, "")
    return sign_in_answer(request, city, lang, SignIn(inside(then), word, name))


@router.post("/sign-in.html")
@router.post("/sign-in.en.html")
def enter(request: Request, form: Form, city: CityDep, lang: LangDep, rules: RulesDep) -> Response:
    """Begin a session: by the password, or by a code and what the password's answer promised."""
    then, name, source = inside(form.get("then", "")), form.get("account", "")[:64], source_of(request)
    try:
        if "promise" in form:
            secret = work.finish_sign_in(
                city.whole, name, form["promise"], form.get("code", ""), source=source, rules=rules
            )
        else:
            secret = work.sign_in(city.whole, name, form.get("password", ""), source=source, rules=rules)
    except SignInRefused as error:
        said = "door.refused_or_code" if error.promise else "door.refused"
        again = SignIn(then, said, name if error.promise else "", promise=error.promise)
        return sign_in_answer(request, city, lang, again, 401)
    return let_in(request, city, secret, then)


def let_in(request: Request, city: City, secret: str, then: str) -> Response:
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
        return sign_in_answer(request, city, "zh", SignIn(said="door.used"), 401)
    return let_in(request, city, work.follow_link(city.whole, found.account_id), found.then)


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


def _account_answer(
    city: City, signed: work.Signed, rules: AccountRules, lang: Lang, *, said: str = "", second: Second | None = None
) -> Response:
    """Return the own account; a word that is said makes it the answer to a form that was refused."""
    facts = work.city_facts(city.whole)
    now = work.second_steps.standing(city.whole, signed.account_id)
    waiting = now.waiting or ""
    shown = replace(
        second or Second(), on=now.on, recovery_left=now.recovery_left, secret=second_steps.in_fours(waiting),
        address=second_steps.address(waiting, signed.account_id, facts.name) if waiting else "",
    )  # fmt: skip
    drawn = door.account_page(
        facts, signed.rights, shown, lang=lang, must_change=signed.must_change, least=rules.password_length, said=said
    )
    return _page(drawn, 422 if said or shown.said in {"second.wrong", "second.changed"} else 200)


@router.get("/account.html")
@router.get("/account.en.html")
def account(city: CityDep, signed: SignedDep, lang: LangDep, rules: RulesDep) -> Response:
    """Show the own account."""
    return _account_answer(city, signed, rules, lang)


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
    return _account_answer(city, signed, rules, lang, said=said)


@router.get("/second-step.html")
@router.get("/second-step.en.html")
def look(lang: LangDep) -> Response:
    """Lead to the own account: somebody has loaded the answer to a form again."""
    return RedirectResponse(f"/account{_end(lang)}", 303)


@router.post("/second-step.html")
@router.post("/second-step.en.html")
def second_step(
    request: Request, form: Form, city: CityDep, signed: SignedDep, lang: LangDep, rules: RulesDep
) -> Response:
    """Switch the own second step on, with the first code of the app, or off."""
    name, code = signed.account_id, form.get("code", "")
    shown = Second()
    try:
        match form.get("act"):
            case "begin":
                work.second_steps.begin(city.whole, name)
            case "cancel":
                work.second_steps.cancel(city.whole, name)
            case "confirm":
                shown = Second(codes=work.second_steps.confirm(city.whole, name, code))
            case "off":
                work.second_steps.switch_off(city.whole, name, code, source=source_of(request), rules=rules)
                shown = Second(said="second.went_off")
    except SignInRefused:
        shown = Second(said="second.wrong")
    except AccountError:
        shown = Second(said="second.changed")
    return _account_answer(city, signed, rules, lang, second=shown)
