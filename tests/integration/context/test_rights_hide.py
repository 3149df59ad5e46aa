"""
Whatever lies out of reach is as if it did not exist, whichever door is asked.

For random entities and random rights the same is asked twice: in a tenant with everything, by somebody whose
rights are narrow, and in one from which all that he may not read was left out, by somebody who may read all.
The answers are the same: bodies, statuses, counts, pages.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dothi.config.supervisor import postgres
from dothi.context.store import keys, pool
from tests.support.broker import closed_broker
from tests.support.callers import bearing, known, right

DEFAULTS = "https://uri.etsi.org/ngsi-ld/default-context/"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TYPES = ["Well", "Pump", "Gate"]
SCOPES = ["/north", "/north/old", "/south"]
ATTRIBUTES = ["level", "name", "secret", "location", "partner"]
IDS = [f"urn:ngsi-ld:Thing:{number}" for number in range(5)]
WINDOW = {"timerel": "after", "timeAt": "2026-03-01T00:00:00Z"}
JSON = {"Content-Type": "application/json"}
NEW = re.compile(r"urn:ngsi-ld:(Instance:\d+|(EntityTypeList|AttributeList|EntityMap):[0-9a-f-]+)")
"""Names that are new in each answer."""
Asked = tuple[str, str, dict[str, Any] | None, dict[str, str]]
"""Method, path, parameters or body, headers."""


@dataclass
class Clock:
    """An instant that tests set."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


CLOCK = Clock()


@pytest.fixture(scope="module")
def api(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    dsn = cluster.dsn(postgres.SUPERUSER, name)
    asyncio.run(_with_keys(dsn))
    with closed_broker(dsn, known(), clock=CLOCK) as client:
        yield client


async def _with_keys(dsn: str) -> None:
    """Let q find two attributes by an index, one of which is often out of reach."""
    connections = await pool.connect(dsn, most=1)
    await pool.create_tables(connections)
    await keys.declare(connections, [f"{DEFAULTS}{name}" for name in ("secret", "level")], NOON)
    await connections.close()


def observed(value: Any, minute: int, kind: str = "Property") -> dict[str, Any]:
    member = "object" if kind == "Relationship" else "value"
    at = (NOON + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")
    return {"type": kind, member: value, "observedAt": at}


def everything(number: int) -> dict[str, Any]:
    """Return an entity that has every attribute."""
    place = {"type": "Point", "coordinates": [105 + number, 21]}
    types = [TYPES[number % 3], TYPES[(number + 1) % 3]][: 1 + number % 2]
    return {
        "id": IDS[number], "type": types, "scope": SCOPES[number % 3 :][:2],
        "level": observed(number, number), "secret": observed(3 - number, number),
        "name": {"type": "Property", "value": "cba"[number % 3]},
        "location": observed(place, 1, "GeoProperty"),
        "partner": observed(IDS[(number + 1) % 5], 1, "Relationship"),
    }  # fmt: skip


WHOLE = [everything(number) for number in range(5)]
BARE = {"id": IDS[1], "type": "Pump", "name": {"type": "Property", "value": "b"}}
"""Of which only the past of its name is kept."""


@st.composite
def cities(draw: Any) -> list[dict[str, Any]]:
    """Give the entities, without some of their members."""
    lacking = draw(
        st.sets(st.tuples(st.sampled_from(IDS), st.sampled_from([*ATTRIBUTES, "scope"])), max_size=8)
    )
    return [{name: told for name, told in one.items() if (one["id"], name) not in lacking} for one in WHOLE]


typed = st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True)
scoped = st.lists(st.sampled_from(["/north", "/north/#", "/+"]), min_size=1, max_size=1)
named = st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=3, unique=True)
GRANTS: dict[str, st.SearchStrategy[list[str]]] = {"types": typed, "scopes": scoped, "attributes": named}


def granting(*kinds: str) -> st.SearchStrategy[dict[str, list[str]]]:
    """Give grants that are narrowed in one way, or in all."""
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.fixed_dictionaries(
            {name: each for name, each in GRANTS.items() if kind in (name, "all")}
        )
    )


grants = st.tuples(
    granting("attributes", "all"), st.none() | granting("types", "scopes", "attributes", "all")
).map(lambda both: [one for one in both if one is not None])


def fits(scope: str, pattern: str) -> bool:
    """Tell whether a scope is one of a grant: said apart from the code that it checks."""
    return {
        "/north": scope == "/north",
        "/north/#": scope.startswith("/north"),
        "/+": scope.count("/") == 1,
    }[pattern]


def opens(grant: dict[str, Any], entity: dict[str, Any]) -> bool:
    typed = "types" not in grant or bool(set(grant["types"]) & set(entity["type"]))
    told = entity.get("scope", [])
    return typed and (
        "scopes" not in grant or any(fits(one, pattern) for one in told for pattern in grant["scopes"])
    )


def left(city: list[dict[str, Any]], granted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the city without all that the grants do not open."""
    found = []
    for entity in city:
        opened = [one for one in granted if opens(one, entity)]
        kept = {name for one in opened for name in one.get("attributes", ATTRIBUTES)}
        if opened:
            found.append(
                {name: one for name, one in entity.items() if name not in ATTRIBUTES or name in kept}
            )
    return found


GEO = {"geometry": "Point", "coordinates": "[105,21]", "georel": "near;maxDistance==150000"}
CONDITIONS: list[dict[str, str]] = [
    {"q": "secret>1"},
    {"q": "!secret"},
    {"q": 'level<2|name=="a"'},
    {"q": "secret.observedAt>2026-03-01T12:01:00Z"},
    {"q": "partner{secret}>0", "join": "flat"},
    {"q": "modifiedAt>2026-03-01T12:30:00Z"},
    {"attrs": "secret"},
    {"attrs": "level,name"},
    {"pick": "id,secret"},
    {"omit": "level"},
    {"scopeQ": "/north/#"},
    {"type": "Well"},
    {"type": "(Well;Pump)"},
    {"idPattern": "[13]$"},
    GEO,
    {**GEO, "georel": "disjoint"},
    {"orderBy": "secret;desc,level"},
    {"orderBy": "modifiedAt,id"},
    {"orderBy": "location;dist-asc", "orderFrom": "[105,21]"},
    {"join": "inline", "joinLevel": "2"},
    {"options": "sysAttrs"},
    {"format": "simplified"},
]
PAGES: list[dict[str, str]] = [
    {"count": "true"},
    {"limit": "1", "count": "true"},
    {"limit": "1", "offset": "1"},
]
ACCEPTS = ["application/json", "application/ld+json", "application/geo+json"]
FORMS: list[dict[str, str]] = [
    {},
    {"format": "temporalValues"},
    {"format": "aggregatedValues", "aggrMethods": "totalCount,sum,distinctCount"},
]


def questions() -> Iterator[Asked]:
    """Give questions of every kind at every door."""
    for place, asked in enumerate(CONDITIONS):
        page, accept = PAGES[place % 3], ACCEPTS[place // 3 % 3]
        yield querying(asked, PAGES[0], accept)
        yield querying(asked, page, accept)
        yield posting(asked, page)
        yield from recalling(asked, page, FORMS[place % 3])
    for one in IDS:
        yield retrieving({"options": "sysAttrs"}, ACCEPTS[0], one)
        yield retrieving({"join": "inline"}, ACCEPTS[0], one)
        yield retrieving({"attrs": "secret"}, ACCEPTS[2], one)
        yield from (("GET", f"temporal/entities/{one}", {**WINDOW, **form}, {}) for form in FORMS)
    yield querying({"q": "secret>1", "entityMap": "true"}, PAGES[0], ACCEPTS[0])
    for path in ("types", "attributes"):
        yield "GET", path, {"details": "true"}, {}
        yield "GET", path, {}, {}
    yield from (("GET", f"types/{one}", {}, {}) for one in TYPES)
    yield from (("GET", f"attributes/{one}", {}, {}) for one in ATTRIBUTES)


def querying(asked: dict[str, str], page: dict[str, str], accept: str) -> Asked:
    return "GET", "entities", {"local": "true", **asked, **page}, {"Accept": accept}


def posting(asked: dict[str, str], page: dict[str, str]) -> Asked:
    told = _with(asked, "q", "attrs", "pick", "omit", "scopeQ", "join", "joinLevel")
    whole = {"type": "Query", "entities": [{"type": "Well|Pump|Gate"}], **told}
    words = "&".join(f"{key}={value}" for key, value in page.items())
    return "POST", f"entityOperations/query?{words}", whole, JSON


def retrieving(asked: dict[str, str], accept: str, one: str) -> Asked:
    return "GET", f"entities/{one}", asked, {"Accept": accept}


def recalling(asked: dict[str, str], page: dict[str, str], form: dict[str, str]) -> Iterator[Asked]:
    told = _with(
        asked, "q", "attrs", "pick", "omit", "scopeQ", "type", "georel", "geometry", "coordinates", "orderBy",
        "orderFrom",
    )  # fmt: skip
    if told and "{" not in told.get("q", "") and "modifiedAt" not in told.get("q", ""):
        yield "GET", "temporal/entities", {"local": "true", **WINDOW, **told, **page, **form}, {}


def _with(asked: dict[str, str], *names: str) -> dict[str, str]:
    return {key: value for key, value in asked.items() if key in names}


def put(api: httpx.Client, tenant: str, city: list[dict[str, Any]]) -> None:
    """Make a city at noon; an hour later `secret` and `level` of all that have them say something else."""
    headers = {**bearing(right("read", "write", tenant=tenant), tenant=tenant), **JSON}
    CLOCK.at = NOON
    if city:
        made = api.post("entityOperations/create", json=city, headers=headers)
        assert made.status_code == 201, made.text
    else:  # the tenant is there, as the other one is
        gone = {"id": "urn:ngsi-ld:Thing:gone", "type": "Gone"}
        assert api.post("entities", json=gone, headers=headers).status_code == 201
        assert api.delete("entities/urn:ngsi-ld:Thing:gone", headers=headers).status_code == 204
    CLOCK.at = NOON + timedelta(hours=1)
    for entity in city:
        for name in ("secret", "level"):
            if name in entity:
                path, later = f"entities/{entity['id']}/attrs", {name: observed(7, 40)}
                assert api.patch(path, json=later, headers=headers).status_code == 204
    CLOCK.at = NOON + timedelta(hours=2)


def told(api: httpx.Client, asked: Asked, headers: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    """Return status, body and telling headers of an answer, but for names that are new each time."""
    method, path, said, more = asked
    content: dict[str, Any] = {"json": said} if method == "POST" else {"params": said}
    answer = api.request(method, path, headers={**headers, **more}, **content)
    assert answer.status_code < 500, answer.text
    shown = NEW.sub("*", answer.text)
    kept = {name: answer.headers.get(name, "") for name in ("NGSILD-Results-Count", "Link", "Content-Range")}
    return answer.status_code, shown, kept


class TestWhatIsOutOfReach:
    @settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cities(), grants)
    @example([WHOLE[0], BARE], [{"attributes": ["level"]}])
    @example(WHOLE, [{"attributes": ["partner", "level"]}])
    @example(WHOLE, [{"types": ["Well"], "attributes": ["name", "partner"]}, {"scopes": ["/north"]}])
    @example(WHOLE, [{"scopes": ["/north"], "attributes": ["location", "secret"]}])
    @example(WHOLE, [{"types": ["Well"]}, {"scopes": ["/north"]}])
    def test_is_as_if_it_did_not_exist(
        self, api: httpx.Client, city: list[dict[str, Any]], granted: list[dict[str, Any]]
    ) -> None:
        same(api, city, granted)

    @pytest.mark.long
    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cities(), grants)
    def test_is_so_in_many_cities(
        self, api: httpx.Client, city: list[dict[str, Any]], granted: list[dict[str, Any]]
    ) -> None:
        same(api, city, granted)


def same(api: httpx.Client, city: list[dict[str, Any]], granted: list[dict[str, Any]]) -> None:
    """Ask everything of a city within narrow rights, and of what they leave of it."""
    whole, rest = f"whole-{uuid4()}", f"rest-{uuid4()}"
    put(api, whole, city)
    put(api, rest, left(city, granted))
    narrow = bearing(*(right("read", tenant=whole, **one) for one in granted), tenant=whole)
    wide = bearing(right("read", tenant=rest), tenant=rest)
    for form in ({}, {"options": "sysAttrs"}, {"format": "simplified"}):  # what is remembered, tells nothing
        told(api, querying(form, {}, ACCEPTS[0]), bearing(right("read", tenant=whole), tenant=whole))
    for one in questions():
        assert told(api, one, narrow) == told(api, one, wide), one
