"""Clause 4.9: what q means, for an entity in its stored form."""

from typing import Any

import pytest

from dothi.context.errors import BadRequestData, TooComplexQuery
from dothi.context.query import q
from tests.support.stored import NAMES, stored

CAR = stored(
    speed={"type": "Property", "value": 55, "observedAt": "2026-11-22T08:00:00.5Z", "accuracy": 0.9},
    brand=[
        {"type": "Property", "value": "Mercedes"},
        {"type": "Property", "value": "MB", "datasetId": "urn:ngsi-ld:Dataset:short"},
    ],
    tags={"type": "Property", "value": ["red", "fast"]},
    none={"type": "Property", "value": []},
    parked={"type": "Property", "value": False},
    address={"type": "Property", "value": {"city": "Berlin", "geo": {"zone": 7}}},
    made={"type": "Property", "value": {"@type": "Date", "@value": "2020-05-17"}},
    bell={"type": "Property", "value": "12:30:00Z"},
    color={"type": "LanguageProperty", "languageMap": {"en": ["red", "cat"], "fr": "rouge"}},
    isParked={"type": "Relationship", "object": "urn:ngsi-ld:Thing:2"},
    route={"type": "ListRelationship", "objectList": ["urn:ngsi-ld:Stop:1", "urn:ngsi-ld:Stop:2"]},
    kind={"type": "VocabProperty", "vocab": "commercial"},
    ticket={"type": "JsonProperty", "json": {"id": "85", "value": "late"}},
)
PARKING = stored(2, name={"type": "Property", "value": "Hồ Gươm"}, owner={"object": "urn:ngsi-ld:Thing:1"})


def matches(text: str, entity: dict[str, Any] = CAR, **options: Any) -> bool:
    others = {one["id"]: one for one in (CAR, PARKING)}
    return q.parse(text, NAMES, **options).matches(entity, others.get)


@pytest.mark.parametrize(
    "text",
    [
        "speed",
        "speed==55",
        "speed==55.0",
        "speed!=54",
        "speed>54",
        "speed>=55",
        "speed<=55",
        "speed<5.6e1",
        "speed==50..60",
        "speed!=56..60",
        "speed==1,55",
        "speed!=1,2",
        'speed!="55"',
        "speed.accuracy==0.9",
        "speed.accuracy",
        'brand=="Mercedes"',
        'brand=="MB"',
        'brand!="MB"',
        'brand=="A","MB"',
        'brand~="^Mer.*s$"',
        'brand!~="^Mer"',
        'brand>"M"',
        'tags=="red"',
        'tags!="blue"',
        'tags=="blue","fast"',
        "none",
        'none!="x"',
        "parked==false",
        "parked!=true",
        'address[city]=="Berlin"',
        "address[geo.zone]==7",
        "address[city]",
        'address[city]!="Hanoi"',
        "speed.observedAt>2026-11-22T08:00:00Z",
        "speed.observedAt==2026-11-22T08:00:00.500Z",
        'speed.observedAt<"2026-11-22T08:00:01Z"',
        "made==2020-05-17",
        "made>2020-05-16",
        "made==2020-01-01..2020-12-31",
        "bell==12:30:00Z",
        "bell<13:00:00Z",
        'color=="red"',
        'color[en]=="red"',
        'color[fr]!="red"',
        'color[*]=="rouge"',
        'color[*]!="green"',
        'isParked=="urn:ngsi-ld:Thing:2"',
        "isParked==urn:ngsi-ld:Thing:2",
        "isParked!=urn:ngsi-ld:Thing:3",
        "route==urn:ngsi-ld:Stop:2",
        "createdAt>2020-01-01T00:00:00Z",
        'modifiedAt<"2030-01-01T00:00:00Z"',
        'ticket[value]=="late"',
        "speed>1;parked==false",
        "speed>100|parked==false",
        'speed>100;parked==true|brand=="MB"',
        '(speed>100|parked==false);brand=="MB"',
        'isParked{name}~="Gươm"',
        "isParked{Thing:name}",
        "isParked{owner{speed}}>50",
    ],
)
def test_what_is_meant(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "missing",
        "missing!=1",
        "speed==54",
        "speed>55",
        'speed=="55"',
        'speed>"5"',
        "speed==56..60",
        "speed!=50..60",
        "speed!=1,55",
        "speed.missing",
        'tags!="red"',
        'tags>"a"',
        'tags~="red"',
        'none==""',
        "parked==0",
        "address[zip]",
        'address[zip]!="1"',
        'address[zip]=="1"',
        'address=="Berlin"',
        'color[en]=="rouge"',
        'color[*]!="red"',
        "color[de]",
        'isParked>"urn:a"',
        'isParked~="urn"',
        'isParked!~="x"',
        "isParked[name]",
        "route!=urn:ngsi-ld:Stop:2",
        "kind==commercial",
        "isParked{name}==1",
        "isParked{Car:name}",
        "speed{name}",
        "made==2020-05-18",
        "speed.observedAt==2026-11-22",
        "none==1",
        "isParked{missing}",
    ],
)
def test_what_is_not_meant(text: str) -> None:
    assert not matches(text)


def test_a_vocabulary_is_meant_by_its_short_name_where_values_are_expanded() -> None:
    assert matches("kind==commercial", expanded=(NAMES.expand("kind"),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "speed==",
        "speed=55",
        "==5",
        "(speed",
        "speed)",
        "speed;",
        "speed>4..5",
        "speed>1,2",
        "speed>true",
        "speed>word",
        "speed==1..x",
        'speed==1.."a"',
        "speed==true..false",
        '"speed"==1',
        "speed..x",
        "speed[",
        "speed[]",
        "speed{name",
        "speed{}",
        'name=="open',
        'name=="a\\u0000b"',
        'name=="\\ud800"',
        "speed==1e400",
        'name~="(a"',
        'name~="a**"',
        "))bad((",
        "speed > 5",
        "speed.observedAt[x]==1",
        "a==2026-13-45",
    ],
)
def test_what_is_no_query(text: str) -> None:
    with pytest.raises(BadRequestData):
        q.parse(text, NAMES)


@pytest.mark.parametrize(
    "text", ["(" * 30 + "a" + ")" * 30, ";".join(["a==1"] * 200), "a" * 9_000, "{".join("a" * 40) + "}" * 39]
)
def test_what_is_too_much(text: str) -> None:
    with pytest.raises(TooComplexQuery):
        q.parse(text, NAMES)


def test_the_depth_is_that_of_linked_entities() -> None:
    assert [q.depth(q.parse(text, NAMES)) for text in ("a", "a;b{c}", "a{b{c}}==1|d")] == [0, 1, 2]


class TestAbsent:
    def test_means_what_lacks_the_target(self) -> None:
        assert matches("!weight")
        assert matches("!speed.unitCode;speed")
        assert not matches("!speed")
        assert matches("!speed|brand")

    @pytest.mark.parametrize("text", ["!speed>5", "!", "!(speed)", "!!speed"])
    def test_negates_nothing_but_existence(self, text: str) -> None:
        with pytest.raises(BadRequestData):
            q.parse(text, NAMES)
