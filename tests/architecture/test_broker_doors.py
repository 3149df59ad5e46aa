"""Whether every door of the context broker answers each role as the table says, and opens to no trick."""

import base64
import hmac
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OKPKey
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.context.api import door as broker_door
from dothi.context.api.app import TABLE as OPERATIONS
from dothi.foundation.clients import actions, tokens
from dothi.foundation.clients.types import Terms
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from dothi.kernel.ids import new_id
from tests.conftest import database_of_its_own
from tests.support.broker import closed_broker
from tests.support.callers import KEY, NODE, known

DOORS: dict[str, str] = tomllib.loads(Path(__file__).with_name("authority_matrix.toml").read_text("utf-8"))[
    "broker"
]
ROLES = ("anonymous", "narrow", "reader", "writer")
RIGHTS: dict[str, dict[str, Any]] = {
    "narrow": {"operations": ["read"], "types": ["Well"], "attributes": ["level"]},
    "reader": {"operations": ["read"]},
    "writer": {"operations": ["write"]},
}
UNIT = new_id()
PLACES = {"id": "urn:ngsi-ld:Well:1", "attr": "level", "attrId": "level", "type": "Well",
          "instance": "urn:ngsi-ld:Instance:1", "contextId": "x", "registrationId": "urn:ngsi-ld:R:1",
          "subscriptionId": "urn:ngsi-ld:S:1"}  # fmt: skip


@pytest.fixture(scope="module")
def api(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[httpx.Client]:
    """A client of a broker on a node whose clients are the roles of the table."""
    with database_of_its_own(cluster, django_db_blocker) as name:
        for role, terms in RIGHTS.items():
            actions.register(name=role, description="", unit_id=UNIT, actor=SYSTEM, at=now())
            actions.grant(client=role, terms=Terms(basis="test", **terms), actor=SYSTEM, at=now())
        public = Terms(operations=["read"], types=["Well"], basis="test")
        actions.publish(terms=public, unit_id=UNIT, actor=SYSTEM, at=now())
        with closed_broker(cluster.dsn("dothi_context", name), known()) as client:
            yield client


def token(client: str, *, key: Ed25519PrivateKey = KEY, node: str = NODE, minutes: int = 15) -> str:
    return tokens.signed(
        key, node=node, client=client, jti=uuid4().hex, at=now(), life=timedelta(minutes=minutes)
    )


def told(role: str) -> dict[str, str]:
    return {} if role == "anonymous" else {"Authorization": f"Bearer {token(role)}"}


def ask(api: httpx.Client, door: str, headers: dict[str, str]) -> int:
    method, path = door.split()
    status = api.request(method, path.format(**PLACES), headers=headers, json={}).status_code
    assert status < 500, door
    return status


def unsigned() -> str:
    return f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{token('reader').split('.')[1]}."


def keyed_by_the_public_key() -> str:
    body = token("reader").split(".")[1]
    told = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{body}"
    seal = hmac.new(tokens.public_pem(KEY), told.encode(), "sha256").digest()
    return f"{told}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def for_others() -> str:
    claims = {**_claims(token("reader")), "aud": "pages"}
    return jwt.encode({"alg": "Ed25519"}, claims, OKPKey.import_key(KEY), algorithms=["Ed25519"])


def changed() -> str:
    head, _, seal = token("reader").split(".")
    return f"{head}.{_encoded({**_claims(token('reader')), 'client_id': 'writer'})}.{seal}"


TRICKS: dict[str, Callable[[], str]] = {
    "forged": lambda: token("reader", key=Ed25519PrivateKey.generate()),
    "expired": lambda: token("reader", minutes=-1),
    "of another node": lambda: token("reader", node="b.dothi.example"),
    "of nobody": lambda: token("nobody"),
    "unsigned": unsigned,
    "keyed by the public key": keyed_by_the_public_key,
    "for others": for_others,
    "changed": changed,
    "no token": lambda: "x",
}


def _claims(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
    return found


def _encoded(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


WITHIN_REACH = {
    "ask.py": "binds search and changes to the reach of the caller",
    "beginning.py": "makes them",
    "discovery.py": "hands the reach on",
    "entity_maps.py": "gives the maps of the caller alone",
    "handing.py": "looks at types and scopes for guard.check_elsewhere",
    "info.py": "asks for nothing of entities",
    "members.py": "looks at types and scopes for guard.check_elsewhere",
    "provision.py": "says what was said anyway; the past is written through a Target with its reach",
    "remembering.py": "is read with the reach of the caller",
    "subscriptions.py": "gives the subscriptions of the caller alone",
    "temporal.py": "hands the reach on",
}
"""Modules that touch the store past `Ask.search` and `Ask.changes`, and why that tells nothing."""
BARE = re.compile(r"state\.(pool|search|changes)\b")


class TestReach:
    def test_is_gone_past_in_known_places_only(self) -> None:
        api = Path(broker_door.__file__).parent
        found = {file.name for file in api.glob("*.py") if BARE.search(file.read_text("utf-8"))}
        assert found <= set(WITHIN_REACH), "a door that asks the store without the reach of its caller"


class TestTable:
    def test_knows_every_door_and_every_role(self) -> None:
        assert set(DOORS) == {f"{one.method} {one.path}" for one in OPERATIONS.operations}
        assert all(len(row.split()) == len(ROLES) for row in DOORS.values())


class TestDoors:
    @pytest.mark.parametrize("role", ROLES)
    def test_answer_as_the_table_says(self, api: httpx.Client, role: str) -> None:
        wrong = []
        for door, row in DOORS.items():
            status, wanted = ask(api, door, told(role)), row.split()[ROLES.index(role)]
            if ("in" if status not in (401, 403) else str(status)) != wanted:
                wrong.append(f"{door}: {status}, not {wanted}")
        assert wrong == []

    @pytest.mark.parametrize("trick", list(TRICKS))
    def test_open_to_no_trick(self, api: httpx.Client, trick: str) -> None:
        headers = {"Authorization": f"Bearer {TRICKS[trick]()}"}
        assert {ask(api, door, headers) for door in DOORS} == {401}

    def test_open_in_no_other_tenant(self, api: httpx.Client) -> None:
        for role in ("narrow", "reader", "writer"):
            headers = {**told(role), "NGSILD-Tenant": "elsewhere"}
            assert {ask(api, door, headers) for door in DOORS} == {403}
        assert {ask(api, door, {"NGSILD-Tenant": "elsewhere"}) for door in DOORS} == {401}

    def test_tell_everybody_which_methods_they_have_and_nothing_more(self, api: httpx.Client) -> None:
        assert api.options("entities").status_code == 204
        assert api.get("elsewhere").status_code == 404
