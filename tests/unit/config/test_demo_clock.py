"""The demo clock moves ahead, comes back, and is never half-written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from dothi.config.demo import clock
from dothi.foundation.clock import now


class TestMoved:
    @pytest.mark.parametrize(
        ("wish", "hours"), [("+3d", 72), ("+12h", 12), ("+30m", 0.5), ("+0d", 0), ("real", 0)]
    )
    def test_moves_by_days_hours_and_minutes(self, wish: str, hours: float) -> None:
        assert clock.moved(timedelta(), wish) == timedelta(hours=hours)

    def test_adds_to_where_it_stands(self) -> None:
        assert clock.moved(timedelta(days=3), "+1d") == timedelta(days=4)

    @pytest.mark.parametrize("wish", ["-1h", "+367d", "3d", "+3 d", "+3w", "+d", "tomorrow", "+1d\n+1d"])
    def test_refuses_what_it_does_not_understand_and_times_before_the_city(self, wish: str) -> None:
        with pytest.raises(clock.NotMoved):
            clock.moved(timedelta(), wish)


class TestWrite:
    def test_moves_what_every_process_calls_now_and_brings_it_back(
        self, tmp_path: Path, settings: Settings
    ) -> None:
        settings.CLOCK_FILE = tmp_path / "clock"
        for ahead in (timedelta(days=3), timedelta()):
            clock.write(settings.CLOCK_FILE, ahead)
            assert clock.read(settings.CLOCK_FILE) == ahead
            assert abs(now() - datetime.now(UTC) - ahead) < timedelta(seconds=2)

    def test_leaves_nothing_beside_the_file(self, tmp_path: Path) -> None:
        clock.write(tmp_path / "clock", timedelta(days=1))
        assert [path.name for path in tmp_path.iterdir()] == ["clock"]

    def test_reads_a_clock_that_was_never_moved(self, tmp_path: Path) -> None:
        assert clock.read(tmp_path / "clock") == timedelta()
