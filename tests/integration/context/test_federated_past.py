"""The past of entities at sources (clauses 5.7.3, 5.7.4 and 4.3.6)."""

from typing import Any

import httpx
import pytest

from tests.integration.context.federated import base, gauge, kind, level, registered
from tests.support.servers import free_port
from tests.support.sources import Source

NOWHERE = f"http://127.0.0.1:{free_port()}"
PAST = ["retrieveTemporal", "queryTemporal"]
PROVIDING = [
    "upsertTemporal", "appendAttrsTemporal", "deleteAttrsTemporal", "updateAttrInstanceTemporal",
    "deleteAttrInstanceTemporal", "deleteTemporal",
]  # fmt: skip
SINCE = {"timerel": "after", "timeAt": "2026-01-01T00:00:00Z"}
LOCAL = {"local": "true"}


def at(day: int) -> str:
    """Return an instant."""
    return f"2026-01-{day:02}T00:00:00Z"


def remember(broker: httpx.Client, one: dict[str, Any], *days: int, **more: Any) -> None:
    """Let a broker know levels of some days, the level being the day."""
    said = [level(day, observedAt=at(day)) for day in days]
    answer = broker.post("temporal/entities", json={**one, "level": said, **more})
    assert answer.status_code in (201, 204), answer.text


def levels(told: dict[str, Any]) -> list[float]:
    """Return the levels of an evolution."""
    several = told["level"] if isinstance(told["level"], list) else [told["level"]]
    return sorted(one["value"] for one in several)


def asked(broker: httpx.Client, one: dict[str, Any], **params: Any) -> list[float]:
    """Return the levels of an entity."""
    answer = broker.get(f"temporal/entities/{one['id']}", params=params)
    assert answer.status_code == 200, answer.text
    return levels(answer.json())


class TestRetrieve:
    """Clause 5.7.3."""

    def test_joins_what_both_know(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind())
        remember(city, one, 2, 3)
        remember(ward, one, 3, 4, 5)
        with registered(city, base(ward), one["type"], operations=PAST):
            assert asked(city, one) == [2, 3, 4, 5]
            assert asked(city, one, **LOCAL) == [2, 3]
            assert asked(city, one, timerel="after", timeAt=at(4)) == [4, 5]
            assert asked(city, one, **SINCE, lastN=2) == [4, 5]
        assert asked(city, one) == [2, 3]

    def test_gives_what_is_at_the_source_only(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind())
        remember(ward, one, *range(1, 29))
        with registered(city, base(ward), one["type"], operations=PAST):
            answer = city.get(f"temporal/entities/{one['id']}", params=SINCE)
            assert answer.status_code == 206
            assert city.get(f"temporal/entities/{one['id']}", params=LOCAL).status_code == 404
            told = city.get(
                f"temporal/entities/{one['id']}",
                params={**SINCE, "aggrMethods": "max,totalCount", "options": "aggregatedValues"},
            ).json()
        assert [each[0] for each in told["level"]["max"]] == [28]
        assert [each[0] for each in told["level"]["totalCount"]] == [28]
        assert city.get(f"temporal/entities/{one['id']}").status_code == 404

    def test_tells_the_instants_of_the_source(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind())
        remember(ward, one, 2)
        params = {"options": "sysAttrs"}
        with registered(city, base(ward), one["type"], operations=PAST):
            here = city.get(f"temporal/entities/{one['id']}", params=params).json()["level"]
        there = ward.get(f"temporal/entities/{one['id']}", params=params).json()["level"]
        [here], [there] = ([each] if isinstance(each, dict) else each for each in (here, there))
        assert [here[key] for key in ("createdAt", "modifiedAt", "observedAt")] == [
            there[key] for key in ("createdAt", "modifiedAt", "observedAt")
        ]

    def test_an_auxiliary_source_only_fills_gaps(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        remember(city, one, 2)
        stub.answers({**one, "level": [level(99, observedAt=at(2)), level(98, observedAt=at(3))]})
        with registered(city, stub.url, one["type"], mode="auxiliary", operations=PAST):
            assert asked(city, one) == [2, 98]
        assert stub.one.path == f"/ngsi-ld/v1/temporal/entities/{one['id']}"

    def test_takes_what_is_registered_only(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        info = [{"entities": [{"type": one["type"]}], "propertyNames": ["level"]}]
        stub.answers({**one, "level": [level(1, observedAt=at(1))], "name": [level(9, observedAt=at(1))]})
        with registered(city, stub.url, one["type"], information=info, operations=PAST):
            told = city.get(f"temporal/entities/{one['id']}").json()
        assert set(told) == {"id", "type", "level"}
        assert stub.one.params["attrs"] == "level"

    @pytest.mark.parametrize(
        ("told", "status", "code"), [(None, 500, "299"), ({"id": 5}, 200, "111"), (b"no", 200, "111")]
    )
    def test_warns_of_a_source_that_fails(
        self, city: httpx.Client, stub: Source, told: Any, status: int, code: str
    ) -> None:
        one = gauge(kind())
        remember(city, one, 2)
        stub.answers(told, status=status)
        with registered(city, stub.url, one["type"], operations=PAST):
            answer = city.get(f"temporal/entities/{one['id']}")
        assert levels(answer.json()) == [2]
        assert answer.headers["NGSILD-Warning"].startswith(f"{code} city ")

    def test_what_nobody_has_is_not_found(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind())
        with registered(city, base(ward), one["type"], operations=PAST):
            answer = city.get(f"temporal/entities/{one['id']}")
        assert answer.status_code == 404
        assert "NGSILD-Warning" not in answer.headers


class TestQuery:
    """Clause 5.7.4."""

    def test_finds_all_wherever_they_are(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        both, here, there = (gauge(type_, name) for name in "abc")
        remember(city, both, 2)
        remember(ward, both, 3)
        remember(city, here, 4)
        remember(ward, there, 5)
        params = {**SINCE, "type": type_, "count": "true"}
        with registered(city, base(ward), type_, operations=PAST):
            answer = city.get("temporal/entities", params=params)
            assert [levels(one) for one in answer.json()] == [[2, 3], [4], [5]]
            assert answer.headers["NGSILD-Results-Count"] == "3"
            first = city.get("temporal/entities", params={**params, "limit": 1, "offset": 1})
            assert [one["id"] for one in first.json()] == [here["id"]]
            said = city.get("temporal/entities", params={**params, "q": "level==5"})
            assert [one["id"] for one in said.json()] == [there["id"]]
            posted = city.post(
                "temporal/entityOperations/query",
                json={"type": "Query", "entities": [{"type": type_}], "temporalQ": SINCE},
            )
            assert [levels(one) for one in posted.json()] == [[2, 3], [4], [5]]
            local = city.get("temporal/entities", params={**params, **LOCAL})
            assert [levels(one) for one in local.json()] == [[2], [4]]

    def test_asks_sources_of_the_time_only(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers([])
        interval = {"startAt": at(10), "endAt": at(20)}
        with registered(city, stub.url, type_, operations=PAST, observationInterval=interval):
            params = {"type": type_, "timerel": "before", "timeAt": at(5)}
            assert city.get("temporal/entities", params=params).json() == []
            assert not stub.asked
            assert city.get("temporal/entities", params={**params, "timeAt": at(15)}).json() == []
        assert stub.one.params["timeAt"] == at(15)
        assert stub.one.params["type"] == type_

    def test_a_source_of_what_is_now_is_not_asked(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        with registered(city, stub.url, type_):
            assert city.get("temporal/entities", params={**SINCE, "type": type_}).json() == []
        assert not stub.asked

    def test_a_request_that_was_here_before_is_refused(self, city: httpx.Client) -> None:
        params = {**SINCE, "type": kind()}
        assert city.get("temporal/entities", params=params, headers={"Via": "1.1 city"}).status_code == 508

    def test_a_dead_source_is_warned_of(self, city: httpx.Client) -> None:
        one = gauge(kind())
        remember(city, one, 2)
        with registered(city, NOWHERE, one["type"], operations=PAST):
            answer = city.get("temporal/entities", params={**SINCE, "type": one["type"]})
        assert [levels(each) for each in answer.json()] == [[2]]
        assert answer.headers["NGSILD-Warning"].startswith("199 city ")


class TestProvision:
    """Clauses 5.6.11 to 5.6.16."""

    @pytest.mark.parametrize(("mode", "here"), [("inclusive", 200), ("redirect", 404)])
    def test_is_done_where_the_mode_says(
        self, city: httpx.Client, ward: httpx.Client, mode: str, here: int
    ) -> None:
        one = gauge(kind(), level=[level(1, observedAt=at(1))])
        path = f"temporal/entities/{one['id']}"
        with registered(city, base(ward), one["type"], operations=PROVIDING, mode=mode):
            assert city.post("temporal/entities", json=one).status_code == 201
            assert city.post("temporal/entities", json=one).status_code == 204
            added = city.post(f"{path}/attrs", json={"level": [level(2, observedAt=at(2))]})
            assert added.status_code == 204
            assert city.get(path, params=LOCAL).status_code == here
            assert asked(ward, one) == [1, 2]
            assert city.delete(f"{path}/attrs/level").status_code == 204
            assert city.delete(path).status_code == 204
        assert (city.get(path).status_code, ward.get(path).status_code) == (404, 404)

    def test_changes_an_instance_where_it_is(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind())
        remember(ward, one, 2, 3)
        path = f"temporal/entities/{one['id']}"
        ids = {each["value"]: each["instanceId"] for each in ward.get(path).json()["level"]}
        with registered(city, base(ward), one["type"], operations=PROVIDING):
            changed = city.patch(f"{path}/attrs/level/{ids[2]}", json={"level": [level(7, observedAt=at(2))]})
            assert changed.status_code == 204
            assert city.delete(f"{path}/attrs/level/{ids[3]}").status_code == 204
            assert city.delete(f"{path}/attrs/level/{ids[3]}").status_code == 404
        assert asked(ward, one) == [7]
        remember(city, one, 1)
        [own] = [each["instanceId"] for each in city.get(path).json()["level"]]
        with registered(city, base(ward), one["type"], operations=PROVIDING):
            assert city.delete(f"{path}/attrs/level/{own}").status_code == 204
        assert asked(ward, one) == [7]

    def test_gives_each_its_attributes(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=[level(1, observedAt=at(1))], name=[level(2, observedAt=at(1))])
        parts = [{"entities": [{"id": one["id"], "type": one["type"]}], "propertyNames": ["level"]}]
        told = {"operations": PROVIDING, "mode": "exclusive", "information": parts}
        with registered(city, base(ward), one["type"], **told):
            assert city.post("temporal/entities", json=one).status_code == 201
        shown = [broker.get(f"temporal/entities/{one['id']}").json() for broker in (city, ward)]
        assert [set(each) - {"id", "type"} for each in shown] == [{"name"}, {"level"}]

    def test_stays_here_where_no_source_keeps_the_past(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=[level(1, observedAt=at(1))])
        with registered(city, stub.url, one["type"], operations=["redirectionOps"], mode="redirect"):
            assert city.post("temporal/entities", json=one).status_code == 201
        assert (asked(city, one), stub.asked) == ([1], [])

    def test_says_what_went_wrong_where(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=[level(1, observedAt=at(1))])
        stub.answers(status=403)
        with registered(city, stub.url, one["type"], operations=PROVIDING) as name:
            answer = city.post("temporal/entities", json=one)
        assert answer.status_code == 207
        [error] = answer.json()["errors"]
        assert (error["registrationId"], error["error"]["status"]) == (name, 403)
