"""Clause 6.3.10: pages of time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dothi.context.model import temporal_page

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class At:
    time: datetime


def minutes(*told: int) -> list[At]:
    return [At(NOON + timedelta(minutes=one)) for one in told]


class TestCut:
    def test_leaves_what_a_page_takes(self) -> None:
        page = temporal_page.cut({"speed": minutes(1, 2, 3)}, 3, backwards=False)
        assert not page.cut
        assert page.series["speed"] == minutes(1, 2, 3)

    def test_cuts_all_series_at_the_instant_of_the_first_cut(self) -> None:
        told = {"speed": minutes(1, 2, 3, 4), "fuel": minutes(1, 2, 9), "late": minutes(8)}
        page = temporal_page.cut(told, 2, backwards=False)
        assert page.series == {"speed": minutes(1, 2), "fuel": minutes(1, 2), "late": []}
        assert (page.first, page.last) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=2))

    def test_keeps_the_end_where_it_runs_backwards(self) -> None:
        told = {"speed": minutes(1, 2, 3, 4), "fuel": minutes(2, 4)}
        page = temporal_page.cut(told, 2, backwards=True)
        assert page.series == {"speed": minutes(3, 4), "fuel": minutes(4)}

    def test_never_parts_what_shares_an_instant(self) -> None:
        page = temporal_page.cut({"speed": minutes(1, 2, 2, 2, 3)}, 2, backwards=False)
        assert page.series["speed"] == minutes(1, 2, 2, 2)


class TestContentRange:
    page = temporal_page.cut({"speed": minutes(1, 2, 3)}, 2, backwards=False)

    def test_begins_where_the_query_does(self) -> None:
        told = temporal_page.content_range(self.page, NOON, None, None)
        assert told == (NOON, NOON + timedelta(minutes=2), "*")

    def test_runs_backwards_with_the_last_n(self) -> None:
        end = NOON + timedelta(hours=1)
        told = temporal_page.content_range(self.page, NOON, end, 7)
        assert told == (end, NOON + timedelta(minutes=1), "7")
