"""Whatever goes wrong on the way to VNeID: nobody is signed in, and a page in Vietnamese says what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from joserfc.jwk import ECKey
from pytest_django import Settings

from dothi.config.demo.idp.settings import Provider
from dothi.foundation.identity import errors, oidc
from dothi.foundation.identity.models import SignIn
from dothi.kernel.problems import Problem
from dothi.web.components.problems import words
from tests.integration.identity.test_resident_sign_in import CALLBACK, arrive, begin, come_back, signed_in
from tests.support.identity import sign_in_at

UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbiJ9."
"""A token of algorithm none, which claims to be of a subject."""


@dataclass(frozen=True)
class Attempt:
    """A browser that tries to sign in, and what a failure may change."""

    browser: Client
    settings: Settings
    patch: pytest.MonkeyPatch

    def answered(self) -> dict[str, str]:
        """Sign in at the provider and return what it sends back, not yet brought here."""
        return sign_in_at(begin(self.browser))

    def remembers(self, answer: Mapping[str, str], **changes: object) -> None:
        """Change what this browser's session knows of the sign-in that it began."""
        session = self.browser.session
        session["vneid"][answer["state"]].update(changes)
        session.save()

    def is_told(self, address: str, **changes: object) -> None:
        """Change what the provider says at the addresses that end so; without changes it says nothing."""
        asked = oidc.Client._json

        def changed(self: oidc.Client, method: str, url: str, **more: Any) -> dict[str, Any]:
            told = asked(self, method, url, **more)
            return {**told, **changes} if changes else {}

        def lying(self: oidc.Client, method: str, url: str, **more: Any) -> dict[str, Any]:
            return (changed if url.endswith(address) else asked)(self, method, url, **more)

        self.patch.setattr(oidc.Client, "_json", lying)


def told_lies(address: str, **changes: object) -> Callable[[Attempt], Any]:
    def fail(it: Attempt) -> Any:
        it.is_told(address, **changes)
        return arrive(it.browser)

    return fail


def refused_with(error: str) -> Callable[[Attempt], Any]:
    def fail(it: Attempt) -> Any:
        answer = it.answered()
        return it.browser.get(CALLBACK, {"state": answer["state"], "iss": answer["iss"], "error": error})

    return fail


def with_nobody_listening(it: Attempt) -> Any:
    it.settings.IDP_URL = "http://localhost:1"
    return it.browser.post(reverse("accounts:vneid"), {"next": "/"})


def gone_before_the_end(it: Attempt) -> Any:
    answer = it.answered()
    it.settings.IDP_URL = "http://localhost:1"
    return come_back(it.browser, answer, iss="http://localhost:1")


def too_slow(it: Attempt) -> Any:
    it.settings.IDP_TIMEOUT_S = 0.3
    return arrive(it.browser, scenario="slow")


def of_another_browser(it: Attempt) -> Any:
    return come_back(it.browser, sign_in_at(begin(Client())))


def begun_too_long_ago(it: Attempt) -> Any:
    answer = it.answered()
    it.remembers(answer, at=0.0)
    return come_back(it.browser, answer)


def of_another_nonce(it: Attempt) -> Any:
    answer = it.answered()
    it.remembers(answer, nonce="of another sign-in")
    return come_back(it.browser, answer)


def with_a_code_that_came_too_late(it: Attempt) -> Any:
    it.patch.setattr("dothi.config.demo.idp.app.CODE_S", -1)
    return arrive(it.browser)


def with_the_code_of_another(it: Attempt) -> Any:
    other = sign_in_at(begin(Client()), "binh")
    return come_back(it.browser, it.answered(), code=other["code"])


def with_a_code_used_before(it: Attempt) -> Any:
    answer = it.answered()
    kept = dict(it.browser.session["vneid"])
    come_back(it.browser, answer)
    it.browser.post(reverse("accounts:sign-out"))
    session = it.browser.session
    session["vneid"] = kept
    session.save()
    return come_back(it.browser, answer)


def signed_by_another_key(it: Attempt) -> Any:
    keys = "dothi.foundation.identity.oidc.KeySet.import_key_set"
    it.patch.setattr(keys, lambda _: ECKey.generate_key("P-256"))
    return arrive(it.browser)


def with_a_token_that_has_ended(it: Attempt) -> Any:
    it.patch.setattr("dothi.config.demo.idp.tokens.ID_TOKEN_S", -3600)
    return arrive(it.browser)


FAILURES: Mapping[str, tuple[Callable[[Attempt], Any], type[Problem], int]] = {
    "not agreed to": (refused_with("access_denied"), errors.ConsentWithheld, 403),
    "citizen not found": (refused_with("citizen_not_found"), errors.CitizenUnknown, 404),
    "provider away": (refused_with("temporarily_unavailable"), errors.ProviderDown, 503),
    "provider broken": (refused_with("server_error"), errors.ProviderDown, 503),
    "an error nobody knows": (refused_with("<script>"), errors.ProviderDoubtful, 502),
    "nobody listens": (with_nobody_listening, errors.ProviderDown, 503),
    "gone before the end": (gone_before_the_end, errors.ProviderDown, 503),
    "too slow": (too_slow, errors.ProviderSlow, 503),
    "down at the token": (lambda it: arrive(it.browser, scenario="down"), errors.ProviderDown, 503),
    "no state": (lambda it: it.browser.get(CALLBACK), errors.SignInExpired, 409),
    "a guessed state": (
        lambda it: come_back(it.browser, it.answered(), state="guessed"), errors.SignInExpired, 409,
    ),
    "state of another browser": (of_another_browser, errors.SignInExpired, 409),
    "begun too long ago": (begun_too_long_ago, errors.SignInExpired, 409),
    "code too late": (with_a_code_that_came_too_late, errors.SignInExpired, 409),
    "code used before": (with_a_code_used_before, errors.SignInExpired, 409),
    "code of another": (with_the_code_of_another, errors.SignInExpired, 409),
    "no code": (lambda it: come_back(it.browser, it.answered(), code=""), errors.SignInExpired, 409),
    "of another provider": (
        lambda it: come_back(it.browser, it.answered(), iss="http://evil.example"),
        errors.ProviderDoubtful, 502,
    ),
    "another nonce": (of_another_nonce, errors.ProviderDoubtful, 502),
    "another key": (signed_by_another_key, errors.ProviderDoubtful, 502),
    "token has ended": (with_a_token_that_has_ended, errors.ProviderDoubtful, 502),
    "token unsigned": (told_lies("/token", id_token=UNSIGNED), errors.ProviderDoubtful, 502),
    "no token": (told_lies("/token"), errors.ProviderDoubtful, 502),
    "no keys": (told_lies("/jwks"), errors.ProviderDoubtful, 502),
    "keys that are none": (told_lies("/jwks", keys=None), errors.ProviderDoubtful, 502),
    "told of somebody else": (told_lies("/userinfo", sub="another"), errors.ProviderDoubtful, 502),
    "told of nobody": (told_lies("/userinfo", personal_number=""), errors.ProviderDoubtful, 502),
    "addresses elsewhere": (
        told_lies("/openid-configuration", token_endpoint="http://evil.example/token"),
        errors.ProviderDoubtful, 502,
    ),
}  # fmt: skip
"""Each failure: how it comes about, and what is answered."""


@pytest.mark.parametrize("failure", FAILURES)
class TestFailure:
    def test_signs_nobody_in_and_says_what_to_do(
        self,
        vneid: Provider,
        browser: Client,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        failure: str,
    ) -> None:
        fail, problem, status = FAILURES[failure]
        response = fail(Attempt(browser, settings, monkeypatch))
        page = unescape(response.content.decode())
        with translation.override("vi"):
            title, way_out = words(problem())
        assert response.status_code == status
        assert '<html lang="vi"' in page
        assert f'<h1 class="govuk-heading-xl">{title}</h1>' in page
        assert way_out in page
        assert title != problem.title, "not in Vietnamese"
        assert f'action="{reverse("accounts:vneid")}"' in page, "no way to try again"
        assert not signed_in(browser)
        assert not SignIn.objects.filter(ended_at=None).exists()


class TestReplay:
    def test_leaves_whom_the_first_answer_signed_in(self, vneid: Provider, browser: Client) -> None:
        answer = sign_in_at(begin(browser))
        assert come_back(browser, answer).status_code == 302
        assert come_back(browser, answer).status_code == 409
        assert SignIn.objects.count() == 1


class TestBody:
    @pytest.mark.parametrize(
        "body", [b"", b"<html>", b"[]", b"\xff", b"[" * 60_000, b'"a"', b'{"a":"' + b"x" * 65_536 + b'"}']
    )
    def test_that_is_no_answer_is_doubted(self, body: bytes) -> None:
        with pytest.raises(errors.ProviderDoubtful):
            oidc._body(httpx.Response(200, content=body))
