"""What the rules of the catalog make of the storm of 2025, and of six years of daily rain."""

from functools import cache
from pathlib import Path

import pytest

from dothi.alerts import document
from dothi.alerts.catalog import latest
from dothi.alerts.engine.flags import rejected_by
from dothi.alerts.engine.looking import Fits, Reading, covers, samples_of
from dothi.alerts.engine.rule import Rule
from dothi.alerts.trial import Columns, History, Trial, of_csv, tried
from dothi.alerts.watched import microseconds
from dothi.config.cli import main
from dothi.sectors.importing import storm, territory
from dothi.sectors.importing.city import City
from dothi.sectors.playing.storm import samples
from tests.support.data import DATA, needs_data

DAILY = DATA / "rain_flood" / "hanoi_rain_daily_2020_2025.csv"
BOUNDS = (0.0, 1825.0)


def rule_of(code: str) -> Rule:
    return document.load((latest()[code]).read_text(encoding="utf-8"))


@cache
def the_storm() -> storm.Storm:
    return storm.read(City("test", territory.wards(DATA)[0]), DATA)


def tried_on_storm(code: str) -> Trial:
    rule, told = rule_of(code), the_storm()
    stations = {one.id: one for one in told.stations}
    readings = [
        Reading(one.device, one.name, microseconds(one.at), one.said, 0)
        for one in samples(told)
        if not isinstance(one.said, str)
        if covers(rule.looks_at, Fits(one.device, stations[one.device].kind.profile.name))
    ]
    places = {
        one.id: (one.lon, one.lat) for one in told.stations if one.lon is not None and one.lat is not None
    }
    return tried(rule, History(list(samples_of(rule, readings)), places), rejected_by(rule))


def tried_on_years(code: str) -> Trial:
    rule = rule_of(code)
    history = of_csv(rule, DAILY, Columns("station", "date", "rain_mm"), BOUNDS)
    return tried(rule, history, rejected_by(rule))


@needs_data
class TestStorm:
    @pytest.mark.parametrize(
        ("code", "alerts"),
        [("rain-24h-100", 26), ("rain-24h-200", 15), ("rain-24h-400", 2), ("flooded-point", 82),
         ("flooded-area", 3), ("rain-1h-50", 0), ("sensor-silent-rain", 0)],
    )  # fmt: skip
    def test_raises_so_many(self, code: str, alerts: int) -> None:
        assert len(tried_on_storm(code).spans) == alerts

    def test_finds_where_it_rained_most_first_of_the_city(self) -> None:
        worst = {span.thing for span in tried_on_storm("rain-24h-400").spans}
        assert worst == {"rain-00190", "rain-00508"}


@needs_data
class TestYears:
    def test_rejects_the_impossible_and_keeps_the_storm(self) -> None:
        found = tried_on_years("rain-24h-400")
        assert max(span.signal for span in found.spans) < 1825
        storm = [span for span in found.spans if span.raised_at.year == 2025 and span.raised_at.month == 9]
        assert len(storm) == 2
        assert found.rejected == 11

    @pytest.mark.parametrize(
        ("code", "alerts"), [("rain-24h-100", 452), ("rain-24h-200", 96), ("rain-24h-400", 18)]
    )
    def test_raises_so_many(self, code: str, alerts: int) -> None:
        assert len(tried_on_years(code).spans) == alerts


class TestCommand:
    ROWS = (
        "gauge,when,mm\nA,2025-09-30T08:00,60\nA,2025-09-30T09:30,\nA,2025-09-30T09:40,0\n"
        "B,2025-09-30T08:00,9999\n"
    )

    def test_says_how_often_and_on_what(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rows = tmp_path / "rain.csv"
        rows.write_text(self.ROWS, encoding="utf-8")
        given = ["--data", str(rows), "--columns", "gauge,when,mm", "--bounds", "0:500", "--lang", "en"]
        assert main(["rules", "try", "rain-1h-50", *given]) == 0
        told = capsys.readouterr().out
        assert "1 alerts on 1 of 2 things, 3 readings" in told
        assert "1 rejected, 1 without a number" in told
        assert "2025-09-30 08:00 – 2025-09-30 09:40  A  60 mm" in told

    def test_lets_time_go_on_to_the_end_that_is_asked_for(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = tmp_path / "rain.csv"
        rows.write_text("gauge,when,mm\nA,2025-09-30T08:00,60\nA,2025-09-30T08:30,0\n", "utf-8")
        given = ["--data", str(rows), "--columns", "gauge,when,mm", "--lang", "en"]
        for rule, until, said in (
            ("rain-1h-50", [], "2025-09-30 08:00 – …"),
            ("rain-1h-50", ["--until", "2025-09-30T12:00"], "2025-09-30 08:00 – 2025-09-30 09:00"),
            ("sensor-silent-rain", [], "0 alerts"),
            ("sensor-silent-rain", ["--until", "2025-10-02"], "1 alerts on 1 of 1 things"),
        ):
            assert main(["rules", "try", rule, *given, *until]) == 0
            assert said in capsys.readouterr().out

    def test_checks_the_catalog_and_tells_what_nobody_has_read(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["rules", "check", "--lang", "en"]) == 0
        told = capsys.readouterr().out
        assert "1459/QĐ-TCMT, breakpoints of PM2.5, which nobody has read" in told
        assert "18/2021/QĐ-TTg" not in told

    def test_shows_what_differs(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        kept = latest()["rain-1h-50"]
        other = tmp_path / "2.yaml"
        other.write_text(kept.read_text(encoding="utf-8").replace("fire_at: 50", "fire_at: 60"), "utf-8")
        assert main(["rules", "diff", str(kept), str(other), "--lang", "en"]) == 1
        assert "~ limit.fire_at\n  - 50\n  + 60" in capsys.readouterr().out

    def test_says_what_is_wrong_with_a_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        wrong = tmp_path / "wrong.yaml"
        wrong.write_text("code: Wrong\n", encoding="utf-8")
        assert main(["rules", "check", str(wrong), "--lang", "en"]) == 1
        assert main(["rules", "check", str(tmp_path / "absent.yaml")]) == 2
        assert "Something is missing" in capsys.readouterr().out
