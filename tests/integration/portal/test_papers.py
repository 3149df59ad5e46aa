"""What is said of a paper whose job fails: it is made again until nothing tries any more."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from dothi.dossiers.papers import FILING, about
from dothi.foundation.clock import now
from dothi.foundation.identity.models import Account
from dothi.foundation.jobs.actions import wake
from dothi.foundation.jobs.declaring import RETRIES
from dothi.foundation.jobs.queries import dead_letters
from dothi.foundation.papers import credentials, kinds
from dothi.foundation.papers.queries import papers_about
from dothi.foundation.papers.types import Draft, Official, Order, PaperState, Status
from tests.integration.desk.test_double_press import official
from tests.support import city, desk
from tests.support.jobs import do_waiting_jobs
from tests.support.people import sign_in
from tests.unit.papers.facts import FACTS

SON = Official(uuid4(), uuid4(), "Vũ Hồng Sơn", "Phó Chủ tịch", "Ủy ban nhân dân phường Hoàn Kiếm")
AGAIN = ("đang được lập lại", "is being made again", "đang được lập lại")
FAILED = ("không lập được", "could not be made", "không lập được")
"""What An reads in Vietnamese and in English, and what Hà reads."""


class Maker:
    """The room that says what the paper prints, and at first cannot."""

    broken = True

    def __call__(self, order: Order, at: datetime) -> Draft:
        if self.broken:
            raise ZeroDivisionError
        return Draft("receipt", FACTS, SON, "giay-xac-nhan.pdf")


@pytest.fixture
def maker(city: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    monkeypatch.setattr(settings, "DEMO", True)
    making = Maker()
    monkeypatch.setitem(kinds._kinds, FILING, making)
    yield making
    credentials.usable.cache_clear()


def try_now() -> None:
    """Let the job that waits for its next try be tried."""
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
    do_waiting_jobs()


def paper_of(dossier_id: UUID) -> PaperState:
    (paper,) = papers_about(about(dossier_id))
    return paper


def read(dossier_id: UUID) -> tuple[str, str, str]:
    """Return the dossier's page as An reads it in Vietnamese and in English, and as Hà reads it."""
    an = Account.objects.get(person_id=city.person_id(city.resident("an", now())))
    vietnamese, english = (sign_in(Client(SERVER_NAME="localhost"), an) for _ in range(2))
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    own = f"/dossiers/{dossier_id}/"
    pages = (vietnamese.get(own), english.get(own), official("ha").get(f"/desk/dossiers/{dossier_id}"))
    first, second, third = (page.content.decode() for page in pages)
    return first, second, third


def said(dossier_id: UUID, words: tuple[str, str, str]) -> list[str]:
    """Return which of these words stand on the page that each of them is looked for on."""
    return [word for word, page in zip(words, read(dossier_id), strict=True) if word in page]


class TestPaperThatFails:
    def test_is_made_again_and_then_is_there(self, maker: Maker) -> None:
        dossier_id = desk.made_submitted()
        assert said(dossier_id, AGAIN) == []
        do_waiting_jobs()
        assert said(dossier_id, AGAIN) == [*AGAIN]
        assert said(dossier_id, FAILED) == []
        maker.broken = False
        try_now()
        assert paper_of(dossier_id).status is Status.READY
        assert said(dossier_id, AGAIN) == []

    def test_has_failed_only_when_nothing_tries_any_more(self, maker: Maker) -> None:
        dossier_id = desk.made_submitted()
        for _ in range(RETRIES):
            try_now()
            assert paper_of(dossier_id).again
            assert dead_letters() == []
        try_now()
        assert len(dead_letters()) == 1
        assert paper_of(dossier_id).status is Status.FAILED
        assert said(dossier_id, FAILED) == [*FAILED]
        assert said(dossier_id, AGAIN) == []

    def test_is_made_again_when_its_dead_letter_is_woken(self, maker: Maker) -> None:
        dossier_id = desk.made_submitted()
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_jobs set attempts = %s", [RETRIES])
        do_waiting_jobs()
        assert paper_of(dossier_id).status is Status.FAILED
        (letter,) = dead_letters()
        maker.broken = False
        wake(letter.number, at=now())
        assert said(dossier_id, AGAIN) == [*AGAIN]
        try_now()
        assert paper_of(dossier_id).status is Status.READY
