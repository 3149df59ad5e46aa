"""Who is let in with closed doors."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response

from dothi.context.api.ask import Ask
from dothi.context.api.callers import Callers, Doors
from dothi.context.api.door import Door
from dothi.context.api.operations import ROOT, Need, Operation, Table, Tenants
from dothi.context.rights.book import Book, Client, Pages
from dothi.context.rights.reach import Grant
from dothi.context.rights.right import Act, Right

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = OKPKey.generate_key("Ed25519", private=True)
NODE = "a.dothi.example"
ALL = {"tenant": "", "operations": ["read", "write"]}
METHODS = ["GET", "POST", "DELETE"]
READ = {"tenant": "", "operations": ["read"]}


async def inside(ask: Ask) -> Response:
    return PlainTextResponse(ask.caller.name)


TABLE = Table(
    [
        Operation("GET", "x", inside, "0", tenants=Tenants.ANY),
        Operation("POST", "x", inside, "0", tenants=Tenants.ANY),
        Operation("DELETE", "x", inside, "0", tenants=Tenants.ANY),
        Operation("POST", "q", inside, "0", tenants=Tenants.ANY, need=Need.READ),
        Operation("GET", "kept", inside, "0", tenants=Tenants.ANY, need=Need.KNOWN),
        Operation("GET", "all", inside, "0", tenants=Tenants.ANY, need=Need.READ_ALL),
        Operation("DELETE", "all", inside, "0", tenants=Tenants.ANY, need=Need.WRITE_ALL),
    ]
)


def token(*rights: dict[str, Any], key: OKPKey = KEY, algorithm: str = "Ed25519", **claims: Any) -> str:
    whole = {
        "iss": NODE,
        "aud": "broker",
        "sub": "reader",
        "exp": int(NOON.timestamp()) + 60,
        "rights": list(rights),
        **claims,
    }
    return jwt.encode(
        {"alg": algorithm}, {name: told for name, told in whole.items() if told is not None}, key,
        algorithms=[algorithm],
    )  # fmt: skip


def status(
    headers: Mapping[str, str], method: str = "GET", path: str = "x", *,
    known: bool = True, book: Book | None = None,
) -> int:  # fmt: skip
    app = Starlette()
    app.state.clock, app.state.tenants = (lambda: NOON), None
    callers = Callers(KEY, NODE, lambda: NOON) if known else None
    doors = Doors(Door(TABLE), callers, book or Book(), lambda: NOON)
    app.mount("", doors)

    async def asked() -> int:
        told = {"Content-Type": "application/json", **headers}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            answer = await client.request(method, f"{ROOT}/{path}", headers=told, content=b"{}")
            return answer.status_code

    return asyncio.run(asked())


def bearing(
    told: str, method: str = "GET", path: str = "x", tenant: str = "", book: Book | None = None
) -> int:
    named = {"NGSILD-Tenant": tenant} if tenant else {}
    return status({"Authorization": f"Bearer {told}", **named}, method, path, book=book)


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
            {"sub": None},
            {"sub": 7},
            {"nbf": int(NOON.timestamp()) + 60},
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
        reader = token(READ)
        assert bearing(reader) == 200
        assert bearing(reader, "POST", "q/") == 200
        for method in ("POST", "DELETE"):
            assert bearing(reader, method) == 403

    def test_keep_tenants_apart(self) -> None:
        north = token({"tenant": "north", "operations": ["read"]})
        assert bearing(north) == 403
        assert bearing(north, tenant="north") == 200
        assert bearing(north, tenant="south") == 403

    @pytest.mark.parametrize(
        "right",
        [
            {"operations": ["read"]}, {"tenant": ""}, {"tenant": "", "operations": "read write"},
            {"tenant": None, "operations": ["read"]}, {**ALL, "types": "Well"}, {**ALL, "types": [7]},
            {**ALL, "scopes": ["/a b"]}, {**ALL, "scopes": ["/a,/b"]}, {**ALL, "scopes": ["/a;/b"]},
            {**ALL, "operations": ["own"]},
        ],
    )  # fmt: skip
    def test_take_a_right_that_they_do_not_understand_for_none(self, right: dict[str, Any]) -> None:
        assert bearing(token(right)) == 403

    @pytest.mark.parametrize("narrow", [{"types": ["Well"]}, {"scopes": ["/a"]}, {"attributes": []}])
    def test_keep_what_is_about_all_from_a_narrowed_right(self, narrow: dict[str, Any]) -> None:
        assert bearing(token({**ALL, **narrow})) == 200
        for method in ("GET", "DELETE"):
            assert bearing(token(ALL), method, "all") == 200
            assert bearing(token({**ALL, **narrow}), method, "all") == 403

    def test_take_rights_of_no_other_form(self) -> None:
        assert bearing(token(rights="all")) == 403
        assert bearing(token(rights=None)) == 403

    def test_tell_everybody_that_the_broker_lives(self) -> None:
        assert status({}, path="../../-/alive") == 404  # this application has none; it would be let through
        assert status({}, path="../../-/alive/../x") == 401


def published(**client: Any) -> Book:
    """Return the book of a node that knows the client `reader` and lets everybody read."""
    right = Right("", frozenset({Act.READ}), Grant())
    public = Right("", frozenset({Act.READ}), Grant(types=frozenset({"urn:t"})))
    known = Client((right,), **client)
    return Book(Pages({"reader": known}, (public,), {"ab" * 32: "reader"}, frozenset({"gone"})))


class TestBookOfANode:
    def test_says_what_a_client_may_whatever_his_token_says(self) -> None:
        assert bearing(token(ALL), "POST", book=published()) == 403
        assert bearing(token(), book=published()) == 200

    def test_knows_which_clients_and_tokens_there_are_no_more(self) -> None:
        before, after = NOON - timedelta(seconds=5), NOON + timedelta(seconds=5)
        issued = token(iat=NOON.timestamp(), jti="here")
        assert bearing(issued, book=published(tokens_since=before, since=before, until=after)) == 200
        assert bearing(issued, book=published(tokens_since=after)) == 401
        assert bearing(token(), book=published(tokens_since=before)) == 401
        assert bearing(issued, book=published(until=NOON)) == 401
        assert bearing(issued, book=published(since=after)) == 401
        assert bearing(token(jti="gone"), book=published()) == 401
        assert bearing(token(sub="nobody"), book=published()) == 401

    def test_lets_strangers_read_what_is_everybody_s(self) -> None:
        assert status({}, book=published()) == 200
        assert status({"NGSILD-Tenant": "north"}, book=published()) == 401
        for method, path in (("POST", "x"), ("GET", "kept"), ("GET", "all")):
            assert status({}, method, path, book=published()) == 401
        assert status({"Authorization": "Bearer x"}, book=published()) == 401
