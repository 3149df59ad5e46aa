"""Whatever anybody sends to any page, whoever they are: it is answered, and by no failure of ours."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from pytest_django import DjangoDbBlocker

from dothi.foundation.bitemporal import facts
from dothi.foundation.clock import now
from dothi.foundation.identity.models import Account
from dothi.registers.agencies.models import PostHolding
from tests.architecture.test_authority_matrix import ROLES, TABLE, expected
from tests.architecture.world import World, build
from tests.support.forms import Form
from tests.support.intruders import Sent, filled_form, forms_on, made_up, odd_address, spoiled_form

ODD, SPOILED, MADE_UP = 25, 40, 25
"""Requests of each role in the short form; the long one has more of each, and all roles."""
MORE = 20
FEW = ("owner", "operate", "administer_devices")
FAILED = 500
ALWAYS = DateRange(date(2025, 7, 1), None)
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all; what each request writes is undone, and in the end the world is too."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def answer(world: World, role: str, sent: Sent) -> Any:
    """Return the answer to a request of `role`; what it wrote is undone. A failure of ours names it."""
    browser = Client()
    browser.cookies.load(dict(world.cookies[role]))
    try:
        with transaction.atomic():
            told = browser.generic(sent.method, sent.path, sent.body, sent.media_type or "text/plain")
            transaction.set_rollback(True)
    except Exception as error:
        raise AssertionError(f"{role} sends {sent}") from error
    assert told.status_code < FAILED or told.status_code == 503, f"{role} {sent}"
    return told


@dataclass(frozen=True)
class Opened:
    """The addresses that are open to a role, and the forms that stand there."""

    paths: list[str]
    forms: list[Form]


@pytest.fixture(scope="module")
def opened(world: World) -> Callable[[str], Opened]:
    """What is open to a role, looked at once."""

    @cache
    def look(role: str) -> Opened:
        found = Opened([], [])
        for row in TABLE["address"].values():
            if expected(row, "GET")[role] == {200}:
                path = row["path"].format(**world.places)
                told = answer(world, role, Sent(path))
                found.paths.append(path)
                if not told.streaming:
                    found.forms.extend(forms_on(told.content.decode(errors="replace"), path))
        return found

    return look


class TestIntruder:
    @pytest.mark.parametrize("role", FEW)
    def test_breaks_no_page(self, world: World, opened: Callable[[str], Opened], role: str) -> None:
        self.intrude(world, opened(role), role, 1)

    @pytest.mark.long
    @pytest.mark.parametrize("role", ROLES)
    def test_breaks_no_page_however_long(
        self, world: World, opened: Callable[[str], Opened], role: str
    ) -> None:
        self.intrude(world, opened(role), role, MORE)

    def intrude(self, world: World, here: Opened, role: str, times: int) -> None:
        dice = random.Random(f"intruder {role} {times}")
        assert len(here.paths) > 10
        assert len(here.forms) > 1
        for _ in range(ODD * times):
            told = answer(world, role, Sent(odd_address(dice, dice.choice(here.paths))))
            assert "evil" not in told.headers.get("Location", "")
        sent = [spoiled_form(dice, dice.choice(here.forms)) for _ in range(SPOILED * times)]
        everywhere = [row["path"].format(**world.places) for row in TABLE["address"].values()]
        for _ in range(MADE_UP * times):
            answer(world, role, made_up(dice, dice.choice(everywhere)))
        statuses = {answer(world, role, one).status_code for one in sent}
        assert statuses - {302, 403}, "all was refused at the door: nothing was tried"


OTHERS = {"operate": "other_ward", "administer_devices": "other_ward", "owner": "other_resident"}
"""Who has the same duties, or is as much a resident, and nothing to do with what the first one holds."""


class TestForm:
    @pytest.mark.parametrize("role", OTHERS)
    def test_of_one_does_nothing_in_the_hands_of_another(
        self, world: World, opened: Callable[[str], Opened], role: str
    ) -> None:
        """The very form with its key, filled as it stands: whose thing it is decides, not who has it."""
        things = {world.places[name] for name in ("incident", "alert", "device", "draft", "owner_s_dossier")}
        stolen = [form for form in opened(role).forms if things & set(form.path.split("/"))]
        assert stolen
        statuses = [answer(world, OTHERS[role], filled_form(form)).status_code for form in stolen]
        assert set(statuses) <= {403, 404, 422}, dict(zip(stolen, statuses, strict=True))
        assert statuses.count(422) <= len(statuses) / 2, "most ended at what was typed: nothing was tried"


class TestPost:
    def test_that_is_taken_away_takes_every_right_of_an_open_session_along(self, world: World) -> None:
        """The next request counts, not the next sign-in."""
        with transaction.atomic():
            person = Account.objects.get(username="operate").person_id
            held = PostHolding.objects.filter(person_id=person)
            assert self._screen(world) == 200
            facts.record([facts.retract(PostHolding, one.key, ALWAYS) for one in held], at=now())
            assert [self._screen(world), self._note(world)] == [302, 302], "led to the choice of a post"
            transaction.set_rollback(True)

    def _screen(self, world: World) -> int:
        return int(answer(world, "operate", Sent("/center/situation")).status_code)

    def _note(self, world: World) -> int:
        place = f"/center/incidents/{world.places['incident']}/note"
        told = Sent(place, urlencode({"key": uuid4(), "note": "x"}).encode(), FORM_TYPE)
        return int(answer(world, "operate", told).status_code)
