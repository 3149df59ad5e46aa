"""Signing in as an official: a passkey, or a password and a one-time code; never a password alone."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dothi.foundation.clock import now
from dothi.foundation.identity import passkeys
from dothi.foundation.identity.actions import attempts, factors, sign_ins
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import open_to, public, sign_in_of
from dothi.foundation.identity.errors import WrongCredentials
from dothi.foundation.identity.models import Account
from dothi.foundation.identity.types import Method
from dothi.kernel.problems import Problem
from dothi.web.accounts import devices
from dothi.web.accounts.posts import PostChoice, posts_of
from dothi.web.accounts.sessions import enter
from dothi.web.components.problems import words
from dothi.web.components.rows import Choice, Fault, Field
from dothi.web.components.views import safe_next

HALF, STATE = "half_signed_in", "passkey_state"
HALF_LASTS = timedelta(minutes=5)
PROVEN = 2


@require_http_methods(["GET", "POST"])
@public
def password(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, or a passkey."""
    if request.method != "POST":
        return _password_page(request)
    try:
        account = _checked_password(request, now())
    except Problem as problem:
        return _password_page(request, problem)
    request.session[HALF] = {"account": str(account.id), "at": now().timestamp()}
    return HttpResponseRedirect(_onward("accounts:code", request))


@require_http_methods(["GET", "POST"])
@public
def code(request: HttpRequest) -> HttpResponse:
    """Ask whoever knew the password for a one-time code."""
    account = _half_signed_in(request, now())
    if account is None:
        return HttpResponseRedirect(_onward("accounts:official", request))
    if request.method != "POST":
        return _code_page(request, "accounts/code.html")
    try:
        _check_code(account, request.POST.get("code", ""), now())
    except Problem as problem:
        return _code_page(request, "accounts/code.html", problem)
    del request.session[HALF]
    enter(request, account, Method.TOTP, PROVEN, now())
    return devices.remember(HttpResponseRedirect(_desk_or_next(request)), account.username)


@require_POST
@public
def passkey(request: HttpRequest) -> HttpResponse:
    """Check the answer of a passkey; each challenge is answered once."""
    try:
        account = _checked_passkey(request, now())
    except Problem as problem:
        return _password_page(request, problem)
    enter(request, account, Method.PASSKEY, PROVEN, now())
    return devices.remember(HttpResponseRedirect(_desk_or_next(request)), account.username)


@require_http_methods(["GET", "POST"])
@open_to(Kind.RESIDENT, Kind.OFFICIAL, without_post=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for a proof of identity once more, before an act that weighs."""
    sign_in = sign_in_of(request)
    if sign_in is None or sign_in.account.kind == Account.Kind.RESIDENT:
        return render(request, "accounts/confirm_resident.html", {"next": safe_next(request)})
    if request.method != "POST":
        return _code_page(request, "accounts/confirm.html")
    try:
        _prove_again(request, sign_in.account)
    except Problem as problem:
        return _code_page(request, "accounts/confirm.html", problem)
    sign_ins.proven_again(sign_in_id=sign_in.id, at=now())
    return HttpResponseRedirect(safe_next(request))


@require_http_methods(["GET", "POST"])
@open_to(Kind.OFFICIAL, without_post=True)
def post(request: HttpRequest) -> HttpResponse:
    """Ask through which post one acts; each act is recorded in its name."""
    sign_in = sign_in_of(request)
    choices = posts_of(sign_in.account.person_id, now()) if sign_in else []
    chosen = next((choice for choice in choices if str(choice.post_id) == request.POST.get("post")), None)
    if sign_in is None or chosen is None:
        return _post_page(request, choices, missed=request.method == "POST")
    sign_ins.act_through(sign_in_id=sign_in.id, post_id=chosen.post_id, at=now())
    return HttpResponseRedirect(safe_next(request))


@dataclass(frozen=True, slots=True)
class Site:
    """This site as a relying party of passkeys."""

    ceremony: passkeys.Ceremony

    def challenge(self, request: HttpRequest) -> str:
        """Return the options of a new challenge as JSON; its state waits in the session."""
        challenge = self.ceremony.challenge()
        request.session[STATE] = challenge.state
        return challenge.options


def site() -> Site:
    """Return this site under its one public address."""
    return Site(passkeys.Ceremony(settings.PUBLIC_URL, _("Hanoi public services")))


def _checked_password(request: HttpRequest, at: datetime) -> Account:
    username = request.POST.get("username", "").strip()
    guesser = devices.guesser(request, username)
    if guesser == username:
        attempts.attempt(limit=attempts.ADDRESS, key=request.META.get("REMOTE_ADDR", ""), at=at)
    attempts.attempt(limit=attempts.PASSWORD, key=guesser, at=at)
    account = authenticate(request, username=username, password=request.POST.get("password", ""))
    if not isinstance(account, Account) or account.kind != Account.Kind.OFFICIAL:
        raise WrongCredentials
    attempts.forget(limit=attempts.PASSWORD, key=guesser)
    return account


def _half_signed_in(request: HttpRequest, at: datetime) -> Account | None:
    half = request.session.get(HALF)
    if half is None or at.timestamp() - half["at"] > HALF_LASTS.total_seconds():
        return None
    return Account.objects.filter(id=half["account"], is_active=True).first()


def _check_code(account: Account, typed: str, at: datetime) -> None:
    attempts.attempt(limit=attempts.CODE, key=str(account.id), at=at)
    factors.use_code(account=account, code=typed, unix_s=time.time(), at=at)
    attempts.forget(limit=attempts.CODE, key=str(account.id))


def _checked_passkey(request: HttpRequest, at: datetime, expected: UUID | None = None) -> Account:
    state, answer = request.session.pop(STATE, None), request.POST.get("answer", "")
    claimed = passkeys.account_in(answer)
    account = Account.objects.filter(id=claimed, kind=Account.Kind.OFFICIAL, is_active=True).first()
    if state is None or account is None or expected not in (None, claimed):
        raise WrongCredentials
    used = site().ceremony.check(state, answer, factors.credentials_of(account))
    factors.used_credential(account=account, credential=used, at=at)
    return account


def _prove_again(request: HttpRequest, account: Account) -> None:
    if request.POST.get("answer"):
        _checked_passkey(request, now(), account.id)
    else:
        _check_code(account, request.POST.get("code", ""), now())


def _desk_or_next(request: HttpRequest) -> str:
    asked = safe_next(request)
    return asked if asked != "/" else "/desk/"


def _onward(name: str, request: HttpRequest) -> str:
    return f"{reverse(name)}?{urlencode({'next': safe_next(request)})}"


def _password_page(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    fields = [
        Field(
            kind="text_input", name="username", label=_("User name"), autocomplete="username webauthn",
            value=request.POST.get("username", ""),
        ),
        Field(
            kind="text_input", name="password", label=_("Password"), input_type="password",
            autocomplete="current-password",
        ),
    ]  # fmt: skip
    return _page(request, "accounts/official.html", problem, {"fields": fields})


def _code_page(request: HttpRequest, template: str, problem: Problem | None = None) -> HttpResponse:
    field = Field(
        kind="text_input", name="code", label=_("6-digit code"), inputmode="numeric", width=10,
        autocomplete="one-time-code", hint=_("From the authenticator application on your telephone."),
    )  # fmt: skip
    return _page(request, template, problem, {"fields": [field]})


def _page(
    request: HttpRequest, template: str, problem: Problem | None, facts: dict[str, Any]
) -> HttpResponse:
    faults = []
    if problem is not None:
        faults = [Fault(". ".join(words(problem)), facts["fields"][0].key)]
    known = {"next": safe_next(request), "faults": faults, "options": site().challenge(request)}
    return render(request, template, {**known, **facts}, status=problem.status if problem else 200)


def _post_page(request: HttpRequest, choices: list[PostChoice], *, missed: bool) -> HttpResponse:
    options = [Choice(str(choice.post_id), choice.title, choice.detail) for choice in choices]
    field = Field(
        kind="radios", name="post", label=_("In the name of which post do you act?"), choices=options,
        page_heading=True, error=_("Choose a post") if missed else "",
    )  # fmt: skip
    facts = {"field": field, "choices": choices, "next": safe_next(request)}
    return render(request, "accounts/post.html", facts, status=422 if missed else 200)
