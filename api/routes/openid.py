"""To the OpenID provider and back: two addresses that a browser follows."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import oidc
from api.auth import source_of
from api.deps import City, CityDep
from api.routes.door import inside, let_in, sign_in_answer
from gridmap import work
from gridmap.errors import SignInRefused
from gridmap.maps.door import SignIn
from gridmap.maps.words import Lang
from gridmap.phrases import say

router = APIRouter(include_in_schema=False)


def _provider(request: Request) -> oidc.Provider:
    provider: oidc.Provider | None = request.app.state.provider
    if provider is None:
        raise HTTPException(404, say("openid.off"))
    return provider


def _redirect(request: Request, provider: oidc.Provider) -> str:
    return provider.redirect or f"{request.url.scheme}://{request.url.netloc}{oidc.BACK}"


@router.get("/openid.html")
def set_out(
    request: Request, city: CityDep, then: Annotated[str, Query(max_length=500)] = "", lang: Lang = "zh"
) -> Response:
    """Lead to the provider."""
    provider = _provider(request)
    try:
        address, journey = oidc.set_out(provider, _redirect(request, provider), then=inside(then), lang=lang)
    except oidc.NotVouched as error:
        return _refused(request, city, lang, error)
    away = RedirectResponse(address, 303)
    away.set_cookie(
        oidc.COOKIE, oidc.seal_journey(journey, city.whole.seal), max_age=oidc.JOURNEY_S, httponly=True,
        samesite="lax", secure=request.url.scheme == "https",
    )  # fmt: skip
    return away


@router.get(oidc.BACK)
def come_back(request: Request, city: CityDep) -> Response:
    """Let in whom the provider vouches for, if an account is linked to that identity."""
    provider = _provider(request)
    lang: Lang = "zh"
    try:
        journey = oidc.read_journey(request.cookies.get(oidc.COOKIE, ""), city.whole.seal)
        lang = "en" if journey.lang == "en" else "zh"
        subject = oidc.come_back(provider, _redirect(request, provider), journey, request.query_params)
    except oidc.NotVouched as error:
        return _refused(request, city, lang, error)
    try:
        secret = work.sign_in_as(city.whole, provider.issuer, subject, source=source_of(request))
    except SignInRefused as error:
        if error.promise:
            shown = SignIn(journey.then, "door.code", error.account_id, promise=error.promise)
        else:
            shown = SignIn(journey.then, "openid.unlinked", subject=subject)
        return _forgetting(sign_in_answer(request, city, lang, shown, 401))
    return _forgetting(let_in(request, city, secret, journey.then))


def _refused(request: Request, city: City, lang: Lang, error: oidc.NotVouched) -> Response:
    away = isinstance(error, oidc.ProviderAway)
    work.record_refusal(city.whole, f"openid: {error}", source=source_of(request))
    shown = SignIn(said="openid.away" if away else "openid.refused")
    return _forgetting(sign_in_answer(request, city, lang, shown, 503 if away else 401))


def _forgetting(answer: Response) -> Response:
    """Let the browser forget the way: it is gone once."""
    answer.delete_cookie(oidc.COOKIE)
    return answer
