"""Clauses 4.17, 4.19 and 4.21: types, scopes, and the members that are told."""

import pytest

from dothi.context.errors import BadRequestData
from dothi.context.query import projection, scopes, types
from tests.support.stored import NAMES, stored

BUILDING, HOME, VEHICLE = (NAMES.expand(one) for one in ("Building", "Home", "Vehicle"))


class TestTypes:
    @pytest.mark.parametrize(
        "text",
        [
            "Home",
            "(Home;Vehicle)",
            "Building|Home",
            "Building,Vehicle",
            "*",
            HOME,
            "(Building|Home)",
            "(Building,Home;Vehicle)",
            "Building|(Building|Home)",
        ],
    )
    def test_select(self, text: str) -> None:
        assert types.parse(text, NAMES).matches([HOME, VEHICLE])

    @pytest.mark.parametrize(
        "text", ["Building", "(Home;Building)", "(Home;Building),Building", "(Building|Building;Home)"]
    )
    def test_do_not_select(self, text: str) -> None:
        assert not types.parse(text, NAMES).matches([HOME, VEHICLE])

    @pytest.mark.parametrize(
        "text", ["", "Home,", "(Home", "Home)", "(Home|Building", "((Home))", "Home,,Vehicle", "<a>"]
    )
    def test_are_refused(self, text: str) -> None:
        with pytest.raises(BadRequestData):
            types.parse(text, NAMES)


class TestScopes:
    HERE = ("/Madrid/Gardens/ParqueNorte", "/CompanyA/OrganizationB")

    @pytest.mark.parametrize(
        "text",
        [
            "/Madrid/Gardens/ParqueNorte",
            "/Madrid/+/ParqueNorte",
            "/Madrid/#",
            "/CompanyA/OrganizationB/#",
            "/#",
            "/Madrid/#;/CompanyA/#",
            "(/Madrid/#;/CompanyA/+)|/X",
            "/X,/Madrid/#",
            "Madrid/Gardens/ParqueNorte",
        ],
    )
    def test_are_meant(self, text: str) -> None:
        assert scopes.parse(text).matches(self.HERE)

    @pytest.mark.parametrize(
        "text", ["/Madrid", "/Madrid/+", "/+/ParqueNorte", "/Madrid/#;/X", "/Madri/#", "/a.b"]
    )
    def test_are_not_meant(self, text: str) -> None:
        assert not scopes.parse(text).matches(self.HERE)

    def test_need_one_scope_at_least(self) -> None:
        assert not scopes.parse("/#").matches(())

    @pytest.mark.parametrize("text", ["", "/", "/a//b", "/a/#/b", "/a,", "(/a", "/a#"])
    def test_are_refused(self, text: str) -> None:
        with pytest.raises(BadRequestData):
            scopes.parse(text)


class TestProjection:
    ENTITY = stored(
        name={"type": "Property", "value": 1}, at={"type": "Relationship", "object": "urn:ngsi-ld:City:1"}
    )

    def members(self, pick: str | None, omit: str | None) -> set[str]:
        told = projection.projection(
            *(projection.parse(text, NAMES, "pick") if text else None for text in (pick, omit))
        ).of(self.ENTITY)
        return {key for key in told if key in ("id", "type")} | {
            NAMES.compact(one) for one in told["attributes"]
        }

    @pytest.mark.parametrize(
        ("pick", "omit", "told"),
        [
            ("name", None, {"name"}),
            (None, "name", {"id", "type", "at"}),
            ("id|name", None, {"id", "name"}),
            ("id,at{name}", None, {"id", "at"}),
            (None, "type,at{name}", {"id", "name", "at"}),
            ("id,at", "id2", {"id", "at"}),
        ],
    )
    def test_tells(self, pick: str | None, omit: str | None, told: set[str]) -> None:
        assert self.members(pick, omit) == told

    @pytest.mark.parametrize(
        "text", ["", "id;name", "id,at{name", "id,at{{name}", "id,,name", "id,at{,name}", "at{}", "a}"]
    )
    def test_is_refused(self, text: str) -> None:
        with pytest.raises(BadRequestData):
            projection.parse(text, NAMES, "pick")

    def test_picks_and_omits_nothing_at_once(self) -> None:
        name = projection.parse("name", NAMES, "pick")
        with pytest.raises(BadRequestData):
            projection.projection(name, name)

    def test_is_as_deep_as_its_braces(self) -> None:
        assert projection.parse("a{b{c},d}", NAMES, "pick").depth == 2
