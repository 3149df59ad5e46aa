"""Areas in their time: where an old ward lies now, where a new one came from, and how it is found."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dothi.kernel import text
from dothi.registers.agencies.errors import AreaUnknown
from dothi.registers.agencies.models import Area, Succession
from dothi.registers.agencies.queries import area_on, areas, find_areas, predecessors, successors
from dothi.registers.agencies.types import AreaLevel, Relation, Residents

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
TABLES = Path(__file__).parents[4] / "shared" / "data" / "admin_units"
needs_tables = pytest.mark.skipif(not TABLES.exists(), reason=f"the real tables are not at {TABLES}")
pytestmark = pytest.mark.usefixtures("territory")


class TestTerritory:
    def test_holds_526_wards_before_the_reform_and_126_since(self) -> None:
        assert len(areas(BEFORE)) == 526
        assert len(areas(AFTER)) == 126
        assert Counter(area.level for area in areas(AFTER)) == {AreaLevel.WARD: 51, AreaLevel.COMMUNE: 75}
        assert Area.objects.filter(level="district").count() == 30

    def test_gives_one_code_another_area_at_another_time(self) -> None:
        assert area_on("00004", BEFORE).name.vi == "Phường Trúc Bạch"
        assert area_on("00004", AFTER).name.vi == "Phường Ba Đình"
        assert area_on("00004", BEFORE).id != area_on("00004", AFTER).id

    def test_says_nothing_of_days_before_its_sources(self) -> None:
        with pytest.raises(AreaUnknown):
            area_on("00004", date(2024, 12, 31))

    def test_writes_one_name_in_one_way(self) -> None:
        assert all(area.name_vi == text.nfc(area.name_vi) for area in Area.objects.order_by("key"))
        assert area_on("00679", BEFORE).name.vi == "Xã Đại Áng"


class TestSuccessors:
    def test_are_certain_when_the_whole_ward_went_to_one(self) -> None:
        found = successors("00013", BEFORE, AFTER)
        assert found.certain is not None
        assert found.certain.name.vi == "Phường Ba Đình"
        assert found.places[0].relation is Relation.WHOLE

    def test_are_a_list_to_choose_from_when_a_ward_was_split(self) -> None:
        found = successors("00016", BEFORE, AFTER)
        assert len(found.places) > 1
        assert found.certain is None
        assert found.certain_for_residents is None

    def test_are_certain_for_residents_when_the_rest_was_land_alone(self) -> None:
        found = successors("00118", BEFORE, AFTER)
        assert found.certain is None
        assert found.certain_for_residents is not None
        assert found.certain_for_residents.name.vi == "Phường Bồ Đề"
        assert [place.residents for place in found.places] == [Residents.ALL, Residents.NONE]

    def test_are_the_ward_itself_on_days_without_a_reform_between(self) -> None:
        found = successors("00118", AFTER, date(2026, 11, 20))
        assert found.certain == found.asked == area_on("00118", AFTER)

    def test_need_four_statements(self) -> None:
        with CaptureQueriesContext(
            connection,
        ) as statements:
            successors("00016", BEFORE, AFTER)
        assert len(statements) == 4

    def test_and_predecessors_are_each_others_inverse(self) -> None:
        forth = {(old.code, place.area.code) for old in areas(BEFORE)[:80]
                 for place in successors(old.code, BEFORE, AFTER).places}  # fmt: skip
        back = {(place.area.code, new.code) for new in areas(AFTER)
                for place in predecessors(new.code, AFTER, BEFORE).places}  # fmt: skip
        assert forth <= back
        assert len(back) == 795

    def test_cover_every_old_ward_and_every_new_one(self) -> None:
        steps = Succession.objects.order_by("key")
        assert {step.from_code for step in steps} == {area.code for area in areas(BEFORE)}
        assert {step.to_code for step in steps} == {area.code for area in areas(AFTER)}


@needs_tables
class TestAgainstTheTableOfTheStatisticsOffice:
    def test_differs_in_one_misprinted_code_only(self) -> None:
        ours = {(step.from_code, step.to_code) for step in Succession.objects.order_by("key")}
        printed = {(row["old_code"], row["new_code"]) for row in _table("hanoi_ward_conversion_2025.csv")}
        assert ours - printed == {("00556", "00562")}
        assert printed - ours == {("00553", "00562")}
        misprint = [row for row in _table("hanoi_ward_conversion_2025.csv")
                    if (row["old_code"], row["new_code"]) == ("00553", "00562")]  # fmt: skip
        assert misprint[0]["old_name"] == "Xã Đặng Xá" == area_on("00556", BEFORE).name.vi

    def test_counts_as_printed_328_with_one_successor_and_198_split(self) -> None:
        printed = Counter(row["old_code"] for row in _table("hanoi_ward_conversion_2025.csv"))
        assert Counter(count > 1 for count in printed.values()) == {False: 328, True: 198}
        assert max(printed.values()) == 5

    def test_counts_in_truth_327_with_one_successor_and_199_split(self) -> None:
        ours = Counter(step.from_code for step in Succession.objects.order_by("key"))
        assert Counter(count > 1 for count in ours.values()) == {False: 327, True: 199}

    def test_knows_the_40_that_moved_all_their_residents_to_one(self) -> None:
        whole = Succession.objects.filter(relation="part", residents="all").order_by("from_code")
        codes = whole.values_list("from_code", flat=True)
        printed = {
            text.tone_position(row["old_name"])
            for row in _table("hanoi_ward_conversion_2025.csv")
            if "toàn bộ dân số" in row["merge_kind"]
        }
        assert len(codes) == len(set(codes)) == 40
        assert {text.tone_position(area_on(code, BEFORE).name.vi) for code in codes} == printed

    def test_names_each_ward_as_the_table_does(self) -> None:
        printed = {row["Mã PX"]: row["Phường Xã"] for row in _table("hanoi_wards_before_2025-07.csv")}
        ours = {area.code: area.name.vi for area in areas(BEFORE)}
        assert _spelled(printed) == _spelled(ours)


class TestFindAreas:
    @pytest.mark.parametrize(
        "words", ["Yên Hoà", "Yên Hòa", "yen hoa", "phuong yen hoa", "P. Yên Hòa", "YÊN HOÀ"]
    )
    def test_finds_a_ward_however_its_marks_are_typed(self, words: str) -> None:
        first = find_areas(words, AFTER)[0]
        assert first.area.name.vi == "Phường Yên Hòa"
        assert first.matched == first.area

    def test_finds_a_ward_by_its_old_name(self) -> None:
        found = [hit for hit in find_areas("hang gai", AFTER) if hit.matched.name.vi == "Phường Hàng Gai"]
        assert [hit.area.name.vi for hit in found] == ["Phường Hoàn Kiếm"]

    def test_finds_a_name_that_begins_like_a_level(self) -> None:
        found = {hit.matched.name.vi for hit in find_areas("quan thanh", AFTER, limit=100)}
        assert {"Phường Quán Thánh", "Quận Thanh Xuân"} <= found

    def test_reads_an_address_up_to_its_comma(self) -> None:
        assert find_areas("p. Hàng Gai, Hoàn Kiếm", AFTER)[0].area.name.vi == "Phường Hoàn Kiếm"

    def test_finds_all_wards_of_an_old_district(self) -> None:
        found = find_areas("quận hoàn kiếm", AFTER)
        assert {hit.matched.name.vi for hit in found} == {"Quận Hoàn Kiếm"}
        assert {"Phường Hoàn Kiếm", "Phường Cửa Nam"} <= {hit.area.name.vi for hit in found}

    def test_puts_the_exact_present_name_first(self) -> None:
        assert find_areas("ba dinh", AFTER)[0].area.name.vi == "Phường Ba Đình"
        assert find_areas("ba đình", AFTER)[0].matched.name.vi == "Phường Ba Đình"

    def test_finds_by_the_beginning_of_any_word(self) -> None:
        assert "Phường Hoàn Kiếm" in {hit.area.name.vi for hit in find_areas("kie", AFTER)}
        assert "Phường Hoàn Kiếm" not in {hit.area.name.vi for hit in find_areas("iem", AFTER)}

    @pytest.mark.parametrize("words", ["", "   ", "zzz", "%", "_", "'; drop table"])
    def test_finds_nothing_for_nothing(self, words: str) -> None:
        assert find_areas(words, AFTER) == []

    def test_needs_at_most_six_statements(self) -> None:
        with CaptureQueriesContext(connection) as statements:
            find_areas("a", AFTER)
        assert len(statements) <= 6


def _table(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _spelled(names: dict[str, str]) -> dict[str, str]:
    """Put each tone mark in one place and forget capitals: the table prints one in lower case."""
    return {code: text.tone_position(name).casefold() for code, name in names.items()}
