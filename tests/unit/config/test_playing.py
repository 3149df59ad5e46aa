"""Where the demo city's storm stands: kept across starts, so that each tells the same readings again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dothi.config.playing import kept_pace
from dothi.sectors.playing.storm import WORST

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class TestKeptPace:
    def test_begins_on_the_worst_afternoon(self, tmp_path: Path) -> None:
        pace = kept_pace(tmp_path / "city.json", NOW)
        assert pace.tells(WORST) == NOW

    def test_stays_where_it_was_when_the_city_starts_again(self, tmp_path: Path) -> None:
        first = kept_pace(tmp_path / "city.json", NOW)
        again = kept_pace(tmp_path / "city.json", NOW + timedelta(hours=5))
        assert again == first
        assert again.at(NOW + timedelta(hours=5)) == WORST + timedelta(hours=5)

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"begin": 1, "start": 2}', '{"begin": "x"}'])
    def test_begins_anew_where_the_file_says_nothing(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "city.json"
        file.write_text(text)
        assert kept_pace(file, NOW).start == NOW
        assert kept_pace(file, NOW + timedelta(hours=1)).start == NOW
