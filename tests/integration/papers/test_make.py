"""Making a paper: ordered once, made once, signed once, readable only by a recorded read."""

import threading
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from dothi.foundation import clock
from dothi.foundation.ledger.errors import NotSealedYet
from dothi.foundation.ledger.types import ActorRef
from dothi.foundation.papers import actions, checking, credentials, kinds, models, queries, tasks
from dothi.foundation.papers.errors import PaperIncomplete, PaperNotReady, PaperUnknown, SignerMissing
from dothi.foundation.papers.types import Draft, Official, Order, PaperId, Status, Verdict
from tests.support.waiting import PATIENCE_S
from tests.unit.papers.facts import AT, FACTS

SON = Official(uuid4(), uuid4(), "Vũ Hồng Sơn", "Phó Chủ tịch", "Ủy ban nhân dân phường Hoàn Kiếm")
OWNER = uuid4()


class Collector:
    """A room that orders papers; what it gives, or raises, is set by the test."""

    problem: Exception | None = None
    draft = Draft("receipt", FACTS, SON, "giay-tiep-nhan.pdf", {"receipt.json": b"{}"}, "Tiếp nhận hồ sơ")

    def __call__(self, order: Order, at: datetime) -> Draft:
        if self.problem:
            raise self.problem
        return self.draft


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setattr(settings, "DEMO", True)
    collector = Collector()
    monkeypatch.setitem(kinds._kinds, "receipt", collector)
    yield collector
    credentials.usable.cache_clear()


def wanted(**changes: object) -> Order:
    fields = {"id": PaperId(uuid4()), "kind": "receipt", "about": "urn:dothi:x:dossier:1", "owner": OWNER}
    return Order(**{**fields, **changes})  # type: ignore[arg-type]  # a test's shorthand


def ordered() -> PaperId:
    with transaction.atomic():
        return actions.order(wanted=wanted(), at=AT)


def opened(paper_id: PaperId, owner: object = OWNER) -> bytes:
    return b"".join(
        queries.content(
            paper_id=paper_id, owner=owner, actor=ActorRef("resident", OWNER),  # type: ignore[arg-type]
            authority="owner", purpose="own-view", basis="Law 91/2025/QH15", at=AT,
        )
    )  # fmt: skip


@pytest.mark.usefixtures("db")
class TestOrder:
    def test_the_same_order_again_is_the_same_paper_and_one_job(self, room: Collector) -> None:
        order = wanted()
        for _ in range(2):
            with transaction.atomic():
                actions.order(wanted=order, at=AT)
        assert models.Paper.objects.count() == ProcrastinateJob.objects.count() == 1

    def test_rolled_back_leaves_neither_paper_nor_job(self, room: Collector) -> None:
        with transaction.atomic():
            actions.order(wanted=wanted(), at=AT)
            transaction.set_rollback(True)
        assert not models.Paper.objects.exists()
        assert not ProcrastinateJob.objects.exists()

    def test_refuses_an_id_that_stands_for_another_paper(self, room: Collector) -> None:
        with pytest.raises(PaperUnknown), transaction.atomic():
            actions.order(wanted=wanted(id=ordered(), owner=uuid4()), at=AT)

    def test_refuses_a_kind_that_no_room_makes(self) -> None:
        with pytest.raises(KeyError), transaction.atomic():
            actions.order(wanted=wanted(kind="ode"), at=AT)


@pytest.mark.usefixtures("db")
class TestMake:
    def test_gives_a_genuine_paper_that_says_it_is_from_the_demo_city(self, room: Collector) -> None:
        paper_id = ordered()
        tasks.make_paper(str(paper_id))
        report = checking.check(opened(paper_id), credentials.trust_roots(), clock.now())
        assert (report.verdict, report.signer, report.demo) == (Verdict.GENUINE, "Vũ Hồng Sơn", True)
        assert [it.name for it in report.attachments] == ["receipt.json"]
        assert queries.state(paper_id).status is Status.READY

    def test_twice_signs_once(self, room: Collector) -> None:
        paper_id = ordered()
        actions.make(paper_id=paper_id, at=AT)
        first = queries.state(paper_id).sha256
        actions.make(paper_id=paper_id, at=AT)
        assert queries.state(paper_id).sha256 == first

    def test_waits_while_the_ledger_is_not_sealed(self, room: Collector) -> None:
        paper_id, room.problem = ordered(), NotSealedYet()
        with pytest.raises(NotSealedYet):
            actions.make(paper_id=paper_id, at=AT)
        assert queries.state(paper_id).status is Status.WAITING
        room.problem = None
        actions.make(paper_id=paper_id, at=AT)
        assert queries.state(paper_id).status is Status.READY

    def test_keeps_a_failure_on_the_row_until_it_is_mended(self, room: Collector) -> None:
        paper_id, room.draft = ordered(), Draft("receipt", {}, SON, "x.pdf")
        with pytest.raises(PaperIncomplete):
            actions.make(paper_id=paper_id, at=AT)
        kept = models.Paper.objects.get(pk=paper_id)
        assert (kept.status, kept.failure) == (Status.FAILED, "paper-incomplete")
        room.draft = Collector.draft
        actions.make(paper_id=paper_id, at=AT)
        assert queries.state(paper_id).status is Status.READY

    def test_makes_no_certificate_outside_the_demo_city(
        self, room: Collector, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "DEMO", False)
        with pytest.raises(SignerMissing):
            actions.make(paper_id=ordered(), at=AT)
        assert not models.Credential.objects.exists()

    def test_one_official_keeps_one_certificate_until_the_post_changes(self, room: Collector) -> None:
        first = credentials.credential_of(SON, AT)
        assert credentials.credential_of(SON, AT) == first
        promoted = Official(SON.person_id, SON.post_id, SON.name, "Chủ tịch", SON.unit)
        assert credentials.credential_of(promoted, AT) != first

    def test_dump_without_the_root_key_shows_no_private_key(self, room: Collector) -> None:
        row = credentials.credential_of(SON, AT)
        assert credentials.usable(row.id).private_key not in bytes(row.key_sealed)


@pytest.mark.usefixtures("db")
class TestContent:
    def test_refuses_another_owner(self, room: Collector) -> None:
        paper_id = ordered()
        actions.make(paper_id=paper_id, at=AT)
        with pytest.raises(PaperUnknown):
            opened(paper_id, owner=uuid4())

    def test_says_that_a_paper_is_not_ready(self, room: Collector) -> None:
        with pytest.raises(PaperNotReady):
            opened(ordered())


class TestAtOnce:
    def test_four_makers_give_one_paper_and_one_authority(self, fresh_database: str, room: Collector) -> None:
        paper_id = ordered()

        def work() -> None:
            try:
                actions.make(paper_id=paper_id, at=AT)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert checking.check(opened(paper_id), credentials.trust_roots(), AT).verdict is Verdict.GENUINE
        assert sorted(models.Credential.objects.values_list("role", flat=True)) == [
             "issuer", "official", "root",
        ]  # fmt: skip
