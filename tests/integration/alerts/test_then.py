"""Rules at a past moment: which version was in force, how often it had been right, what had been tried."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from dothi.alerts import overview
from dothi.alerts.actions import trials
from dothi.alerts.actions.handle import close
from dothi.alerts.actions.keep import promote
from dothi.alerts.comparing import judged
from dothi.alerts.errors import RuleUnknown
from dothi.alerts.models import Finding
from dothi.alerts.overview import Stands
from dothi.alerts.types import Call, Label, RuleId
from dothi.foundation.identity.authority import Duty
from dothi.kernel.ids import new_id
from tests.support.alerts import AT, GAUGE, a_watching, clear_alert, decided, document_of, operator, raised
from tests.support.people import found_center, signed_in

MINUTE = timedelta(minutes=1)
CODE = "rain-heavy"


@pytest.fixture(autouse=True)
def second(db: None) -> RuleId:
    """A live version that caught something, and a second one that took its place after 30 minutes."""
    live = a_watching()
    limit = {**document_of()["limit"], "fire_at": 40}
    shadow = a_watching(live=False, version="2", limit=limit).id
    alert = raised(live, at=AT + MINUTE)
    clear_alert(live, decided(GAUGE.id, AT + 5 * MINUTE, act="clear"), AT + 5 * MINUTE)
    close(Call(alert.id, operator(), AT + 10 * MINUTE), label=Label.TRUE)
    keeper = operator(Duty.ADMINISTER_DEVICES)
    promote(rule_id=shadow, actor=keeper, at=AT + 30 * MINUTE, key=new_id(), knowingly="asked for")
    return shadow


def stood(minutes: int) -> dict[str, Stands]:
    return {one.rule.version: one.stands for one in overview.versions(CODE, AT + minutes * MINUTE)}


class TestVersions:
    def test_stand_as_they_stood(self) -> None:
        assert stood(29) == {"1": Stands.LIVE, "2": Stands.SHADOW}
        assert stood(30) == {"1": Stands.OFF, "2": Stands.LIVE}
        known = overview.overviews(AT + 40 * MINUTE, AT + 20 * MINUTE)
        assert [(one.foremost.rule.version, len(one.shadows)) for one in known] == [("1", 1)]

    def test_were_not_there_before_they_were_published(self) -> None:
        assert overview.overviews(AT - MINUTE) == []
        with pytest.raises(RuleUnknown):
            overview.versions(CODE, AT + MINUTE, AT - MINUTE)

    def test_had_been_right_as_often_as_people_had_said(self) -> None:
        asked = ((9, None), (11, None), (11, 9))
        found = [
            overview.precision(CODE, AT + at * MINUTE, AT + known * MINUTE if known else None).share
            for at, known in asked
        ]
        assert found == [None, 1.0, None]
        assert [judged(CODE, "2", AT + at * MINUTE).missed for at in (9, 29)] == [0, 1]

    def test_counted_the_alerts_that_were_known(self) -> None:
        asked = ((0, None), (2, None), (2, 1))
        found = [
            overview.overviews(AT + at * MINUTE, AT + known * MINUTE if known else None)[0].recent
            for at, known in asked
        ]
        assert found == [0, 1, 0]

    def test_were_in_quarantine_while_they_were(self, second: RuleId) -> None:
        Finding.objects.create(
            version_id=second, error="ValueError", said="x", thing=GAUGE.id, first_at=AT + MINUTE,
            last_at=AT + 4 * MINUTE, times=3, quarantined_at=AT + 3 * MINUTE, lifted_at=AT + 6 * MINUTE,
        )  # fmt: skip
        assert [stood(minute)["2"] for minute in (2, 3, 6)] == [
            Stands.SHADOW, Stands.QUARANTINED, Stands.SHADOW
        ]  # fmt: skip
        told = [overview.versions(CODE, AT + minute * MINUTE) for minute in (2, 5)]
        assert [[one.times for row in rows for one in row.findings] for rows in told] == [[None], [3]]


class TestTrials:
    def test_were_under_way_until_they_were_done(self) -> None:
        key = new_id()
        trials.order(code=CODE, start=AT - timedelta(days=2), end=AT, actor=operator(), at=AT, key=key)
        trials.work(trial_id=key, at=AT + 5 * MINUTE)
        found = [overview.trials(CODE, AT + minute * MINUTE) for minute in (-1, 1, 5)]
        assert [[one.days_done for one in rows] for rows in found] == [[], [None], [3]]


class TestPages:
    def test_show_the_version_of_then_with_nothing_to_press(self) -> None:
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], found_center())
        then = urlencode({"at": (AT + 20 * MINUTE).isoformat()})
        listed = van.get(f"/center/rules/?{then}").content.decode()
        assert f'href="/center/rules/{CODE}?{then}"' in listed
        assert "1, 2 chạy thử song song" in listed
        assert "danh mục của sản phẩm" not in listed
        shown = van.get(f"/center/rules/{CODE}?{then}").content.decode().partition("<main")[2]
        assert "100 %" in shown
        assert "đúng như đã xảy ra" in shown
        assert "<form" not in shown
        assert "<form" in van.get(f"/center/rules/{CODE}").content.decode().partition("<main")[2]
