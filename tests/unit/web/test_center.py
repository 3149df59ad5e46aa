"""What a browser or a device may say to the center: odd moments, and values that can hardly be drawn."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.test import RequestFactory
from django.utils.translation import gettext, override

from dothi.incidents.types import Over
from dothi.operations.figures import DOSSIERS, INCIDENTS
from dothi.operations.types import Figure, Level
from dothi.telemetry.types import Flag
from dothi.web.center.charts import chart
from dothi.web.center.moments import Moment, MomentUnfit, moment_of
from dothi.web.center.showing import Item, Strip, tile
from dothi.web.center.units import OVERS, weighed
from dothi.web.center.wall import on_wall
from dothi.web.center.wards import by_letter
from dothi.web.center.wording import doubts

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


class TestMoment:
    @pytest.mark.parametrize(
        "asked",
        [
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "1899-12-31",
            "2026-11-23",
            "soon",
            "2026-13-01",
        ],
    )
    def test_that_is_none_or_that_nobody_could_know_is_unfit(self, asked: str) -> None:
        with pytest.raises(MomentUnfit):
            moment_of(RequestFactory().get("/center/", {"at": asked}), AT)

    def test_of_a_day_is_its_midnight_in_hanoi(self) -> None:
        found = moment_of(RequestFactory().get("/center/", {"at": "2026-11-22"}), AT)
        assert (found.at, found.live) == (datetime(2026, 11, 21, 17, tzinfo=UTC), False)

    @pytest.mark.parametrize(
        ("on", "clock"), [("22/11/2026", "9:30"), ("22.11.2026", "9h30"), ("2026-11-22", "09:30")]
    )
    def test_is_read_as_people_write_it(self, on: str, clock: str) -> None:
        found = moment_of(RequestFactory().get("/center/", {"on": on, "clock": clock}), AT)
        assert found.at == datetime(2026, 11, 22, 2, 30, tzinfo=UTC)

    @pytest.mark.parametrize(("on", "clock"), [("11/22/2026", "9:30"), ("22/11", ""), ("22/11/2026", "25h")])
    def test_typed_wrongly_is_unfit(self, on: str, clock: str) -> None:
        with pytest.raises(MomentUnfit):
            moment_of(RequestFactory().get("/center/", {"on": on, "clock": clock}), AT)


class TestWords:
    @pytest.mark.parametrize(
        ("source", "said"),
        [(INCIDENTS, "sổ sự cố"), (DOSSIERS, "sổ hồ sơ"), ("rain-00004", "rain-00004"), ("", "")],
    )
    def test_say_where_a_figure_comes_from(self, source: str, said: str) -> None:
        with override("vi"):
            assert tile(Figure("late", 0, "", Level.CALM, source=source, at=AT), Moment(AT)).source == said

    def test_name_every_flag_of_a_reading(self) -> None:
        with override("vi"):
            assert doubts(Flag.RANGE | Flag.SKEW) == "ngoài khoảng đo, sai giờ"
            assert len(doubts(sum(Flag)).split(", ")) == len(Flag)
            assert doubts(0) == "–"


def told(unit: str, distance_m: int, over: str | None = None) -> dict[str, object]:
    """Return a unit as a line of the timeline keeps it."""
    return {"unit": unit, "distance_m": distance_m, "over": over}


SENT = told("Bơm 1", 900)
FARTHER = told("Bơm 2", 1200, "farther")
WEIGHED = [SENT, FARTHER, told("Bơm 3", 300, "off-shift"), told("Bơm 4", 500, "stale")]
BY_ROAD = {"measure": "road-time", "weighed": [SENT, FARTHER, told("Bơm 5", 100, "farther")]}
PASSED = "Nearer as the crow flies, but passed over: "


class TestWeighed:
    FACTS: ClassVar = {"unit": "Bơm 1", "measure": "distance", "nearest": "Bơm 1", "weighed": WEIGHED}

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({}, "The nearest that fitted, by distance."
             f" {PASSED}off shift (Bơm 3); its position is too old (Bơm 4)."),
            (BY_ROAD, f"The nearest that fitted, by road. {PASSED}farther away (Bơm 5)."),
            ({"unit": "Bơm 2", "weighed": [SENT, FARTHER]}, "Nearest that fitted: Bơm 1."),
            ({"unit": "Bơm 3"}, "Nearest that fitted: Bơm 1. Sent all the same: off shift."),
            ({"unit": "Bơm 3", "nearest": None}, "No unit fitted. Sent all the same: off shift."),
            ({"weighed": []}, ""),
        ],
    )  # fmt: skip
    def test_says_by_what_and_why_others_that_were_nearer_did_not_go(
        self, changes: dict[str, object], said: str
    ) -> None:
        with override("en"):
            assert weighed({**self.FACTS, **changes}) == said

    def test_speaks_vietnamese(self) -> None:
        with override("vi"):
            assert weighed(self.FACTS) == (
                "Gần nhất trong số phù hợp, tính theo khoảng cách. Gần hơn theo đường chim bay nhưng không"
                " chọn: ngoài ca (Bơm 3); vị trí đã quá cũ (Bơm 4)."
            )

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_knows_a_word_for_each_reason(self, language: str) -> None:
        with override(language):
            assert len({gettext(OVERS[over]) for over in Over}) == len(Over)


class TestChart:
    @pytest.mark.parametrize(
        "values",
        [(0.0, 0.0), (0.0, 5e-324), (0.0, 1e-12), (-1e-12, 1e-12), (7.0, 7.0), (-1e15, 1e15)],
    )
    def test_is_drawn_of_whatever_a_device_can_say(self, values: tuple[float, float]) -> None:
        drawn = chart([(AT + timedelta(hours=n), value) for n, value in enumerate(values)], "x")
        assert drawn
        assert all(-1 <= up <= 241 for _, up in drawn.dots)


class TestWards:
    def test_stand_in_groups_cut_between_letters_in_both_languages(self) -> None:
        names = [f"{first} {number:02}" for first in ("Ba", "Cửa", "Đông", "Ô") for number in range(10)]
        for language, said in (("vi", "Phường {}"), ("en", "{} Ward")):
            with override(language):
                groups = list(by_letter([(name, said.format(name)) for name in names]))
            assert [(one.title, len(one.choices)) for one in groups] == [
                ("B", 10), ("C", 10), ("Đ", 10), ("O", 10)
            ]  # fmt: skip


class TestWall:
    def test_keeps_something_of_each_part_and_all_in_its_count(self) -> None:
        item = Item("", "", "", Level.HIGH, "info")
        counts = (100, 5, 0, 3, 9)
        shown = on_wall([Strip("", [item] * count, "") for count in counts])
        assert [len(one.items) for one in shown] == [3, 1, 0, 1, 1]
        assert [one.count for one in shown] == list(counts)
        assert not any(one.items for one in on_wall([Strip("", [item], "")] * 20))
