"""The report of a situation: ordered once a key, made by the job, signed with the seal of the center."""

import pytest
from django.conf import settings

from dothi.foundation.papers.actions import make
from dothi.foundation.papers.queries import state
from dothi.foundation.papers.types import Order, PaperId, Status
from dothi.incidents.shifts.actions import SITUATION, order_report
from dothi.incidents.shifts.moments import Moment, moment_of
from dothi.kernel.ids import new_id
from dothi.operations import report
from tests.support.center import AT, center, later, opened

pytestmark = pytest.mark.django_db


class TestReport:
    def test_is_made_of_the_moment_that_was_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "DEMO", True)  # which makes the certificate of the seal
        at_center = center()
        opened(at_center)
        key = new_id()
        for _ in range(2):
            paper = order_report(moment=Moment(later(5), later(5)), actor=at_center.van, at=later(6), key=key)
        make(paper_id=paper, at=later(7))
        found = state(paper)
        assert found.status is Status.READY
        assert moment_of(found.about) == Moment(later(5), later(5))

    def test_says_how_many_lines_it_leaves_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report, "MOST", 1)
        at_center = center()
        opened(at_center)
        opened(at_center)
        wanted = Order(PaperId(new_id()), SITUATION, Moment(later(5), later(3)).name, at_center.unit_id)
        data = report.draw(wanted, later(6)).data
        told = data["incidents"]
        assert isinstance(told, dict)
        assert (len(told["rows"]), told["count"], told["more"]) == (1, 2, 1)
        assert data["number"] == "BC-260930-0805/260930-0803"
        assert isinstance(figures := data["figures"], list)
        assert {"name": "Mực nước cao nhất", "value": "—", "state": "chưa rõ", "of": ""} in figures

    def test_names_a_moment_in_whole_seconds(self) -> None:
        assert moment_of(Moment(AT).name) == Moment(AT)
