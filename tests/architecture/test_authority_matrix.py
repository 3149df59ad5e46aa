"""Whether every address of every process answers each role as the table says, and none is forgotten."""

import asyncio
import functools
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from pytest_django import DjangoDbBlocker
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from dothi.config import live
from dothi.config.demo.idp import app as idp
from dothi.config.demo.idp.settings import Provider
from dothi.context.api.app import create_app as create_broker
from dothi.context.api.door import Door as BrokerDoor
from dothi.context.api.operations import ROOT as ROOT_OF_BROKER
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import door_of
from dothi.foundation.identity.models import SignIn
from tests.architecture.world import OF_THE_CENTER, World, build

ROOT = Path(__file__).parents[2]
TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("authority_matrix.toml").read_text("utf-8"))
ROLES: list[str] = TABLE["roles"]
RESIDENTS = {"resident_level_1", "owner", "other_resident"}
GROUPS: dict[str, set[str]] = {
    "all": set(ROLES),
    "residents": RESIDENTS,
    "officials": set(ROLES) - RESIDENTS - {"anonymous"},
    "center": {str(duty) for duty in OF_THE_CENTER},
}
CLOSED = {302, 403, 405}


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the resolver with its full name."""

    def walk(entries: list[Any], space: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in entries:
            if isinstance(entry, URLResolver):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from walk(entry.url_patterns, inner)
            else:
                yield f"{space}{entry.name}", entry

    yield from walk(get_resolver().url_patterns, "")


def expected(row: dict[str, str], method: str) -> dict[str, set[int]]:
    """Return the statuses that each role may get; without a line of its own, the method is closed."""
    if method not in row:
        return dict.fromkeys(ROLES, CLOSED)
    answers: dict[str, set[int]] = {}
    for part in row[method].split(","):
        who, status = part.split()
        for role in GROUPS.get(who, {who}):
            answers[role] = {int(status)}
    return answers


def _idp(folder: Path) -> Starlette:
    return idp.create_app(Provider("http://localhost:9", "http://localhost:8", folder, folder / "client.pem"))


def _live(_: Path) -> Starlette:
    return live.create_app(key="k", origin="http://localhost:9", nats_url="")


def _broker(_folder: Path) -> Starlette:
    return create_broker("postgresql://nobody@127.0.0.1:1/none", lambda: datetime.now(UTC))


MADE = re.compile(r"Starlette\(|\(Starlette\):")
"""What stands in a file that makes an application, or a kind of such."""
PROCESSES = {
    "src/dothi/config/demo/idp/app.py": _idp,
    "src/dothi/config/live.py": _live,
    "src/dothi/context/api/app.py": _broker,
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all rows; what each request writes is undone, and in the end the world is too."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@functools.cache
def browser_of(*, checked: bool) -> Client:
    """Return the browser of all requests; a new one would load every middleware anew."""
    return Client(enforce_csrf_checks=checked)


AS_DATA = {"Accept": "application/problem+json"}
"""Refusals are told as data: thousands of pages that say no would be drawn for nobody."""


def ask(world: World, role: str, method: str, where: str, *, checked: bool = False) -> int:
    """Return what `role` gets; what the request wrote is undone. `checked`: as for a form of any site."""
    browser = browser_of(checked=checked)
    browser.cookies = SimpleCookie(dict(world.cookies[role]))
    with transaction.atomic():
        answer = browser.generic(method, where.format(**world.places), headers=AS_DATA)
        status = int(answer.status_code)
        transaction.set_rollback(True)
    return status


class TestTable:
    def test_knows_every_address_and_no_other(self) -> None:
        names = [name for name, _ in addresses()]
        assert sorted(names) == sorted(set(names)), "an address without a name of its own"
        assert set(names) == set(TABLE["address"])

    def test_asks_each_address_by_its_own_path(self) -> None:
        for name, row in TABLE["address"].items():
            found = get_resolver().resolve(re.sub(r"{\w+}", str(UUID(int=0)), row["path"].partition("?")[0]))
            assert found.view_name == name

    def test_names_every_role_in_each_line(self) -> None:
        for name, row in TABLE["address"].items():
            for method in set(row) - {"path"}:
                assert set(expected(row, method)) == set(ROLES), f"{method} {name}"

    def test_knows_every_role_of_the_world(self, world: World) -> None:
        assert set(world.cookies) == set(ROLES)
        assert SignIn.objects.filter(ended_at=None).count() >= len(ROLES) - 1


class TestDoors:
    def test_are_marked_on_every_view(self) -> None:
        unmarked = [name for name, entry in addresses() if door_of(entry.callback) is None]
        assert unmarked == []

    def test_are_never_open_to_the_system_alone_by_http(self) -> None:
        for name, entry in addresses():
            door = door_of(entry.callback)
            assert door is not None
            assert door.public or Kind.SYSTEM not in door.kinds, name

    def test_refuse_a_view_that_forgot_its_mark(self, world: World, settings: Any) -> None:
        settings.ROOT_URLCONF = __name__
        response = Client(raise_request_exception=False).get("/forgotten/")
        assert (response.status_code, b"secret" in response.content) == (500, False)


@pytest.mark.parametrize("name", sorted(TABLE["address"]))
class TestAddress:
    def test_answers_each_role_as_the_table_says(self, world: World, name: str) -> None:
        row = TABLE["address"][name]
        wrong = [
            f"{method} {role}: {status}, not {wanted}"
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
            for role, wanted in expected(row, method).items()
            if (status := ask(world, role, method, row["path"])) not in wanted
        ]
        assert wrong == []

    def test_changes_nothing_without_a_token_of_this_site(self, world: World, name: str) -> None:
        row = TABLE["address"][name]
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for role in ("anonymous", "owner", "process"):
                assert ask(world, role, method, row["path"], checked=True) == 403


class TestProcesses:
    def test_without_django_stand_in_the_table(self) -> None:
        made = {
            str(file.relative_to(ROOT))
            for file in (ROOT / "src").rglob("*.py")
            if MADE.search(file.read_text("utf-8"))
        }
        assert made == set(TABLE["process"])

    @pytest.mark.parametrize("file", sorted(TABLE["process"]))
    def test_give_a_stranger_nothing_and_have_no_other_door(self, tmp_path: Path, file: str) -> None:
        application, doors = PROCESSES[file](tmp_path), TABLE["process"][file]
        found = _doors_of(application)
        assert found
        if "*" in doors:
            doors = dict.fromkeys(found, doors["*"]) | {
                door: told for door, told in doors.items() if door != "*"
            }
        assert found == set(doors)
        assert asyncio.run(_as_a_stranger(application, sorted(doors))) == [
            doors[door] for door in sorted(doors)
        ]


def _doors_of(application: Starlette) -> set[str]:
    found = set()
    for route in application.routes:
        if isinstance(route, Route):
            found |= {f"{method} {route.path}" for method in (route.methods or set()) - {"HEAD"}}
        elif isinstance(route, Mount) and isinstance(route.app, BrokerDoor):
            found |= {f"{one.method} {ROOT_OF_BROKER}/{one.path}" for one in route.app.table.operations}
        else:
            pytest.fail(f"nobody knows what stands behind {route}")
    return found


async def _as_a_stranger(application: Starlette, doors: list[str]) -> list[int]:
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9") as stranger:
        return [(await stranger.request(*door.split())).status_code for door in doors]


def _forgotten(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


urlpatterns = [path("forgotten/", _forgotten)]
