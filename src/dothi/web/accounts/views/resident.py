"""Signing in as a resident: to VNeID and back, and what to do when it does not answer."""

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from joserfc.jwk import ECKey

from dothi.foundation.clock import now
from dothi.foundation.identity import oidc
from dothi.foundation.identity.actions.persons import recognize
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import open_to, public
from dothi.foundation.identity.errors import ProviderDown, SignInExpired
from dothi.foundation.identity.types import Method
from dothi.kernel.problems import Problem
from dothi.web.accounts.sessions import enter, leave
from dothi.web.components.problems import answer
from dothi.web.components.views import safe_next

CLIENT_ID = "dothi"
PENDING, ID_TOKEN = "vneid", "vneid_id_token"
PENDING_S, MOST_PENDING = 600, 5


@require_GET
@public
def choose(request: HttpRequest) -> HttpResponse:
    """Ask how one wants to sign in."""
    return render(
        request, "accounts/sign_in.html", {"next": safe_next(request), "vneid": bool(settings.IDP_URL)}
    )


@require_POST
@public
def start(request: HttpRequest) -> HttpResponse:
    """Go to VNeID; where one goes afterwards waits in the session, not in the address."""
    pending, back_to = oidc.begin(), safe_next(request)
    try:
        address = client().address(pending)
    except Problem as problem:
        return _failed(request, problem, back_to)
    waiting = list(request.session.get(PENDING, {}).items())[1 - MOST_PENDING :]
    begun = {**asdict(pending), "next": back_to, "at": now().timestamp()}
    request.session[PENDING] = {**dict(waiting), pending.state: begun}
    return HttpResponseRedirect(address)


@require_GET
@public
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from VNeID. Each state works once, in the browser that began it, for ten minutes."""
    waiting = dict(request.session.get(PENDING, {}))
    begun = waiting.pop(request.GET.get("state", ""), None)
    if begun is None or now().timestamp() - begun["at"] > PENDING_S:
        return _failed(request, SignInExpired(), "/")
    request.session[PENDING] = waiting
    try:
        return _enter(request, begun)
    except Problem as problem:
        return _failed(request, problem, begun["next"])


@require_POST
@open_to(Kind.RESIDENT, Kind.OFFICIAL, without_post=True)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out here, and of VNeID when that was the way in."""
    id_token = request.session.get(ID_TOKEN)
    leave(request, now())
    here = reverse("accounts:signed-out")
    try:
        farewell = client().farewell(id_token, settings.PUBLIC_URL + here) if id_token else here
    except Problem:
        farewell = here
    return HttpResponseRedirect(farewell)


@require_GET
@public
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that one has signed out."""
    return render(request, "accounts/signed_out.html")


def client() -> oidc.Client:
    """Return our side of the provider. Raises ProviderDown when none is connected yet."""
    path: Path | None = settings.IDP_CLIENT_KEY_FILE
    if not settings.IDP_URL or path is None or not path.exists():
        raise ProviderDown
    redirect_uri = settings.PUBLIC_URL + reverse("accounts:vneid-callback")
    return oidc.Client(settings.IDP_URL, CLIENT_ID, _key(path), redirect_uri, settings.IDP_TIMEOUT_S)


@lru_cache(maxsize=4)
def _key(path: Path) -> ECKey:
    return ECKey.import_key(path.read_bytes())


def _enter(request: HttpRequest, begun: dict[str, str]) -> HttpResponse:
    pending = oidc.Pending(begun["state"], begun["nonce"], begun["verifier"])
    at = now()
    claims = client().complete(pending, request.GET.dict())
    enter(request, recognize(claims=claims, at=at), Method.VNEID, claims.assurance, at)
    request.session[ID_TOKEN] = claims.id_token
    return HttpResponseRedirect(begun["next"])


def _failed(request: HttpRequest, problem: Problem, back_to: str) -> HttpResponse:
    return answer(request, problem, "accounts/problem.html", next=back_to)
