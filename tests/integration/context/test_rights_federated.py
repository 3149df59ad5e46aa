"""What sources tell lies within the rights of whoever asks, and they are not asked about the rest."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from tests.integration.context.asking import attribute
from tests.integration.context.federated import READING, gauge, kind, registration
from tests.support.broker import closed_broker
from tests.support.callers import bearing, known, right
from tests.support.sources import Source, source

REMEMBERING = ["retrieveTemporal", "queryTemporal"]
WINDOW = {"timerel": "after", "timeAt": "2026-01-01T00:00:00Z"}
ALL = bearing(right("read", "write"), client="all")


@pytest.fixture(scope="module")
def api(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    with closed_broker(cluster.dsn(postgres.SUPERUSER, name), known()) as client:
        yield client


@pytest.fixture
def ward() -> Iterator[Source]:
    with source() as one:
        yield one


@pytest.fixture
def one(api: httpx.Client, ward: Source) -> dict[str, Any]:
    """An entity that is at the source only."""
    found = gauge(kind(), level=attribute(3), secret=attribute(7))
    told = registration(ward.url, found["type"], operations=[*READING, *REMEMBERING])
    assert api.post("csourceRegistrations", json=told, headers=ALL).status_code == 201
    return found


def reader(one: dict[str, Any]) -> dict[str, str]:
    return bearing(right("read", types=[one["type"]], attributes=["level"]))


class TestSources:
    def test_are_narrowed_as_what_is_held_here(
        self, api: httpx.Client, ward: Source, one: dict[str, Any]
    ) -> None:
        shown = {name: told for name, told in one.items() if name != "secret"}
        ward.answers(one)
        assert api.get(f"entities/{one['id']}", headers=ALL).json() == one
        assert api.get(f"entities/{one['id']}", headers=reader(one)).json() == shown
        assert api.get(f"entities/{one['id']}?attrs=secret", headers=reader(one)).status_code == 404
        other = bearing(right("read", types=["Other"]))
        assert api.get(f"entities/{one['id']}", headers=other).status_code == 404

    def test_do_not_look_at_what_the_caller_may_not_read(
        self, api: httpx.Client, ward: Source, one: dict[str, Any]
    ) -> None:
        ward.answers([one])
        for q, found in (("!secret", 1), ("secret>5", 0), ("level==3", 1)):
            answer = api.get("entities", params={"type": one["type"], "q": q}, headers=reader(one))
            assert [set(each) - {"id", "type"} for each in answer.json()] == [{"level"}] * found, q
        assert all("q" not in asked.params for asked in ward.asked)

    def test_are_known_to_those_who_may_read_what_they_have(
        self, api: httpx.Client, ward: Source, one: dict[str, Any]
    ) -> None:
        asked = {"type": one["type"]}
        assert len(api.get("csourceRegistrations", params=asked, headers=reader(one)).json()) == 1
        other = bearing(right("read", types=["Other"]))
        assert api.get("csourceRegistrations", params=asked, headers=other).json() == []

    def test_tell_of_the_past_what_the_caller_may_read(
        self, api: httpx.Client, ward: Source, one: dict[str, Any]
    ) -> None:
        at = {"observedAt": "2026-03-01T12:00:00Z"}
        past = {**one, "level": [attribute(3, **at)], "secret": [attribute(7, **at)]}
        ward.answers([past])
        for q, found in (("level==3", 1), ("secret>5", 0)):
            asked = {"type": one["type"], "q": q, **WINDOW}
            answer = api.get("temporal/entities", params=asked, headers=reader(one))
            assert [set(each) - {"id", "type"} for each in answer.json()] == [{"level"}] * found, answer.text
        assert ward.asked
        assert all("q" not in asked.params for asked in ward.asked)
