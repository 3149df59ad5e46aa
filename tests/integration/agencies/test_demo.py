"""The demo city: whole after one loading, unchanged by the second."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from dothi.config.demo.accounts import credentials
from dothi.config.demo.load import Told, load
from dothi.config.supervisor import postgres
from dothi.foundation.identity.actions.factors import use_code
from dothi.foundation.identity.errors import WrongCredentials
from dothi.foundation.identity.models import Account
from dothi.foundation.keys.actions import root_keys
from dothi.kernel.ids import UnitId
from dothi.procedures.queries import in_force
from dothi.registers.agencies.founding import CENTER, center_unit_id
from dothi.registers.agencies.models import Area, Unit
from dothi.registers.agencies.package import CITY
from dothi.registers.agencies.queries import areas, desk_of, holdings_of, unit_of, units
from dothi.registers.agencies.queries.units import city_of
from dothi.registers.agencies.types import UnitKind
from tests.conftest import CityTemplate, database_of_its_own

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def city(
    cluster: postgres.Cluster, city_template: CityTemplate, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[Told]]:
    """One demo city for all tests of this file, in a database of its own; what its loading told."""
    with database_of_its_own(cluster, django_db_blocker, city_template.name):
        yield list(city_template.told)


def _home(unit: str) -> UnitId:
    """Return the desk of the ward, or the center."""
    return center_unit_id(settings.NODE) if unit == CENTER else desk_of(unit, TODAY).id


@pytest.mark.usefixtures("city")
class TestLoad:
    def test_gives_each_ward_its_committee_and_its_desk(self) -> None:
        for ward in areas(TODAY):
            desk = desk_of(ward.code, TODAY)
            assert desk.parent_id is not None
            committee = unit_of(desk.parent_id, TODAY)
            assert (committee.kind, committee.area_code) == (UnitKind.WARD, ward.code)
        assert len(units(UnitKind.DESK, TODAY)) == 126

    def test_names_a_desk_as_people_call_it(self) -> None:
        assert desk_of("00070", TODAY).name.vi == "Bộ phận Một cửa phường Hoàn Kiếm"
        assert desk_of("00070", TODAY).name.en == "One-stop desk of Hoàn Kiếm Ward"

    def test_lets_each_official_act_through_the_post(self) -> None:
        duties = {}
        for found in credentials(root_keys()):
            account = Account.objects.get(username=found.official.username)
            assert account.check_password(found.password)
            held = holdings_of(account.person_id, AT)
            assert {one.duty for one in held} == set(found.official.duties)
            assert _home(found.official.unit) in {one.unit_id for one in held}
            duties[found.official.key] = len({one.unit_id for one in held})
        assert duties == {
            "ha": 1, "minh": 2, "thao": 2, "son": 2, "lananh": 2, "van": 1, "bao": 1, "nam": 1,
            "duc": 1,
        }  # fmt: skip

    def test_has_a_center_that_is_a_part_of_the_city(self) -> None:
        (center,) = units(UnitKind.DEPARTMENT, TODAY)
        assert (center.code, center.name.vi) == (CENTER, "Trung tâm điều hành đô thị")
        assert (center.parent_id, center.area_code) == (city_of(AT), CITY)

    def test_lets_an_official_sign_in_with_the_printed_code(self) -> None:
        found = credentials(root_keys())[0]
        account = Account.objects.get(username=found.official.username)
        now, code = time.time(), found.code()
        use_code(account=account, code=code, unix_s=now, at=AT)
        with pytest.raises(WrongCredentials):
            use_code(account=account, code=code, unix_s=now, at=AT)

    def test_publishes_the_two_procedures(self) -> None:
        assert {procedure.code for procedure in in_force(TODAY)} == {"1.004873", "1.000894"}

    def test_tells_each_step_before_and_after(self, city: list[Told]) -> None:
        assert len(city) == 14
        for begun, ended in zip(city[::2], city[1::2], strict=True):
            assert (begun.name, begun.done, begun.total) == (ended.name, 0, ended.done)
            assert ended.new

    def test_changes_nothing_the_second_time(self) -> None:
        before = _rows()
        assert not any(step.new for step in _load())
        assert _rows() == before

    def test_mends_what_is_missing(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select bitemporal_take(%s)", [AT])
            cursor.execute("delete from agencies_area where code = '00070'")
        assert [step.name for step in _load() if step.new] == ["territory"]
        assert Area.objects.filter(code="00070").count() == 2


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
