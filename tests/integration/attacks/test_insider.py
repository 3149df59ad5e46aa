"""Somebody who has signed in, at what is somebody else's: every address that names a thing by its id."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dothi.dossiers import queries
from dothi.dossiers.actions import apply, receive
from dothi.dossiers.types import Act
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor
from dothi.foundation.identity.errors import Refused
from dothi.foundation.identity.models import Account
from dothi.foundation.notices.queries import inbox
from dothi.kernel.ids import DossierId
from dothi.kernel.problems import Problem
from tests.support.city import official, person_id, resident
from tests.support.dossiers import CHECKED, call, drafted
from tests.support.people import sign_in

CLOSED = {302, 403, 404, 405, 409, 422}
"""A redirect leads to another door, never to the thing; what it carries is looked at below."""


def addresses(space: str) -> Iterator[str]:
    """Yield the paths of a room that name a dossier, with every other id made up."""
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == space:
            for one in entry.url_patterns:
                if isinstance(one, URLPattern) and "<uuid:dossier_id>" in str(one.pattern):
                    yield f"/{entry.pattern}{one.pattern}"


def filled(path: str, dossier_id: UUID) -> list[str]:
    """Return the addresses of `path` for this dossier, one for each act."""
    path = path.replace("<uuid:dossier_id>", str(dossier_id)).replace("<uuid:file_id>", str(uuid4()))
    for name in ("page_id", "slot", "field_id"):
        path = path.replace(f"<slug:{name}>", "applicant").replace(f"<str:{name}>", "applicant")
    for name in ("result_id", "paper_id", "notice_id"):
        path = path.replace(f"<uuid:{name}>", str(uuid4()))
    return [path.replace("<slug:act>", act) for act in Act] if "<slug:act>" in path else [path]


def account_of(actor: Actor) -> Account:
    assert actor.account_id is not None
    return Account.objects.get(id=actor.account_id)


def browser_of(actor: Actor) -> Client:
    return sign_in(Client(raise_request_exception=False), account_of(actor))


def assert_closed(browser: Client, path: str, secrets: tuple[str, ...]) -> None:
    for method in ("GET", "POST"):
        answer = browser.generic(method, path)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in CLOSED, f"{method} {path}: {answer.status_code}"
        assert not [one for one in secrets if one in body.decode(errors="replace")], f"{method} {path}"


@pytest.mark.usefixtures("city")
class TestAnother:
    def test_resident_opens_no_door_to_a_dossier_and_changes_nothing(self) -> None:
        dossier_id = drafted()
        stranger = browser_of(resident("binh"))
        before = queries.editing(dossier_id=dossier_id, resident=resident("an"), at=now())
        paths = [one for path in addresses("portal") for one in filled(path, dossier_id)]
        assert len(paths) > 5
        for path in paths:
            assert_closed(stranger, path, ("Nguyễn Thị An", "001300004873"))
        assert queries.editing(dossier_id=dossier_id, resident=resident("an"), at=now()) == before

    def test_ward_opens_no_door_to_a_dossier_and_changes_nothing(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        other = browser_of(official("lananh"))
        paths = [one for path in addresses("desk") for one in filled(path, dossier_id)]
        assert len(paths) > 5
        for path in paths:
            assert_closed(other, path, ("Nguyễn Thị An", "001300004873"))
        accepted = receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        assert accepted.state == "accepted"

    def test_resident_reads_and_follows_no_notice(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        notices = inbox(person_id(resident("an")))
        assert notices
        stranger = browser_of(resident("binh"))
        assert [stranger.post(f"/inbox/{one.id}/").status_code for one in notices] == [404] * len(notices)

    def test_actor_gains_nothing_from_the_key_of_an_act_that_was_done(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        done = call(dossier_id, "ha", 2, key=uuid4(), confirmed=CHECKED)
        receive.accept(done)
        for who in ("binh", "lananh"):
            with pytest.raises((Refused, Problem)):
                receive.accept(call(DossierId(dossier_id), who, 3, key=done.key, confirmed=CHECKED))


@pytest.mark.usefixtures("city")
class TestSession:
    def test_given_by_another_is_not_the_one_that_is_signed_in(self) -> None:
        """Fixation: the key of the session changes as somebody signs in."""
        browser = Client()
        browser.post("/account/official/", {"username": "x", "password": "y"})
        planted = browser.session.session_key
        sign_in(browser, account_of(resident("an")))
        assert browser.session.session_key != planted

    def test_is_of_no_use_with_a_wrong_or_empty_mark(self) -> None:
        for mark in ("", str(uuid4())):
            browser = sign_in(Client(raise_request_exception=False), account_of(resident("an")))
            session = browser.session
            session["sign_in"] = mark
            session.save()
            assert browser.get("/dossiers/").status_code == 302

    def test_leaves_nothing_of_a_person_in_caches(self) -> None:
        browser = browser_of(resident("an"))
        for path in ("/dossiers/", "/inbox/", "/vault/", "/reads/", "/account/security/", "/"):
            assert "no-store" in browser.get(path).headers["Cache-Control"], path
