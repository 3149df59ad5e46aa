"""Reading registrations, matching them with what is wanted, and their modes (clauses 5.2.9, 5.12, 4.3.6)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.contexts import names as names_of
from dothi.context.query import geo, q, scopes, types
from dothi.context.query.patterns import pattern
from dothi.context.registrations import members, modes
from dothi.context.registrations.matching import information, matches
from dothi.context.registrations.operations import does
from dothi.context.registrations.wanted import EntityWanted, Period, Wanted

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = names_of(None)
BUS = {"id": "urn:ngsi-ld:Bus:1", "type": "Bus"}


def told(*information: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "ContextSourceRegistration",
        "endpoint": "http://source.example/base",
        "information": list(information) or [{"entities": [{"type": "Bus"}]}],
        **more,
    }


def stored(*information: dict[str, Any], **more: Any) -> dict[str, Any]:
    return members.whole(told(*information, id="urn:ngsi-ld:CSR:1", **more), NAMES, NOW)


def wanted(**more: Any) -> Wanted:
    return Wanted((EntityWanted(**more),))


def about(*attributes: str) -> Wanted:
    return Wanted(attributes=frozenset(NAMES.expand(one) for one in attributes))


def of_type(text: str) -> Wanted:
    return wanted(types=types.parse(text, NAMES))


class TestReading:
    def test_gives_again_what_was_told(self) -> None:
        whole = told(
            {
                "entities": [BUS, {"idPattern": "^urn:.*", "type": ["Bus", "Tram"]}],
                "propertyNames": ["speed"],
            },
            {"relationshipNames": ["runBy"]},
            id="urn:ngsi-ld:CSR:1",
            registrationName="Buses",
            tenant="north",
            observationInterval={"startAt": "2025-01-01T00:00:00Z", "endAt": "2025-02-01T00:00:00Z"},
            location={"type": "Point", "coordinates": [105.8, 21.0]},
            contextSourceInfo=[{"key": "Authorization", "value": "Bearer one"}],
            mode="inclusive",
            operations=["retrieveOps", "createEntity"],
            management={"timeout": 500, "cacheDuration": "PT1H"},
            scope=["/hanoi"],
            reliability="high",
        )
        assert members.written(members.whole(whole, NAMES, NOW), NAMES) == whole

    @pytest.mark.parametrize(
        "wrong",
        [
            {"type": "Registration"},
            {"id": "no uri"},
            {"information": []},
            {"information": None},
            {"information": [{}]},
            {"information": [{"entities": []}]},
            {"information": [{"entities": [{"id": "urn:a:b"}]}]},
            {"information": [{"entities": [{"type": "Bus", "idPattern": "("}]}]},
            {"information": [{"propertyNames": ["no name"]}]},
            {"endpoint": None},
            {"endpoint": "ftp://source.example"},
            {"endpoint": "http://"},
            {"endpoint": "http://source.example/?a=b"},
            {"mode": "shy"},
            {"operations": ["fly"]},
            {"expiresAt": "2025-12-31T00:00:00Z"},
            {"expiresAt": "tomorrow"},
            {"managementInterval": {"endAt": "2025-01-01T00:00:00Z"}},
            {"managementInterval": {"startAt": "2025-01-02T00:00:00Z", "endAt": "2025-01-01T00:00:00Z"}},
            {"location": {"type": "Point"}},
            {"refreshRate": "often"},
            {"management": {"timeout": 0}},
            {"contextSourceInfo": [{"key": "Broken header\r\n", "value": "x"}]},
            {"contextSourceInfo": [{"key": "Header", "value": "x\r\nOther: y"}]},
            {"tenant": "a\r\nb"},
        ],
    )
    def test_refuses(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadRequestData):
            members.whole(told(**wrong), NAMES, NOW)

    def test_is_changed_in_part(self) -> None:
        before = stored(description="Old", reliability="high")
        after = members.patched(before, {"description": None, "tenant": "north"}, NAMES, NOW)
        assert members.written(after, NAMES) == {
            **told(id="urn:ngsi-ld:CSR:1"), "tenant": "north", "reliability": "high",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "wrong", [{"endpoint": None}, {"information": None}, {"type": "Other"}, {"id": "urn:ngsi-ld:CSR:2"}]
    )
    def test_keeps_what_it_must_have(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadRequestData):
            members.patched(stored(), wrong, NAMES, NOW)


class TestMatching:
    @pytest.mark.parametrize(
        ("entity", "asked", "expected"),
        [
            ({"type": "Bus"}, of_type("Bus"), True),
            ({"type": "Bus"}, of_type("Tram"), False),
            ({"type": "Bus"}, of_type("Tram,Bus"), True),
            ({"type": ["Bus", "Tram"]}, of_type("(Bus;Tram)"), True),
            (BUS, wanted(ids=frozenset({"urn:ngsi-ld:Bus:1"})), True),
            (BUS, wanted(ids=frozenset({"urn:ngsi-ld:Bus:2"})), False),
            ({"type": "Bus", "idPattern": "Bus:1.$"}, wanted(ids=frozenset({"urn:ngsi-ld:Bus:12"})), True),
            ({"type": "Bus", "idPattern": "Bus:1.$"}, wanted(ids=frozenset({"urn:ngsi-ld:Bus:1"})), False),
            ({"type": "Bus"}, wanted(ids=frozenset({"urn:ngsi-ld:Bus:2"})), True),
            (BUS, wanted(like=pattern("Bus:.*")), True),
            (BUS, wanted(like=pattern("Tram:.*")), False),
        ],
    )
    def test_compares_entities(self, entity: dict[str, Any], asked: Wanted, expected: bool) -> None:
        assert matches(stored({"entities": [entity]}), asked) is expected

    def test_compares_attributes(self) -> None:
        of_speed = stored({"propertyNames": ["speed"]}, {"relationshipNames": ["runBy"]})
        assert matches(of_speed, about("speed", "color"))
        assert matches(of_speed, about("runBy"))
        assert not matches(of_speed, about("color"))
        assert matches(stored(), about("color"))

    def test_wants_entity_and_attribute_in_one_part(self) -> None:
        two = stored(
            {"entities": [{"type": "Bus"}], "propertyNames": ["speed"]},
            {"entities": [{"type": "Tram"}], "propertyNames": ["color"]},
        )
        bus = of_type("Bus").entities
        assert not matches(two, Wanted(bus, about("color").attributes))
        assert information(two, Wanted(bus, about("speed").attributes)) == two["information"][:1]

    def test_without_a_period_wants_what_is_now(self) -> None:
        past = stored(observationInterval={"startAt": "2025-01-01T00:00:00Z"})
        assert not matches(past, of_type("Bus"))
        assert matches(past, Wanted(timeless=False))

    @pytest.mark.parametrize(
        ("since", "until", "expected"),
        [
            (1, 3, True),
            (11, None, False),
            (5, None, True),
            (None, 2, False),
            (None, 3, True),
            (12, 20, False),
        ],
    )
    def test_compares_intervals(self, since: int | None, until: int | None, expected: bool) -> None:
        past = stored(
            observationInterval={"startAt": "2025-01-02T00:00:00Z", "endAt": "2025-01-10T00:00:00Z"}
        )
        begins, ends = (datetime(2025, 1, day, tzinfo=UTC) if day else None for day in (since, until))
        assert matches(past, Wanted(period=Period("observationInterval", begins, ends))) is expected
        assert not matches(past, Wanted(period=Period("managementInterval", begins, ends)))

    def test_compares_places_that_are_told(self) -> None:
        near = geo.parse("near;maxDistance==1000", "Point", [105.8, 21.0], geo.LOCATION)
        here = stored(location={"type": "Point", "coordinates": [105.8, 21.0]})
        there = stored(location={"type": "Point", "coordinates": [106.8, 21.0]})
        assert matches(here, Wanted(geo=near))
        assert not matches(there, Wanted(geo=near))
        assert not matches(stored(), Wanted(geo=near))

    def test_hands_on_to_those_who_may_have_it(self) -> None:
        within = geo.parse("within", "Polygon", [[[0, 0], [1, 0], [1, 1], [0, 0]]], geo.LOCATION)
        wide = stored(location={"type": "Polygon", "coordinates": [[[-9, -9], [9, -9], [9, 9], [-9, -9]]]})
        far = stored(location={"type": "Point", "coordinates": [50, 50]})
        year = Period("observationInterval", datetime(2025, 1, 1, tzinfo=UTC), None)
        assert not matches(wide, Wanted(geo=within))
        assert matches(wide, Wanted(geo=within, handing_on=True))
        assert matches(stored(), Wanted(geo=within, period=year, handing_on=True))
        assert not matches(far, Wanted(geo=within, handing_on=True))

    def test_compares_datasets_that_both_tell(self) -> None:
        ours = stored(datasetId=["urn:x:1", "@none"])
        assert matches(ours, Wanted(datasets=frozenset({"@none", "urn:x:2"})))
        assert not matches(ours, Wanted(datasets=frozenset({"urn:x:2"})))
        assert matches(stored(), Wanted(datasets=frozenset({"urn:x:2"})))

    def test_leaves_out_whom_the_request_has_met(self) -> None:
        assert not matches(stored(contextSourceAlias="ward"), Wanted(met=frozenset({"ward"})))

    def test_filters_by_own_properties(self) -> None:
        high = stored(reliability={"type": "Property", "value": "high"}, floors=3)
        assert matches(high, Wanted(csf=q.parse('reliability=="high";floors>2', NAMES)))
        assert not matches(high, Wanted(csf=q.parse('reliability=="low"', NAMES)))
        assert matches(high, Wanted(csf=q.parse('endpoint=="http://source.example/base"', NAMES)))

    def test_compares_scopes(self) -> None:
        assert matches(stored(scope="/hanoi/north"), Wanted(scopes=scopes.parse("/hanoi/#")))
        assert not matches(stored(scope="/hue"), Wanted(scopes=scopes.parse("/hanoi/#")))


class TestModes:
    def exclusive(self, attribute: str = "speed", **entity: str) -> dict[str, Any]:
        return stored({"entities": [{**BUS, **entity}], "propertyNames": [attribute]}, mode="exclusive")

    @pytest.mark.parametrize(
        "vague",
        [
            {"entities": [BUS]},
            {"propertyNames": ["speed"]},
            {"entities": [{"type": "Bus", "idPattern": ".*"}]},
            {"entities": [BUS, {"type": "Bus"}], "propertyNames": ["speed"]},
        ],
    )
    def test_exclusive_names_entities_and_attributes(self, vague: dict[str, Any]) -> None:
        with pytest.raises(BadRequestData):
            stored(vague, mode="exclusive")

    def test_exclusive_shares_with_no_other_that_proxies(self) -> None:
        assert modes.conflict(self.exclusive(), self.exclusive())
        assert modes.conflict(self.exclusive(), stored({"entities": [{"type": "Bus"}]}, mode="redirect"))
        assert not modes.conflict(self.exclusive(), self.exclusive("color"))
        assert not modes.conflict(self.exclusive(), self.exclusive(id="urn:ngsi-ld:Bus:2"))
        assert not modes.conflict(self.exclusive(), stored())

    def test_redirects_stand_beside_each_other(self) -> None:
        assert not modes.conflict(stored(mode="redirect"), stored(mode="redirect"))

    @pytest.mark.parametrize(
        ("pattern", "meets"), [("urn:ngsi-ld:Bus:.*", True), ("urn:ngsi-ld:Train:.*", False)]
    )
    def test_exclusive_may_name_a_pattern_of_ids(self, pattern: str, meets: bool) -> None:
        several = stored(
            {"entities": [{"type": "Bus", "idPattern": pattern}], "propertyNames": ["speed"]},
            mode="exclusive",
            operations=["updateOps"],
        )
        assert modes.conflict(several, self.exclusive()) is meets
        assert not list(modes.elsewhere(several))

    def test_exclusive_keeps_its_attributes_elsewhere(self) -> None:
        assert list(modes.elsewhere(self.exclusive())) == [
            modes.Elsewhere([NAMES.expand("Bus")], BUS["id"], None, [NAMES.expand("speed")])
        ]
        assert not list(modes.elsewhere(stored()))


def test_operations_are_told_by_name_or_group() -> None:
    assert does(["federationOps"], "queryEntity")
    assert does(["createEntity"], "createEntity")
    assert not does(["retrieveOps"], "createEntity")
