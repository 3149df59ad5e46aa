"""
What the broker says of itself holds: schemathesis asks a real one whatever its document describes, and more.

No answer is a failure, each has a status, headers, media type and body that the document tells, what breaks
a schema is refused, and so are methods that are not there. `schemathesis.toml` says what is not looked at.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from dothi.context.api import openapi
from dothi.context.api.app import ROOT
from tests.support.broker import BrokerProcess, broker_process, closed_broker
from tests.support.callers import bearing, known, right
from tests.support.documents import EVERY, keeps_to_its_document

CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture(scope="module")
def running(cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    output = tmp_path_factory.mktemp("openapi") / "broker.log"
    with broker_process(cluster.dsn(postgres.SUPERUSER, name), output) as one:
        yield one


@pytest.fixture(scope="module")
def closed(cluster: postgres.Cluster) -> Iterator[int]:
    """The port of a broker with closed doors."""
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    with closed_broker(cluster.dsn(postgres.SUPERUSER, name), known()) as client:
        assert client.base_url.port
        yield client.base_url.port


THING = {"id": "urn:ngsi-ld:T:1", "type": "T"}
UNCONTEXTED = ({**THING, "@context": None},)
FOUND = [
    ("GET", "types?local=perhaps", None, "application/json"),
    ("GET", "subscriptions?local=", None, "application/json"),
    ("GET", "entities/urn:ngsi-ld:T:1?containedBy=", None, "application/json"),
    ("POST", "temporal/entities", {**THING, "scope": None}, "application/json"),
    ("POST", "entityOperations/create", UNCONTEXTED, "application/ld+json"),
    ("POST", "entityOperations/upsert", UNCONTEXTED, "application/ld+json"),
]
"""What schemathesis found: the document forbids it, and the broker once took it."""


class TestBroker:
    @pytest.mark.parametrize(("method", "path", "body", "kind"), FOUND)
    def test_refuses(self, running: BrokerProcess, method: str, path: str, body: object, kind: str) -> None:
        headers = {"Content-Type": kind}
        content = None if body is None else json.dumps(body)
        url = f"http://127.0.0.1:{running.port}{ROOT}/{path}"
        answer = httpx.request(method, url, content=content, headers=headers, timeout=60)
        told = answer.json()
        refused = told["errors"][0]["error"] if answer.status_code == 207 else told
        assert refused["type"].endswith("/BadRequestData"), told
        assert not told.get("success")

    def test_refuses_an_odd_wish_for_an_entity_map_beside_the_name_of_one(
        self, running: BrokerProcess
    ) -> None:
        url = f"http://127.0.0.1:{running.port}{ROOT}/entities?type=T&entityMap=perhaps"
        assert httpx.get(url, headers={"NGSILD-EntityMap": "x"}, timeout=60).status_code == 400

    def test_tells_its_methods_as_the_document_does(self, running: BrokerProcess) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=60) as client:
            paths = client.get(openapi.PATH).raise_for_status().json()["paths"]
            for path, methods in paths.items():
                if path.startswith("/ngsi-ld/v1/"):
                    allowed = {one.lower() for one in client.options(path).headers["Allow"].split(", ")}
                    assert allowed - {"options", "head"} == set(methods), path
                assert client.request("TRACE", path).status_code == 405, path

    def test_keeps_to_its_document(self, running: BrokerProcess, tmp_path: Path) -> None:
        keeps_to_its_document(running.port, CONFIG, tmp_path, phases="examples,fuzzing", examples=2, seed=1)
        assert "Traceback" not in running.told()

    @pytest.mark.long
    def test_keeps_to_its_document_however_often(self, running: BrokerProcess, tmp_path: Path) -> None:
        keeps_to_its_document(
            running.port, CONFIG, tmp_path, phases=EVERY, examples=100, seed=int(time.time())
        )
        assert "Traceback" not in running.told()


T = "https://uri.etsi.org/ngsi-ld/default-context/T"
ALL = bearing(right("read", "write"))
NARROW = bearing(right("read", types=[T], attributes=[f"{T}/level"]), right("write", types=[T]))


class TestClosedBroker:
    @pytest.mark.long
    @pytest.mark.parametrize("who", [{}, ALL, NARROW], ids=["anybody", "all", "narrow"])
    def test_keeps_to_its_document_whoever_asks(
        self, closed: int, tmp_path: Path, who: dict[str, str]
    ) -> None:
        told = [part for name, value in who.items() for part in ("--header", f"{name}: {value}")]
        keeps_to_its_document(
            closed, CONFIG, tmp_path, *told, phases=EVERY, examples=40, seed=int(time.time())
        )
