"""Devices that come with data of the city: the import is an act, and each device is found from it."""

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.identity.errors import DutyMissing
from dothi.foundation.ledger.queries import history_of
from dothi.kernel.ids import new_id, urn
from dothi.registers.devices import actions
from dothi.registers.devices.actions.importing import Came
from dothi.registers.devices.types import Brought, DeviceId, Facts, Kind, Origin, Twin
from tests.support.fleet import Officer

ORIGIN = Origin("import rain", "operator", {"rain.csv": "ab" * 32}, {"devices": 2, "readings": 9})
MEASURES = '[{"name": "rain", "unit": "mm", "path": "rain"}, {"name": "origin", "unit": ""}]'
KIND = Kind("rain-day", "Mưa ngày", "Daily rain", MEASURES, "at", 2_678_400)
FACTS = Facts("rain-day", "Trạm Láng", "Lang", 105.8, 21.02, "00070", "replayed")
TWIN = Twin("rain", "urn:ngsi-ld:WeatherObserved:x:1", "WeatherObserved", "precipitationDay")
DEVICES = [Brought(DeviceId(one), FACTS, b"t" * 32, [TWIN]) for one in ("rain-day-1", "rain-day-2")]
ONE = DEVICES[0]


def bring(*devices: Brought, kinds: Any = (KIND,), key: Any = None) -> Came:
    return actions.bring(
        origin=ORIGIN, kinds=kinds, devices=devices or DEVICES, key=key or new_id(), actor=SYSTEM, at=now()
    )


def acts(device: str = ONE.id) -> list[str]:
    return [str(one.said["act"]) for one in history_of(urn(settings.NODE, "device", device))]


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@pytest.mark.usefixtures("officer")
class TestBring:
    def test_says_who_brought_which_files_and_how_much(self) -> None:
        key = new_id()
        assert bring(key=key) == Came(2, 0)
        (entry,) = history_of(urn(settings.NODE, "import", key))
        assert entry.said["act"] == "devices.import"
        assert entry.said["facts"] == {
            "operator": "operator", "files": {"rain.csv": "ab" * 32}, "holds": {"devices": 2, "readings": 9},
        }  # fmt: skip

    def test_names_the_import_by_which_each_device_came(self) -> None:
        key = new_id()
        bring(key=key)
        for device in DEVICES:
            (entry,) = history_of(urn(settings.NODE, "device", device.id))
            facts: Any = entry.said["facts"]
            assert facts["import"] == urn(settings.NODE, "import", key)

    def test_twice_is_an_act_that_changes_no_device(self) -> None:
        bring()
        assert bring() == Came(0, 0)
        assert acts() == ["devices.bring"]

    def test_tells_what_is_other_and_keeps_the_token(self) -> None:
        bring()
        other = replace(ONE, facts=replace(FACTS, name_vi="Trạm khác"), token_hash=b"u" * 32)
        assert bring(other) == Came(0, 1)
        assert acts() == ["devices.bring", "devices.bring"]
        told = rows("select name_vi, token_hash from telemetry.device where id = 'rain-day-1'")
        assert [(name, bytes(token)) for name, token in told] == [("Trạm khác", b"t" * 32)]

    def test_leaves_what_an_official_has_said(self, officer: Officer) -> None:
        bring()
        told: dict[str, Any] = {"device_id": ONE.id, "actor": officer.actor(), "at": now()}
        actions.assign(facts=replace(FACTS, name_vi="Láng Hạ"), key=new_id(), **told)
        actions.unlink(measure="rain", key=new_id(), **told)
        assert bring() == Came(0, 0)
        kept = rows("select name_vi, owner from telemetry.device where id = 'rain-day-1'")
        assert kept == [("Láng Hạ", "ioc")]
        assert rows("select * from telemetry.twin where device = 'rain-day-1'") == []

    def test_leaves_a_measure_that_an_official_has_unlinked(self, officer: Officer) -> None:
        """Whatever the next import says anew: of the device, of its kind, of what it measures."""
        bring(ONE)
        told: dict[str, Any] = {"device_id": ONE.id, "actor": officer.actor(), "at": now()}
        actions.unlink(measure="rain", key=new_id(), **told)
        wider = replace(KIND, measures=KIND.measures.replace("]", ', {"name": "level", "unit": "m"}]'))
        twins = [TWIN, replace(TWIN, measure="level", attribute="level")]
        bring(replace(ONE, facts=replace(FACTS, name_vi="Trạm khác"), twins=twins), kinds=[wider])
        assert rows("select * from telemetry.twin") == []
        assert rows("select name_vi from telemetry.device where id = 'rain-day-1'") == [(FACTS.name_vi,)]
        actions.link(twin=TWIN, key=new_id(), **told)
        assert rows("select measure from telemetry.twin") == [("rain",)]

    def test_links_measures_that_a_kind_has_newly(self) -> None:
        bring(replace(ONE, twins=[]))
        wider = replace(KIND, measures=KIND.measures.replace("]", ', {"name": "level", "unit": "m"}]'))
        twins = [TWIN, replace(TWIN, measure="level", attribute="level")]
        assert bring(replace(ONE, twins=twins), kinds=[wider]) == Came(0, 0)
        assert rows("select measure from telemetry.twin order by measure") == [("level",), ("rain",)]

    def test_links_nothing_of_what_a_unit_answers_for(self, officer: Officer) -> None:
        bring(replace(ONE, twins=[]))
        said = replace(FACTS, name_vi="Láng Hạ")
        actions.assign(facts=said, device_id=ONE.id, actor=officer.actor(), at=now(), key=new_id())
        wider = replace(KIND, measures=KIND.measures.replace("]", ', {"name": "level", "unit": "m"}]'))
        bring(ONE, kinds=[wider])
        assert rows("select * from telemetry.twin") == []

    def test_links_no_entity_for_which_a_unit_speaks(self) -> None:
        bring(replace(DEVICES[1], twins=[]))
        with connection.cursor() as cursor:
            cursor.execute("update telemetry.device set owner = 'ward-00070' where id = 'rain-day-2'")
            told = ("rain-day-2", "rain", TWIN.entity_id, TWIN.entity_type, TWIN.attribute)
            cursor.execute("insert into telemetry.twin values (%s, %s, %s, %s, %s)", told)
        bring(ONE)
        assert rows("select device from telemetry.twin") == [("rain-day-2",)]

    def test_of_places_alone_is_an_act_too(self) -> None:
        key = new_id()
        came = actions.bring(origin=ORIGIN, kinds=[], devices=[], key=key, actor=SYSTEM, at=now())
        assert came == Came(0, 0)
        assert len(history_of(urn(settings.NODE, "import", key))) == 1

    def test_is_for_the_duty_alone(self, officer: Officer) -> None:
        without = replace(officer.actor(), holdings=())
        with pytest.raises(DutyMissing):
            actions.bring(origin=ORIGIN, kinds=[], devices=DEVICES, key=new_id(), actor=without, at=now())
