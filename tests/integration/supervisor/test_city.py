"""A whole demo node with a folder of the city's data: the storm is in its context, its alerts, its ledger."""

import httpx
import psycopg
import pytest

from dothi.sectors.models import iri
from tests.support.data import DATA, needs_data
from tests.support.node import node_folder, running_node
from tests.support.waiting import until

TOLD = """
select (select count(*) from alerts_alert), (select count(*) from ledger_entry where act = 'devices.import')
"""


@needs_data
@pytest.mark.long  # a node of its own; tests/integration/sectors/test_city.py is the short form
class TestCity:
    def test_replays_the_storm_where_a_folder_has_it(self) -> None:
        asked = {"type": iri("WeatherObserved"), "attrs": iri("precipitation"), "limit": "1"}
        with node_folder() as var, running_node(var, "--demo", DOTHI_DATA=str(DATA)) as node:
            node.await_ready()
            context = node.printed(r"http://\S+/ngsi-ld/v1/")
            until(lambda: httpx.get(f"{context}entities", params=asked, timeout=20).json())
            with psycopg.connect(node.dsn("dothi_app"), autocommit=True) as connection:
                until(lambda: all(connection.execute(TOLD).fetchone() or ()))
            assert "The storm of 2025 is replayed as of now." in (var / "logs" / "city.log").read_text()
