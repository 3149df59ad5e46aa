"""
Fixtures of the sectors' tests: a city's doors for a module, on a copy of the demo city.

`doors`  registry, broker and the door of devices of a node on a database of its own; its feed runs
`api`    a client of that broker, under the names of the city
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pytest_django.plugin import DjangoDbBlocker

from dothi.config.city import Doors
from dothi.config.environment import Environment
from dothi.config.feeding import feeding
from dothi.config.supervisor import postgres
from dothi.sectors.models import CONTEXT_ID
from tests.conftest import CityTemplate, database_of_its_own
from tests.support.broker import broker
from tests.support.devices import ingest
from tests.support.waiting import until

NODE = "test.dothi.example"


@pytest.fixture(scope="module")
def dsn(
    cluster: postgres.Cluster, city_template: CityTemplate, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    with database_of_its_own(cluster, django_db_blocker, city_template.name) as name:
        yield cluster.dsn(postgres.SUPERUSER, name)


@pytest.fixture(scope="module")
def client(dsn: str) -> Iterator[httpx.Client]:
    with broker(dsn, beside=feeding(dsn, lambda: datetime.now(UTC), NODE)) as client:
        yield client


@pytest.fixture(scope="module")
def doors(dsn: str, client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder: Path = tmp_path_factory.mktemp("city")
    key = folder / "city.key"
    key.write_bytes(b"k" * 32)
    address = f"http://{client.base_url.host}:{client.base_url.port}"
    with ingest(dsn, folder / "ingest.log") as running:
        settings = Environment(
            node=NODE, dsn=dsn, broker_url=address, mqtt_url=f"mqtt://127.0.0.1:{running.port}",
            city_key_file=str(key),
        )  # fmt: skip
        doors = Doors(settings)
        doors.await_broker()
        yield doors


@pytest.fixture(scope="module")
def api(client: httpx.Client, doors: Doors) -> httpx.Client:
    context = f"{doors.settings.broker_url}/ngsi-ld/v1/jsonldContexts/{CONTEXT_ID}"
    client.headers["Link"] = (
        f'<{context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    )
    until(lambda: client.get(context).status_code == 200)
    return client


def told_by(doors: Doors) -> dict[str, str]:
    """Return the settings of an operator's command."""
    told = doors.settings
    return {
        "DOTHI_DSN": told.dsn, "DOTHI_NODE": told.node, "DOTHI_BROKER_URL": told.broker_url,
        "DOTHI_MQTT_URL": told.mqtt_url, "DOTHI_CITY_KEY_FILE": told.city_key_file,
        "DOTHI_ROOT_KEY_FILE": os.environ["DOTHI_ROOT_KEY_FILE"],
    }  # fmt: skip
