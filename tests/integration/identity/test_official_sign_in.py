"""Whether officials get in with two factors only, act through one post, and are refused on the record."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from pytest_django import Settings

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Kind, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.identity.models import Attempt, SignIn
from dothi.foundation.identity.rules import code_of, matching_step, step_of
from dothi.kernel.ids import new_id
from dothi.web.accounts.sessions import actor_from
from tests.support.people import PASSWORD, SECRET, code_now, give_post, official, resident, sign_in

OFFICIAL, CODE = "/account/official/", "/account/official/code/"


def enter_password(browser: Client, username: str = "minh.hoankiem", password: str = PASSWORD) -> Any:
    return browser.post(OFFICIAL, {"username": username, "password": password, "next": "/account/security/"})


def enter_code(browser: Client, code: str = "") -> Any:
    return browser.post(CODE, {"code": code or code_now(), "next": "/account/security/"})


def actor() -> Actor:
    return actor_from(SignIn.objects.select_related("account").latest("at"), now())


class TestPassword:
    def test_alone_never_suffices(self, browser: Client) -> None:
        official()
        assert enter_password(browser)["Location"].startswith(CODE)
        assert browser.get("/account/security/")["Location"].startswith("/account/sign-in/")
        assert not SignIn.objects.exists()

    def test_gets_in_with_a_code(self, browser: Client) -> None:
        give_post(official(), ["process"])
        before = browser.session.session_key
        enter_password(browser)
        assert enter_code(browser)["Location"] == "/account/security/"
        assert browser.session.session_key != before
        assert actor().assurance == 2
        assert [held.duty for held in actor().holdings] == ["process"]
        assert browser.get("/account/security/").status_code == 200

    @pytest.mark.parametrize(("username", "password"), [
        ("minh.hoankiem", "wrong"), ("nobody", PASSWORD), ("MINH.HOANKIEM", PASSWORD), ("", ""),
    ])  # fmt: skip
    def test_does_not_say_which_part_is_wrong(self, browser: Client, username: str, password: str) -> None:
        official()
        page = enter_password(browser, username, password)
        assert page.status_code == 422
        assert HALF not in browser.session

    def test_lets_no_resident_in(self, browser: Client) -> None:
        account = resident()
        account.set_password(PASSWORD)
        account.save()
        assert enter_password(browser, account.username).status_code == 422

    def test_stops_after_five_wrong_ones_even_for_the_right_one(self, browser: Client) -> None:
        official()
        answers = [enter_password(Client(), password="wrong").status_code for _ in range(6)]
        assert answers == [422] * 5 + [429]
        assert enter_password(browser).status_code == 429
        Attempt.objects.update(since=now() - timedelta(minutes=16))
        assert enter_password(browser).status_code == 302

    def test_of_the_official_is_still_taken_at_the_usual_machine_while_strangers_guess(
        self, browser: Client
    ) -> None:
        official()
        enter_password(browser)
        enter_code(browser)
        browser.post("/account/sign-out/")
        assert [enter_password(Client(), password="wrong").status_code for _ in range(6)][-1] == 429
        assert enter_password(browser).status_code == 302

    def test_guessed_at_the_usual_machine_is_stopped_too(self, browser: Client) -> None:
        official()
        enter_password(browser)
        enter_code(browser)
        browser.post("/account/sign-out/")
        assert [enter_password(browser, password="wrong").status_code for _ in range(6)] == [422] * 5 + [429]

    def test_of_another_name_is_no_usual_one_at_this_machine(self, browser: Client) -> None:
        """A thief with an account of their own gets no guesses more at the names of others."""
        official()
        official("thief")
        enter_password(browser, "thief")
        enter_code(browser)
        browser.post("/account/sign-out/")
        for _ in range(5):
            enter_password(Client(), password="wrong")
        assert enter_password(browser, password="wrong").status_code == 429

    def test_counts_by_name_whatever_address_a_header_claims(self, browser: Client) -> None:
        official()
        for number in range(5):
            form = {"username": "minh.hoankiem", "password": "wrong"}
            browser.post(OFFICIAL, form, headers={"x-forwarded-for": f"10.0.0.{number}"})
        assert enter_password(browser).status_code == 429


class TestCode:
    def test_is_used_once_in_all_processes(self, browser: Client) -> None:
        official()
        code, other = code_now(), Client()
        enter_password(browser)
        enter_password(other)
        assert enter_code(browser, code).status_code == 302
        assert enter_code(other, code).status_code == 422

    def test_refuses_wrong_and_old_ones_and_stops_after_five(self, browser: Client) -> None:
        official()
        enter_password(browser)
        old = code_of(SECRET, step_of(time.time()) - 3)
        answers = [
            enter_code(browser, code).status_code for code in (old, "000000", "x", "1", "12345678", "9")
        ]
        assert answers == [422] * 5 + [429]

    def test_is_not_asked_without_the_password(self, browser: Client) -> None:
        official()
        assert enter_code(browser)["Location"].startswith(OFFICIAL)

    def test_is_asked_within_five_minutes(self, browser: Client) -> None:
        official()
        enter_password(browser)
        session = browser.session
        session[HALF] = {**session[HALF], "at": session[HALF]["at"] - 301}
        session.save()
        assert enter_code(browser)["Location"].startswith(OFFICIAL)


class TestMatchingStep:
    @pytest.mark.law("RFC 6238, appendix B")
    @pytest.mark.parametrize(("unix_s", "code"), [
        (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
        (2000000000, "279037"), (20000000000, "353130"),
    ])  # fmt: skip
    def test_agrees_with_the_vectors_of_the_standard(self, unix_s: int, code: str) -> None:
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        assert matching_step(secret, f"{code[:3]} {code[3:]}", unix_s) == unix_s // 30
        assert matching_step(secret, code, unix_s + 61) is None


class TestPost:
    def test_is_chosen_when_there_are_several_and_only_its_duties_count(self, browser: Client) -> None:
        account = official()
        give_post(account, ["process"])
        second = give_post(account, ["sign"], ward="00004")
        sign_in(browser, account)
        assert actor().holdings == ()
        page = browser.get("/account/post/")
        assert "Phường 00004" in page.content.decode()
        assert browser.post("/account/post/", {"post": "x", "next": "/account/security/"}).status_code == 422
        chosen = browser.post("/account/post/", {"post": str(second.post_id), "next": "/account/security/"})
        assert chosen["Location"] == "/account/security/"
        assert {held.post_id for held in actor().holdings} == {second.post_id}

    def test_of_a_colleague_is_refused(self, browser: Client) -> None:
        foreign = give_post(official("other", "Khác"), ["sign"])
        sign_in(browser, official())
        assert browser.post("/account/post/", {"post": str(foreign.post_id)}).status_code == 422


class TestSecurity:
    def test_demands_a_fresh_proof_before_factors_change(self, browser: Client) -> None:
        sign_in(browser, official())
        SignIn.objects.update(proven_at=now() - timedelta(minutes=6))
        asked = browser.get("/account/security/totp/")
        assert asked["Location"].startswith("/account/confirm/?next=")
        again = browser.post("/account/confirm/", {"code": code_now(), "next": "/account/security/totp/"})
        assert again["Location"] == "/account/security/totp/"
        assert browser.get("/account/security/totp/").status_code == 200

    def test_keeps_the_last_factor(self, browser: Client) -> None:
        account = official()
        sign_in(browser, account)
        where = reverse("accounts:remove-factor", args=[account.factors.get().id])
        assert browser.post(where).status_code == 409
        assert account.factors.count() == 1

    def test_ends_own_sessions_and_no_other(self, browser: Client) -> None:
        account, stranger = official(), official("other", "Khác")
        elsewhere, foreign = sign_in(Client(), account), sign_in(Client(), stranger)
        sign_in(browser, account)
        for sign_in_ in SignIn.objects.exclude(id=browser.session["sign_in"]).order_by("at"):
            browser.post(reverse("accounts:end-session", args=[sign_in_.id]))
        assert elsewhere.get("/account/security/").status_code == 302
        assert foreign.get("/account/security/").status_code == 200

    def test_shuts_out_whose_account_was_closed(self, browser: Client) -> None:
        account = official()
        sign_in(browser, account)
        account.is_active = False
        account.save()
        assert browser.get("/account/security/").status_code == 302

    def test_ends_after_twelve_hours(self, browser: Client) -> None:
        sign_in(browser, official())
        SignIn.objects.update(at=now() - timedelta(hours=12, seconds=1))
        assert browser.get("/account/security/").status_code == 302


class TestRefusal:
    def test_is_recorded_without_a_name_and_within_bounds(self, browser: Client) -> None:
        sign_in(browser, resident())
        for _ in range(32):
            assert browser.get("/account/post/").status_code == 403
        refusals = entries("identity.act.refused")
        assert len(refusals) == 30
        assert refusals[0]["facts"]["reason"] == "wrong-door"
        assert "An" not in json.dumps(refusals[0]).replace("Anonymous", "")

    def test_inside_a_view_is_recorded_too(self, browser: Client, settings: Settings) -> None:
        settings.ROOT_URLCONF = __name__
        sign_in(browser, resident())
        # What is another's is answered as what does not exist.
        assert browser.get("/refusing/").status_code == 404
        facts = [entry["facts"] for entry in entries("identity.act.refused")]
        assert [(one["reason"], one["act"]) for one in facts] == [("not-yours", "read")]

    def test_is_recorded_before_it_becomes_a_page(self, settings: Settings) -> None:
        """Django asks the last middleware first, and none after the first that answers."""
        order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
        assert order.index("ProblemMiddleware") < order.index("ActorMiddleware")

    @pytest.mark.parametrize(("path_", "status"), [("/refusing/", 404), ("/account/post/", 403)])
    def test_tells_programs_in_their_own_way(
        self, browser: Client, settings: Settings, path_: str, status: int
    ) -> None:
        settings.ROOT_URLCONF = __name__
        sign_in(browser, resident())
        answer = browser.get(path_, headers={"Accept": "application/json"})
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert len(entries("identity.act.refused")) == 1

    def test_of_the_anonymous_is_not_recorded(self, browser: Client) -> None:
        assert browser.get("/account/post/").status_code == 302
        assert entries("identity.act.refused") == []


HALF = "half_signed_in"
READ = ActRule("read", frozenset({Kind.RESIDENT}))


@open_to(Kind.RESIDENT)
def _refusing(request: HttpRequest) -> HttpResponse:
    require(actor_of(request), READ, CaseFacts("dossier", frozenset({new_id()})), now())
    return HttpResponse("secret")


urlpatterns = [path("refusing/", _refusing), path("", include("dothi.config.urls"))]


def entries(act: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select body from ledger_entry where act = %s", [act])
        return [
            json.loads(row[0]) if isinstance(row[0], str | bytes) else row[0] for row in cursor.fetchall()
        ]
