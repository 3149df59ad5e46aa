"""The trees of the query languages mean the same of stored entities as of rows (clauses 4.9, 4.17, 4.19)."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.config.supervisor import postgres
from dothi.context.query import patterns, q, scopes, types
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.store import keys, rows
from dothi.context.store import pool as pools
from dothi.context.store.search import Search
from tests.support.stored import NAMES, stored

TEXTS = ["red", "rot", "Hồ Gươm", "", "5", "2026-11-22", "2026-11-22T08:00:00Z", "2026-11-22T08:00:00.25Z"]
TEXTS += ["24:00:00", "08:00:00", "08:00:00Z", "2026-13-45", "urn:ngsi-ld:Thing:2", 'a"b\\']
NUMBERS = [0, 1, -1, 5, 5.0, 5.5, 0.1, 1e3, 2**53]
scalars: st.SearchStrategy[Any] = st.sampled_from([*TEXTS, *NUMBERS, True, False])
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.fixed_dictionaries({}, optional={"city": scalars, "en": scalars, "geo": st.just({"zone": 5})}),
    st.builds(lambda one: {"@type": "DateTime", "@value": one}, st.sampled_from(TEXTS)),
)
ids = st.integers(1, 3).map(lambda number: f"urn:ngsi-ld:Thing:{number}")
languages = st.dictionaries(
    st.sampled_from(["en", "fr", "vi"]),
    st.one_of(st.sampled_from(TEXTS), st.lists(st.sampled_from(TEXTS), max_size=2)),
    min_size=1,
)
said = st.one_of(
    values.map(lambda one: {"type": "Property", "value": one}),
    values.map(lambda one: {"type": "JsonProperty", "json": {"city": one, "en": "red"}}),
    st.lists(scalars, max_size=3).map(lambda one: {"type": "ListProperty", "valueList": one}),
    languages.map(lambda one: {"type": "LanguageProperty", "languageMap": one}),
    st.sampled_from(["red", "rot"]).map(lambda one: {"type": "VocabProperty", "vocab": one}),
    ids.map(lambda one: {"type": "Relationship", "object": one}),
    st.lists(ids, min_size=1, max_size=2).map(lambda one: {"type": "ListRelationship", "objectList": one}),
)
NAMED = ["a", "b", "c"]
SCALARS: list[Any] = [*TEXTS, *NUMBERS, True, False]
SHAPES: list[Any] = [
    *({"type": "Property", "value": one} for one in SCALARS),
    *({"type": "Property", "value": [one]} for one in SCALARS),
    *({"type": "Property", "value": {"city": one}} for one in SCALARS),
    *({"type": "Property", "value": {"@type": "DateTime", "@value": one}} for one in TEXTS),
    *({"type": "LanguageProperty", "languageMap": {"en": one}} for one in TEXTS if one),
    *({"type": "JsonProperty", "json": {"city": one}} for one in SCALARS),
    *({"type": "ListProperty", "valueList": [one]} for one in SCALARS),
    *({"type": "VocabProperty", "vocab": one} for one in ("red", "rot")),
    *({"type": "Relationship", "object": one} for one in ("urn:ngsi-ld:Thing:2", "urn:ngsi-ld:Thing:3")),
    *(
        [{"type": "Property", "value": one}, {"type": "Property", "value": 5, "datasetId": "urn:x:2"}]
        for one in SCALARS
    ),
]
LITERALS = [json.dumps(one) for one in SCALARS] + ["2026-11-22T08:00:00Z", "2026-11-22", "08:00:00Z", "red"]
instances = st.builds(
    lambda one, inner, at: {**one, **({"a": inner} if inner else {}), **({"observedAt": at} if at else {})},
    said,
    st.one_of(st.none(), said),
    st.sampled_from([None, "2026-11-22T08:00:00Z", "2026-11-22T08:00:00.5Z"]),
)
attributes = st.builds(
    lambda one, other: [one, {**other, "datasetId": "urn:ngsi-ld:Dataset:2"}] if other else [one],
    instances,
    st.one_of(st.none(), instances),
)
things = st.lists(st.dictionaries(st.sampled_from(NAMED), attributes), min_size=1, max_size=3).map(
    lambda several: [stored(number, **each) for number, each in enumerate(several, 1)]
)

literals = st.sampled_from(
    [
        *(json.dumps(one) for one in [*TEXTS, *NUMBERS, True, False]),
        *("2026-11-22T08:00:00Z", "2026-11-22", "08:00:00Z", "urn:ngsi-ld:Thing:2", "red", "-0.0"),
    ]
)
comparable = st.sampled_from(
    [*(json.dumps(one) for one in [*TEXTS, *NUMBERS]), "2026-11-22T08:00:00.25Z", "2026-11-22", "08:00:00"]
)
TESTS = [f"{sign}{one}" for sign in ("==", "!=") for one in [*LITERALS, "0..5", '"a".."s"', '5,"red"']]
TESTS += [f"{sign}{json.dumps(one)}" for sign in (">", "<", ">=", "<=") for one in [*TEXTS, *NUMBERS]]
TESTS += [f'{sign}"{one}"' for sign in ("~=", "!~=") for one in ("^r.d$", "r", ".")]
tests = st.one_of(
    st.just(""),
    st.builds(lambda sign, one: sign + one, st.sampled_from(["==", "!="]), literals),
    st.builds(lambda sign, several: sign + ",".join(several), st.sampled_from(["==", "!="]),
              st.lists(literals, min_size=2, max_size=3)),
    st.builds(lambda sign, low, high: f"{sign}{low}..{high}", st.sampled_from(["==", "!="]),
              st.sampled_from(["0", "5"]), st.sampled_from(["5.5", "1000"])),
    st.builds(lambda sign, one: sign + one, st.sampled_from([">", "<", ">=", "<="]), comparable),
    st.builds(lambda sign, one: f'{sign}"{one}"', st.sampled_from(["~=", "!~="]),
              st.sampled_from(["r", "^r.d$", "[^r]o", "G..m", "2026-.*Z|red", ".", r"\\d{2}"])),
)  # fmt: skip
paths = st.sampled_from(
    [
        *("a", "b", "c", "a.a", "b.a", "a.observedAt", "createdAt"),
        *("a[city]", "a[en]", "b[*]", "a.a[geo.zone]", "a[geo.zone]"),
        *("a{b}", "b{Thing:a}", "a{b{c}}", "a{Car:b}", "a.a{b[en]}"),
    ]
)
terms = st.builds(lambda path, test: path + test, paths, tests)
queries = st.recursive(
    terms,
    lambda inner: st.builds(
        lambda parts, sign: "(" + sign.join(parts) + ")",
        st.lists(inner, min_size=2, max_size=3),
        st.sampled_from([";", "|"]),
    ),
    max_leaves=4,
)


class Broker:
    """A database of the broker's, asked in one loop."""

    def __init__(self, dsn: str) -> None:
        self.runner = asyncio.Runner()
        self.pool: asyncpg.Pool = self.runner.run(self._open(dsn))
        self.search = Search(self.pool, self.runner.run(keys.declared(self.pool)))

    async def _open(self, dsn: str) -> asyncpg.Pool:
        pool = await pools.connect(dsn)
        await pools.create_tables(pool)
        await keys.declare(pool, [NAMES.expand("a")], datetime.now(UTC))
        return pool

    def close(self) -> None:
        self.runner.run(self.pool.close())
        self.runner.close()

    def found(self, entities: list[dict[str, Any]], query: EntityQuery) -> list[str]:
        """Return the ids that a query finds where there are only these entities."""
        return self.found_among(self.kept(entities), query)

    def kept(self, entities: list[dict[str, Any]]) -> str:
        """Return the name of a tenant that has only these entities."""
        return self.runner.run(self._kept(entities))

    def found_among(self, tenant: str, query: EntityQuery) -> list[str]:
        """Return the ids that a query finds in a tenant."""
        return self.runner.run(self.search.ids_of(tenant, query))

    async def _kept(self, entities: list[dict[str, Any]]) -> str:
        tenant = uuid4().hex
        async with self.pool.acquire() as connection:
            await rows.write(connection, {}, {(tenant, one["id"]): one for one in entities})
        return tenant


@pytest.fixture(scope="module")
def store(cluster: postgres.Cluster) -> Iterator[Broker]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    broker = Broker(cluster.dsn(postgres.SUPERUSER, name))
    yield broker
    broker.close()


def meant(entities: list[dict[str, Any]], query: EntityQuery) -> list[str]:
    others = {one["id"]: one for one in entities}
    return sorted(one["id"] for one in entities if query.matches(one, others.get))


@pytest.mark.parametrize("attribute", ["a", "b"], ids=["found by an index", "not found by an index"])
def test_each_test_means_the_same_of_each_shape(store: Broker, attribute: str) -> None:
    """One that is plain, and one that is not: a number among texts, a list, a second instance, nothing."""
    entities = [stored(number, **{attribute: one}) for number, one in enumerate(SHAPES, 2)]
    entities.append(stored(1))
    tenant = store.kept(entities)
    told = [attribute, f"!{attribute}", *(f"{attribute}{one}" for one in TESTS)]
    assert [text for text in told if not agrees(store, tenant, entities, text)] == []


def agrees(store: Broker, tenant: str, entities: list[dict[str, Any]], text: str) -> bool:
    query = EntityQuery(q=q.parse(text, NAMES))
    return store.found_among(tenant, query) == meant(entities, query)


@given(things, queries)
def test_q_means_the_same(store: Broker, entities: list[dict[str, Any]], text: str) -> None:
    query = EntityQuery(q=q.parse(text, NAMES))
    assert store.found(entities, query) == meant(entities, query)


@given(
    st.lists(st.lists(st.sampled_from(["/A", "/A/B", "/A/B/C", "/D.e/B", "/A/X"]), max_size=2), min_size=1),
    st.sampled_from(["/A", "/A/#", "/A/+", "/+/B", "/#", "/D.e/B,/A", "(/A/#;/+/B)|/A/X", "/A/B;/D.e/+"]),
)
def test_scopes_mean_the_same(store: Broker, told: list[list[str]], text: str) -> None:
    entities = [{**stored(number), "scope": scope} for number, scope in enumerate(told, 1)]
    query = EntityQuery(scopes=scopes.parse(text))
    assert store.found(entities, query) == meant(entities, query)


@given(
    st.lists(st.sampled_from([["A"], ["B"], ["A", "B"], ["C"]]), min_size=1, max_size=4),
    st.sampled_from(["A", "A,B", "(A;B)", "(A;B),C", "*"]),
    st.sampled_from(["", "Thing:[12]$", "^urn", "x"]),
)
def test_selectors_mean_the_same(store: Broker, told: list[list[str]], text: str, pattern: str) -> None:
    entities = [
        {**stored(number), "type": [NAMES.expand(one) for one in each]} for number, each in enumerate(told, 1)
    ]
    selector = EntitySelector(
        types.parse(text, NAMES), id_pattern=patterns.pattern(pattern) if pattern else None
    )
    query = EntityQuery(selectors=(selector,))
    assert store.found(entities, query) == meant(entities, query)
