"""The demo city: whole after one loading, unchanged by the second."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from dothi.config.demo.load import Told, load
from dothi.registers.agencies.models import Post, Unit
from dothi.registers.agencies.queries import areas, desk_of, unit_of, units
from dothi.registers.agencies.types import UnitKind

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.mark.usefixtures("db")
class TestLoad:
    def test_gives_each_ward_its_committee_and_its_desk(self) -> None:
        _load()
        for ward in areas(TODAY):
            desk = desk_of(ward.code, TODAY)
            assert desk.parent_id is not None
            committee = unit_of(desk.parent_id, TODAY)
            assert (committee.kind, committee.area_code) == (UnitKind.WARD, ward.code)
        assert len(units(UnitKind.DESK, TODAY)) == 126

    def test_names_a_desk_as_people_call_it(self) -> None:
        _load()
        assert desk_of("00070", TODAY).name.vi == "Bộ phận Một cửa phường Hoàn Kiếm"
        assert desk_of("00070", TODAY).name.en == "One-stop desk of Hoàn Kiếm Ward"

    def test_tells_each_step_before_and_after(self) -> None:
        told = _load()
        for begun, ended in zip(told[::2], told[1::2], strict=True):
            assert (begun.name, begun.done, begun.total) == (ended.name, 0, ended.done)
            assert ended.new

    def test_changes_nothing_the_second_time(self) -> None:
        _load()
        before = _rows()
        assert not any(step.new for step in _load())
        assert _rows() == before

    def test_mends_what_is_missing(self) -> None:
        _load()
        with connection.cursor() as cursor:
            cursor.execute("select bitemporal_take(%s)", [AT])
            cursor.execute("delete from agencies_post where true")
        assert [step.name for step in _load() if step.new] == ["units"]
        assert Post.objects.exists()


def _load() -> list[Told]:
    told: list[Told] = []
    load(at=AT, tell=told.append)
    return told


def _rows() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from ledger_entry), (select count(*) from agencies_unit_past)"
        )
        return [*cursor.fetchone(), Unit.objects.count()]
