"""Whether residents get in by VNeID, nobody else does, and nothing is lost when it fails."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dothi.config.demo.idp.settings import Provider
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.models import Account, Person, SignIn
from dothi.foundation.identity.queries import unsealed
from dothi.web.accounts.sessions import actor_from
from tests.support.identity import sign_in_at
from tests.support.people import BINH, resident, sign_in

CALLBACK = "/account/vneid/callback/"


def begin(browser: Client, next_: str = "/account/security/") -> str:
    answer = browser.post(reverse("accounts:vneid"), {"next": next_})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def come_back(browser: Client, answer: dict[str, str], **changes: str) -> Any:
    query = {name: value for name, value in {**answer, **changes}.items() if name != "location"}
    return browser.get(CALLBACK, query)


def arrive(browser: Client, person: str = "an", next_: str = "/account/security/", **choices: str) -> Any:
    return come_back(browser, sign_in_at(begin(browser, next_), person, **choices))


def problem(response: Any) -> str:
    return str(response.content.decode().split('data-problem="')[1].split('"')[0])


def signed_in(browser: Client) -> bool:
    return SignIn.objects.filter(ended_at=None).exists() and "sign_in" in browser.session


class TestArrive:
    def test_lets_in_whom_vneid_vouches_for_and_goes_where_one_wanted(
        self, vneid: Provider, browser: Client
    ) -> None:
        response = arrive(browser, next_="/account/security/?x=1")
        assert (response.status_code, response["Location"]) == (302, "/account/security/?x=1")
        sign_in_ = SignIn.objects.select_related("account__person").get()
        profile = unsealed(sign_in_.account.person)
        assert profile is not None
        assert (profile.full_name, profile.personal_number) == ("Nguyễn Thị An", "001300004873")
        assert (sign_in_.assurance, sign_in_.method) == (2, "vneid")
        page = browser.get("/account/security/")
        assert page.status_code == 200
        assert "Nguyễn Thị An" in page.content.decode()

    def test_keeps_the_level_of_the_identity_account(self, vneid: Provider, browser: Client) -> None:
        arrive(browser, "chau")
        actor = actor_from(SignIn.objects.select_related("account").get(), SignIn.objects.get().at)
        assert (actor.kind, actor.assurance) == (Kind.RESIDENT, 1)

    def test_knows_a_person_again_and_records_only_what_changed(
        self, vneid: Provider, browser: Client
    ) -> None:
        arrive(browser)
        arrive(Client())
        assert (Person.objects.count(), Account.objects.count()) == (1, 1)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_entry where act = 'identity.person.told'")
            assert cursor.fetchone()[0] == 1

    def test_changes_the_session_key_and_keeps_the_draft(self, vneid: Provider, browser: Client) -> None:
        session = browser.session
        session["draft"] = "half filled in"
        session.save()
        planted = session.session_key
        arrive(browser)
        assert browser.session.session_key != planted
        assert browser.session["draft"] == "half filled in"

    def test_throws_away_what_another_person_left(self, vneid: Provider, browser: Client) -> None:
        sign_in(browser, resident(BINH))
        session = browser.session
        session["draft"] = "Bình's"
        session.save()
        arrive(browser)
        assert "draft" not in browser.session

    def test_leaves_no_name_in_the_tables(self, vneid: Provider, browser: Client) -> None:
        arrive(browser)
        with connection.cursor() as cursor:
            cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
            tables = [row[0] for row in cursor.fetchall()]
            for table in tables:
                cursor.execute(
                    f'select count(*) from "{table}" t where t::text ~ %s', ["Thị An|001300004873"]
                )
                assert cursor.fetchone()[0] == 0, table
        assert "001300004873" not in str(dict(browser.session))


class TestNext:
    @pytest.mark.parametrize("next_", [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\/evil.example",
        "javascript:alert(1)",
        "/\t/evil.example", "http:///evil.example", " //evil.example",
    ])  # fmt: skip
    def test_never_leads_elsewhere(self, vneid: Provider, browser: Client, next_: str) -> None:
        assert arrive(browser, next_=next_)["Location"] == "/"


class TestRefuse:
    @pytest.mark.parametrize(("choices", "slug", "status"), [
        ({"choice": "refuse"}, "consent-withheld", 403),
        ({"scenario": "unknown"}, "citizen-unknown", 404),
        ({"scenario": "down"}, "identity-provider-down", 503),
    ])  # fmt: skip
    def test_says_what_happened_and_keeps_the_way_and_the_draft(
        self, vneid: Provider, browser: Client, choices: dict[str, str], slug: str, status: int
    ) -> None:
        session = browser.session
        session["draft"] = "half filled in"
        session.save()
        response = arrive(browser, next_="/account/post/", **choices)
        assert (response.status_code, problem(response)) == (status, slug)
        page = response.content.decode()
        assert 'name="next" value="/account/post/"' in page
        assert "1900 1009" in page
        assert browser.session["draft"] == "half filled in"
        assert not signed_in(browser)

    def test_begins_only_by_a_form_of_this_site(self, vneid: Provider, db: None) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(reverse("accounts:vneid"), {"next": "/"}).status_code == 403
        assert strict.get(reverse("accounts:vneid")).status_code == 405


class TestSignOut:
    def test_ends_the_session_here_and_at_the_provider(self, vneid: Provider, browser: Client) -> None:
        arrive(browser)
        old = browser.cookies["dothi_session"].value
        assert browser.get(reverse("accounts:sign-out")).status_code == 405
        away = browser.post(reverse("accounts:sign-out"))["Location"]
        query = dict(parse_qsl(urlsplit(away).query))
        assert away.startswith(f"{vneid.issuer}/logout?")
        assert query["post_logout_redirect_uri"].endswith("/account/signed-out/")
        assert SignIn.objects.get().ended_at is not None
        browser.cookies["dothi_session"] = old
        assert browser.get("/account/security/").status_code == 302

    def test_works_when_the_provider_does_not_answer(
        self, vneid: Provider, browser: Client, settings: Settings
    ) -> None:
        arrive(browser)
        settings.IDP_URL = "http://localhost:1"
        assert browser.post(reverse("accounts:sign-out"))["Location"] == "/account/signed-out/"


class TestHeaders:
    def test_refuses_a_forged_host(self, browser: Client) -> None:
        assert browser.get("/account/sign-in/", headers={"host": "evil.example"}).status_code == 400

    def test_does_not_send_people_to_a_forwarded_host(self, vneid: Provider, browser: Client) -> None:
        forged = {"x-forwarded-host": "evil.example"}
        answer = browser.post(reverse("accounts:vneid"), {"next": "/"}, headers=forged)
        assert "evil.example" not in answer["Location"]

    def test_keeps_pages_of_a_person_out_of_caches(self, vneid: Provider, browser: Client) -> None:
        arrive(browser)
        assert browser.get("/account/security/")["Cache-Control"] == "private, no-store"
        cookie = browser.cookies["dothi_session"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
