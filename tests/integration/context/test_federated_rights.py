"""Rights go as far at sources as they go here: nothing more is told, and nothing more is written."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from tests.integration.context.asking import attribute
from tests.integration.context.federated import gauge, kind, level, registration
from tests.support.broker import closed_broker
from tests.support.callers import bearing, known, right
from tests.support.sources import Source

ALL = [
    "redirectionOps", "retrieveOps", "createBatch", "purgeEntity", "retrieveTemporal", "queryTemporal",
    "upsertTemporal", "deleteAttrsTemporal", "deleteTemporal",
]  # fmt: skip
WRITING = right("read", "write")


@pytest.fixture(scope="module")
def api(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    with closed_broker(cluster.dsn(postgres.SUPERUSER, name), known()) as client:
        yield client


@pytest.fixture
def type_(api: httpx.Client, stub: Source) -> str:
    """Return a type that the stub has."""
    name = kind()
    told = registration(stub.url, name, operations=ALL)
    answer = api.post("csourceRegistrations", json=told, headers=bearing(WRITING))
    assert answer.status_code == 201, answer.text
    return name


class TestReading:
    """What a caller may not read is not told, wherever it is."""

    def test_is_as_narrow_as_rights_are(self, api: httpx.Client, stub: Source, type_: str) -> None:
        one = gauge(type_, level=level(1), secret=attribute("x"))
        narrow = bearing(right("read", types=[type_], attributes=["level"]))
        other = bearing(right("read", types=["Other"]))
        stub.answers(one)
        told = {"id": one["id"], "type": type_, "level": level(1)}
        assert api.get(f"entities/{one['id']}", headers=bearing(WRITING)).json() == one
        assert api.get(f"entities/{one['id']}", headers=narrow).json() == told
        assert api.get(f"entities/{one['id']}", headers=other).status_code == 404
        stub.answers([one])
        assert api.get("entities", params={"type": type_}, headers=narrow).json() == [told]
        assert api.get("entities", params={"type": type_}, headers=other).json() == []
        hidden = {"type": type_, "q": 'secret=="x"'}
        assert api.get("entities", params=hidden, headers=narrow).json() == []

    def test_of_the_past_is_as_narrow(self, api: httpx.Client, stub: Source, type_: str) -> None:
        said = level(1, observedAt="2026-01-01T00:00:00Z")
        one = gauge(type_, level=[said], secret=[said])
        stub.answers(one)
        narrow = bearing(right("read", types=[type_], attributes=["level"]))
        told = api.get(f"temporal/entities/{one['id']}", headers=narrow).json()
        assert set(told) == {"id", "type", "level"}
        other = bearing(right("read", types=["Other"]))
        assert api.get(f"temporal/entities/{one['id']}", headers=other).status_code == 404


class TestWriting:
    """What a caller may not write here is not written for him elsewhere."""

    def test_goes_no_further_than_rights(self, api: httpx.Client, stub: Source, type_: str) -> None:
        one = gauge(type_, level=level(1), secret=attribute("x"))
        narrow = bearing(right("read", "write", types=[type_], attributes=["level"]))
        other = bearing(right("read", "write", types=["Other"]))
        for headers in (narrow, other):
            assert api.post("entities", json=one, headers=headers).status_code == 403
            assert api.delete(f"entities/{one['id']}", headers=headers).status_code == 403
            assert api.delete("entities", params={"type": type_}, headers=headers).status_code == 403
            changed = api.patch(f"entities/{one['id']}/attrs", json={"secret": level(1)}, headers=headers)
            assert changed.status_code == 403
            batch = api.post("entityOperations/create", json=[one], headers=headers)
            assert [each["error"]["status"] for each in batch.json()["errors"]] == [403]
        assert not stub.asked

    def test_of_the_past_goes_no_further_than_rights(
        self, api: httpx.Client, stub: Source, type_: str
    ) -> None:
        one = gauge(type_, secret=[attribute(1)])
        path = f"temporal/entities/{one['id']}"
        headers = bearing(right("write", types=[type_], attributes=["level"]))
        assert api.post("temporal/entities", json=one, headers=headers).status_code == 403
        assert api.delete(f"{path}/attrs/secret", headers=headers).status_code == 403
        assert api.delete(path, headers=headers).status_code == 403
        assert stub.asked == []

    def test_goes_as_far_as_rights(self, api: httpx.Client, stub: Source, type_: str) -> None:
        narrow = bearing(right("read", "write", types=[type_], attributes=["level"]))
        stub.answers(status=201)
        one = gauge(type_, level=level(1))
        assert api.post("entities", json=one, headers=narrow).status_code == 201
        assert stub.one.body == one
