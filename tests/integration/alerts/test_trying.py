"""A rule tried on the past: ordered once, made by a job from hot and archived days, shown in words."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import psycopg
import pytest
import yaml
from django.conf import settings
from django.test import Client

from dothi.alerts import overview, rules
from dothi.alerts.actions import trials
from dothi.alerts.actions.keep import promote
from dothi.alerts.errors import RuleUnknown, SpanUnfit, TrialsWaiting
from dothi.alerts.models import TrialRun
from dothi.alerts.overview import Stands
from dothi.alerts.trial import tried_on_past
from dothi.alerts.types import RuleId
from dothi.config.cli import main
from dothi.config.supervisor import postgres
from dothi.foundation.identity.authority import Duty, Refused
from dothi.kernel.ids import new_id
from dothi.telemetry.archive import days
from tests.support.alerts import AT, a_rule, a_watching, document_of, operator
from tests.support.people import found_center, signed_in
from tests.support.readings import store_many, telemetry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACES = {"rain-00070": (105.85, 21.03, "00070"), "rain-00004": (105.84, 21.05, "00004")}
BEGIN = AT - 5 * DAY


@pytest.fixture
def dsn(cluster: postgres.Cluster, fresh_database: str) -> str:
    """Five days of rain at two gauges: 40 mm at one of them once a day, 33 mm at the other on the third."""
    found = telemetry(cluster, fresh_database, PLACES)
    rows = [
        ("rain-00070", "rain", BEGIN + day * DAY + hour * HOUR, 40.0 if hour == 7 else 1.0)
        for day in range(5) for hour in range(24)
    ]  # fmt: skip
    rows += [
        ("rain-00004", "rain", BEGIN + 2 * DAY + hour * HOUR, 33.0 if hour == 9 else 0.0)
        for hour in range(24)
    ]
    store_many(found, [rows])
    return found


def left(dsn: str, folder: Path, *gone: date) -> None:
    """Let days leave PostgreSQL for their files."""

    async def act() -> None:
        connection = await asyncpg.connect(dsn)
        for day in gone:
            await days.close(connection, day, at=AT)
            await days.archive(connection, day, folder, at=AT)
            await days.drop(connection, day, folder, at=AT)
        await connection.close()

    asyncio.run(act())


def shadow(limit: int = 32) -> RuleId:
    """Put a second version beside the first."""
    changed = {**document_of()["limit"], "fire_at": limit}
    return a_watching(live=False, version="2", limit=changed).id


class TestPast:
    def test_is_the_same_from_postgresql_from_files_and_from_both(
        self, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "READINGS_DIR", tmp_path)
        told: list[tuple[int, int]] = []
        asked = [a_rule()], BEGIN, AT
        (hot,) = tried_on_past(*asked, lambda done, all_: told.append((done, all_)))
        assert (len(hot.spans), dict(hot.by_thing)) == (6, {"rain-00070": 5, "rain-00004": 1})
        assert (hot.samples, hot.things, told[-1]) == (144, 2, (6, 6))
        first = BEGIN.astimezone(UTC).date()
        left(dsn, tmp_path, first + DAY, first + 2 * DAY)
        assert tried_on_past(*asked) == [hot]
        left(dsn, tmp_path, first, *(first + one * DAY for one in (3, 4)))
        assert tried_on_past(*asked) == [hot]
        # What comes late for a day that left makes its partition anew, and counts.
        store_many(dsn, [[("rain-00004", "rain", BEGIN + DAY, 50.0)]])
        assert len(tried_on_past(*asked)[0].spans) == 7

    def test_is_cut_where_it_is_asked_to_be(self, dsn: str) -> None:
        (found,) = tried_on_past([a_rule()], BEGIN + DAY + 7 * HOUR, BEGIN + 2 * DAY + 7 * HOUR)
        assert [span.raised_at for span in found.spans] == [BEGIN + DAY + 7 * HOUR]

    def test_hears_the_silence_at_its_end(self, dsn: str) -> None:
        limit = {**document_of()["limit"], "fire_at": 7200, "clear_at": 7200}
        (found,) = tried_on_past([a_rule(kind="absence", limit=limit)], BEGIN, AT)
        silent_at = BEGIN + 2 * DAY + 25 * HOUR
        assert (found.spans[-1].thing, found.spans[-1].raised_at) == ("rain-00004", silent_at)
        assert found.spans[-1].cleared_at is None
        (early,) = tried_on_past([a_rule(kind="absence", limit=limit)], BEGIN + 2 * DAY, silent_at)
        assert early.spans == []

    def test_counts_the_silence_of_what_never_spoke_from_when_it_was_there(self, dsn: str) -> None:
        limit = {**document_of()["limit"], "fire_at": 7200, "clear_at": 7200}
        came = BEGIN + DAY + 90 * timedelta(minutes=1)
        with psycopg.connect(dsn) as connection:
            made = "insert into telemetry.device (id, profile, created_at) values (%s, %s, %s)"
            for name, at in (("mute", BEGIN - DAY), ("new", came), ("after", AT), ("gone", BEGIN)):
                connection.execute(made, (name, "gauge", at))
            connection.execute("update telemetry.device set revoked_at = %s where id = 'gone'", (AT,))
        (found,) = tried_on_past([a_rule(kind="absence", limit=limit)], BEGIN, AT)
        told = {(one.thing, one.raised_at, one.cleared_at) for one in found.spans}
        assert told == {
            ("mute", BEGIN + 2 * HOUR, None),
            ("new", came + 2 * HOUR, None),
            # Until its first word; then from its last one.
            ("rain-00004", BEGIN + 2 * HOUR, BEGIN + 2 * DAY),
            ("rain-00004", BEGIN + 2 * DAY + 25 * HOUR, None),
        }
        assert found.things == 4
        (within,) = tried_on_past(
            [a_rule(kind="absence", limit=limit)], BEGIN + 3 * DAY, BEGIN + 3 * DAY + HOUR
        )
        assert within.spans == []

    def test_takes_words_from_before_it_was_there_as_words(self, dsn: str) -> None:
        """Devices that an import brings were entered after what they told."""
        limit = {**document_of()["limit"], "fire_at": 7200, "clear_at": 7200}
        with psycopg.connect(dsn) as connection:
            connection.execute("update telemetry.device set created_at = %s", (AT - HOUR,))
        (found,) = tried_on_past([a_rule(kind="absence", limit=limit)], BEGIN, AT)
        assert [(one.thing, one.raised_at) for one in found.spans] == [
            ("rain-00004", BEGIN + 2 * DAY + 25 * HOUR)
        ]

    def test_is_told_on_the_command_line(
        self, dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        given = ["rules", "try", str(_file(tmp_path)), "--from", BEGIN.isoformat(), "--until", AT.isoformat()]
        assert main([*given, "--lang", "en"]) == 0
        assert "6 alerts on 2 of 2 things, 144 readings" in capsys.readouterr().out


class TestTrial:
    def test_compares_the_live_version_with_its_shadow(self, dsn: str) -> None:
        a_watching()
        shadow(35)
        key = ordered()
        row = overview.trial(key, AT)
        assert (row.days_done, row.days, row.result) == (0, 6, None)
        trials.work(trial_id=key, at=AT + HOUR)
        first, second = overview.trial(key, AT + HOUR).result or []
        assert (first["version"], first["alerts"], first["touched"], first["alone"]) == ("1", 6, 2, 1)
        assert (second["version"], second["alerts"], second["alone"]) == ("2", 5, 0)
        assert first["months"] == {"2025-09": 6}
        assert first["by_thing"] == [["rain-00070", "rain-00070", 5], ["rain-00004", "rain-00004", 1]]

    def test_is_ordered_once_and_done_again_after_a_stop(self, dsn: str) -> None:
        a_watching()
        key = ordered()
        ordered(key)
        trials.work(trial_id=key, at=AT)
        done = overview.trial(key, AT + HOUR)
        trials.work(trial_id=key, at=AT + HOUR)
        assert overview.trial(key, AT + HOUR) == done
        assert [row.id for row in overview.trials("rain-heavy", AT)] == [key]

    @pytest.mark.usefixtures("db")
    def test_refuses_what_cannot_be_tried(self) -> None:
        a_watching()
        for start, end in ((AT, AT), (AT - 4 * 366 * DAY, AT), (AT - DAY, AT + HOUR)):
            with pytest.raises(SpanUnfit):
                ordered(start=start, end=end)
        with pytest.raises(RuleUnknown):
            ordered(code="no-such-rule")
        with pytest.raises(Refused):
            ordered(duty=Duty.SIGN)
        for _ in range(trials.MOST_WAITING):
            ordered()
        with pytest.raises(TrialsWaiting):
            ordered()
        assert TrialRun.objects.count() == trials.MOST_WAITING

    @pytest.mark.usefixtures("db")
    def test_whose_job_died_stands_in_nobody_s_way_and_says_so(self) -> None:
        a_watching()
        lost = [ordered() for _ in range(trials.MOST_WAITING)]
        late = AT + rules.TRIAL_WITHIN
        fresh = ordered(at=late)
        assert {one.id: one.failed(late) for one in overview.trials("rain-heavy", late)} == {
            **dict.fromkeys(lost, True), fresh: False,
        }  # fmt: skip
        trials.work(trial_id=lost[0], at=late)
        assert not overview.trial(lost[0], late).failed(late)
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], found_center())
        assert "Bị lỗi" in van.get(f"/center/rules/trials/{lost[1]}").content.decode()

    def test_shows_what_had_come_of_it_by_the_moment_of_the_screen(self, dsn: str) -> None:
        a_watching()
        key = ordered()
        trials.work(trial_id=key, at=AT + HOUR)
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], found_center())

        def page(at: datetime, status: int = 200) -> str:
            answer = van.get(f"/center/rules/trials/{key}", {"at": at.isoformat()})
            assert answer.status_code == status
            return answer.content.decode()

        page(AT - HOUR, 404)
        shown = page(AT + HOUR / 2)
        assert "Lúc đó chưa chạy xong" in shown
        assert f'href="/center/rules/rain-heavy?{urlencode({"at": (AT + HOUR / 2).isoformat()})}"' in shown
        assert "sẽ phát 6 cảnh báo" in page(AT + HOUR)


@pytest.mark.usefixtures("db")
class TestOverview:
    def test_tells_how_each_version_stands(self) -> None:
        a_watching()
        key = shadow()
        a_watching(code="rain-torrent", live=False)
        found = {one.code: (one.foremost.stands, [row.rule.version for row in one.shadows])
                 for one in overview.overviews(AT)}  # fmt: skip
        assert found == {"rain-heavy": (Stands.LIVE, ["2"]), "rain-torrent": (Stands.SHADOW, ["1"])}
        keeper = operator(Duty.ADMINISTER_DEVICES)
        promote(rule_id=key, actor=keeper, at=AT + HOUR, key=new_id(), knowingly="asked for")
        assert [row.stands for row in overview.versions("rain-heavy", AT + HOUR)] in (
            [Stands.LIVE, Stands.OFF], [Stands.OFF, Stands.LIVE],
        )  # fmt: skip


def ordered(
    key: UUID | None = None, *, code: str = "rain-heavy", start: datetime = BEGIN, end: datetime = AT,
    duty: Duty = Duty.OPERATE, at: datetime = AT,
) -> UUID:  # fmt: skip
    """Order a trial and return its id."""
    asked = key or new_id()
    trials.order(code=code, start=start, end=end, actor=operator(duty), at=at, key=asked)
    return asked


def _file(folder: Path) -> Path:
    """Return the file of a rule for more than 31 mm at once."""
    found = folder / "rule.yaml"
    found.write_text(yaml.safe_dump(document_of(), allow_unicode=True), encoding="utf-8")
    return found
