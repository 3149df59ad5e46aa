"""Who is let in with closed doors."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dothi.context.api.callers import Callers, Doors

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = OKPKey.generate_key("Ed25519", private=True)
NODE = "a.dothi.example"
ALL = {"tenant": "", "operations": ["read", "write"]}
METHODS = ["GET", "POST", "PATCH", "DELETE"]


async def inside(_request: Request) -> Response:
    return PlainTextResponse("inside")


def token(*rights: dict[str, Any], key: OKPKey = KEY, algorithm: str = "Ed25519", **claims: Any) -> str:
    whole = {
        "iss": NODE,
        "aud": "broker",
        "exp": int(NOON.timestamp()) + 60,
        "rights": list(rights),
        **claims,
    }
    return jwt.encode(
        {"alg": algorithm}, {name: told for name, told in whole.items() if told is not None}, key,
        algorithms=[algorithm],
    )  # fmt: skip


def status(headers: Mapping[str, str], method: str = "GET", path: str = "/x", *, known: bool = True) -> int:
    app = Starlette(routes=[Route("/{path:path}", inside, methods=METHODS)])
    doors = Doors(app, Callers(KEY, NODE, lambda: NOON) if known else None)

    async def asked() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://b") as client:
            return (await client.request(method, path, headers=headers)).status_code

    return asyncio.run(asked())


def bearing(told: str, method: str = "GET", path: str = "/x", tenant: str = "") -> int:
    named = {"NGSILD-Tenant": tenant} if tenant else {}
    return status({"Authorization": f"Bearer {told}", **named}, method, path)


class TestDoors:
    def test_let_nobody_in_without_a_token(self) -> None:
        assert status({}) == 401
        assert status({"Authorization": "Basic YTpi"}) == 401
        assert status({"Authorization": f"Bearer {token(ALL)}"}, known=False) == 401

    def test_believe_no_host_that_names_a_public_path(self) -> None:
        assert status({"Host": "b/-/alive?x="}) == 401
        assert status({"Host": "b/-/alive?x="}, known=False) == 401

    def test_let_in_whom_this_node_knows(self) -> None:
        for method in METHODS:
            assert bearing(token(ALL), method) == 200

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "b.example"},
            {"iss": None},
            {"aud": "pages"},
            {"aud": None},
            {"exp": None},
            {"exp": 1},
            {"exp": "x"},
        ],
    )
    def test_refuse_a_token_for_others_or_of_another_time(self, claims: dict[str, Any]) -> None:
        assert bearing(token(ALL, **claims)) == 401

    def test_refuse_what_somebody_else_signed(self) -> None:
        assert bearing(token(ALL, key=OKPKey.generate_key("Ed25519", private=True))) == 401
        head, body, _ = token(ALL).split(".")
        for forged in (
            f"{head}.{body}.",
            "eyJhbGciOiJub25lIn0." + body + ".",
            "a.b.c",
            "",
            "..",
            "x" * 10_000,
        ):
            assert bearing(forged) == 401

    def test_let_readers_read_only(self) -> None:
        reader = token({"tenant": "", "operations": ["read"]})
        assert bearing(reader) == 200
        assert bearing(reader, "POST", "/ngsi-ld/v1/entityOperations/query/") == 200
        for method, path in (
            ("POST", "/x"),
            ("DELETE", "/x"),
            ("POST", "/ngsi-ld/v1/entityOperations/create"),
        ):
            assert bearing(reader, method, path) == 403

    def test_keep_tenants_apart(self) -> None:
        north = token({"tenant": "north", "operations": ["read"]})
        assert bearing(north) == 403
        assert bearing(north, tenant="north") == 200
        assert bearing(north, tenant="south") == 403

    @pytest.mark.parametrize(
        "right",
        [
            {**ALL, "types": ["Well"]}, {**ALL, "scopes": ["/a"]}, {**ALL, "attributes": ["depth"]},
            {"operations": ["read"]}, {"tenant": ""}, {"tenant": "", "operations": "read write"},
            {"tenant": None, "operations": ["read"]},
        ],
    )  # fmt: skip
    def test_do_not_widen_a_right(self, right: dict[str, Any]) -> None:
        assert bearing(token(right)) == 403

    def test_take_rights_of_no_other_form(self) -> None:
        assert bearing(token(rights="all")) == 403
        assert bearing(token(rights=None)) == 403

    def test_tell_everybody_that_the_broker_lives(self) -> None:
        assert status({}, path="/-/alive") == 200
        assert status({}, path="/-/alive/../x") == 401
