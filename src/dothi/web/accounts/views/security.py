"""One's own account: sessions that are open, second factors of officials."""

import base64
import secrets
import time
from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dothi.foundation.clock import now
from dothi.foundation.identity.actions import factors, sign_ins
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to, require_recent_proof, sign_in_of
from dothi.foundation.identity.models import Account, Factor, SignIn
from dothi.foundation.identity.queries import factors_of, sign_ins_of
from dothi.foundation.identity.rules import matching_step
from dothi.foundation.keys.actions import seal, unseal
from dothi.kernel.problems import Problem
from dothi.web.accounts import devices
from dothi.web.accounts.views.official import STATE, site
from dothi.web.components.problems import words
from dothi.web.components.rows import Fault, Field

WAITING = "new_totp"
CONTEXT = "accounts.new-totp"
ISSUER = "Dothi"


@require_GET
@open_to(Kind.RESIDENT, Kind.OFFICIAL, without_post=True)
def overview(request: HttpRequest) -> HttpResponse:
    """Show sessions and factors."""
    sign_in = _current(request)
    rows = sign_ins_of(sign_in.account_id, current=sign_in.id, at=now())
    facts = {
        "sign_ins": [(row, devices.named(row.device)) for row in rows],
        "factors": factors_of(sign_in.account_id),
        "official": sign_in.account.kind == Account.Kind.OFFICIAL,
    }
    return render(request, "accounts/security.html", facts)


@require_POST
@open_to(Kind.RESIDENT, Kind.OFFICIAL, without_post=True)
def end_session(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """End one of one's own sessions, e.g. on a lost telephone."""
    sign_ins.end(sign_in_id=sign_in_id, account_id=_current(request).account_id, at=now())
    return HttpResponseRedirect(reverse("accounts:security"))


@require_http_methods(["GET", "POST"])
@open_to(Kind.OFFICIAL, without_post=True)
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Register a passkey."""
    require_recent_proof(request, now())
    account = _current(request).account
    if request.method != "POST":
        return _passkey_page(request, account)
    state = request.session.pop(STATE, None) or {}
    try:
        credential = site().ceremony.register(state, request.POST.get("answer", ""))
    except Problem as problem:
        return _passkey_page(request, account, problem)
    name = request.POST.get("name", "").strip() or _("Passkey")
    _add(request, account, Factor.Kind.PASSKEY, name, credential)
    return HttpResponseRedirect(reverse("accounts:security"))


@require_http_methods(["GET", "POST"])
@open_to(Kind.OFFICIAL, without_post=True)
def add_totp(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator application; it counts once a code of it was typed."""
    require_recent_proof(request, now())
    account = _current(request).account
    secret = _new_secret(request, account)
    typed = request.POST.get("code", "")
    if request.method != "POST" or matching_step(secret, typed, time.time()) is None:
        return _totp_page(request, account, secret, missed=request.method == "POST")
    _add(request, account, Factor.Kind.TOTP, _("Authenticator application"), secret.encode())
    del request.session[WAITING]
    return HttpResponseRedirect(reverse("accounts:security"))


@require_POST
@open_to(Kind.OFFICIAL, without_post=True)
def remove_factor(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """Remove one of one's own factors; the last one stays."""
    require_recent_proof(request, now())
    account = _current(request).account
    try:
        factors.remove_factor(account=account, factor_id=factor_id, actor=actor_of(request), at=now())
    except Factor.DoesNotExist as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("accounts:security"))


def _current(request: HttpRequest) -> SignIn:
    sign_in = sign_in_of(request)
    if sign_in is None:
        raise Http404
    return sign_in


def _add(request: HttpRequest, account: Account, kind: Factor.Kind, name: str, secret: bytes) -> None:
    actor = actor_of(request)
    factors.add_factor(account=account, kind=kind, name=name, secret=secret, actor=actor, at=now())


def _passkey_page(request: HttpRequest, account: Account, problem: Problem | None = None) -> HttpResponse:
    kept = factors.credentials_of(account)
    challenge = site().ceremony.invite(account.id, account.username, kept)
    request.session[STATE] = challenge.state
    field = Field(kind="text_input", name="name", label=_("Name of this passkey"), value=_("My telephone"))
    faults = [Fault(words(problem)[0], "name")] if problem else []
    facts = {"fields": [field], "options": challenge.options, "faults": faults}
    return render(request, "accounts/add_passkey.html", facts, status=422 if problem else 200)


def _new_secret(request: HttpRequest, account: Account) -> str:
    """Return the secret that is being set up; it waits sealed, for sessions lie in the database."""
    waiting = request.session.get(WAITING)
    if waiting:
        return unseal(account.person_id, base64.b64decode(waiting), CONTEXT).decode()
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    sealed = seal(account.person_id, secret.encode(), CONTEXT)
    request.session[WAITING] = base64.b64encode(sealed).decode()
    return secret


def _totp_page(request: HttpRequest, account: Account, secret: str, *, missed: bool) -> HttpResponse:
    address = f"otpauth://totp/{ISSUER}:{account.username}?secret={secret}&issuer={ISSUER}"
    drawing = SafeString(segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff"))
    wrong = _("This code is not right. Type the one that the application shows now.")
    field = Field(
        kind="text_input", name="code", label=_("6-digit code"), inputmode="numeric", width=10,
        autocomplete="one-time-code", error=wrong if missed else "",
    )  # fmt: skip
    facts = {"fields": [field], "drawing": drawing, "secret": secret}
    return render(request, "accounts/add_totp.html", facts, status=422 if missed else 200)
