"""Layers of the map that are fetched when somebody asks for them, and the lists of what is on them."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.operations.layers import OF_TYPE, Feature, Layer, Then, alike, features, found
from dothi.sectors.models import iri, models
from tests.support.broker import broker
from tests.support.people import found_center, signed_in

EVIL = "Bến <script>alert(1)</script>"
LAKE = {"type": "Polygon", "coordinates": [[[105.8, 21.0], [105.9, 21.0], [105.9, 21.1], [105.8, 21.0]]]}

LINE = [[105.8, 21.0], [105.81, 21.01]]


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def known(dsn: str, kind: str, shape: Any, **told: Any) -> None:
    """Let the live context know an entity, as its importer does."""
    values = {iri(term): [{"type": "Property", "value": value}] for term, value in told.items()}
    values |= {iri("location"): [{"type": "GeoProperty", "value": shape}]} if shape else {}
    with psycopg.connect(dsn) as wire:
        [(count,)] = wire.execute("select count(*) from context.entity").fetchall()
        wire.execute(
            "insert into context.entity (tenant, id, types, created_at, modified_at, attributes)"
            " values ('', %s, %s, now(), now(), %s)",
            [f"urn:ngsi-ld:{kind}:{settings.NODE}:{count}", [models()[kind].iri], json.dumps(values)],
        )


@pytest.fixture
def dsn(cluster: postgres.Cluster, fresh_database: str) -> str:
    """The context's own way into a database of this test, with a few things of each layer."""
    told = cluster.dsn("dothi_context", fresh_database)
    for name, route in (("Bến Tây Sơn", "02"), ("Bến Tây Sơn", "01"), (EVIL, "03")):
        known(told, "GtfsStop", point(105.8234567, 21.0), name=name, routes=route)
    line = {"type": "LineString", "coordinates": LINE}
    known(told, "GtfsRoute", line, name="Tuyến 01_1", shortName="01", tripCount=80)
    known(told, "GtfsRoute", line, name="Tuyến 01_2", shortName="01", tripCount=81)
    known(told, "GtfsRoute", None, name="Tuyến 99_1", shortName="99")
    known(told, "WaterBody", LAKE, name="Hồ Tây", waterType="lake")
    return told


@pytest.mark.usefixtures("dsn")
class TestLayers:
    def test_have_one_stop_for_a_place_with_its_routes(self) -> None:
        near = point(105.82346, 21.0)
        told = {one.name: one for one in features(Layer.STOPS)}
        assert told == {
            EVIL: Feature(EVIL, "03", near), "Bến Tây Sơn": Feature("Bến Tây Sơn", "01, 02", near)
        }  # fmt: skip

    def test_have_the_routes_that_can_be_drawn_and_the_waters(self) -> None:
        (route,) = features(Layer.ROUTES)
        assert (route.name, route.note) == ("01", "80 ⇄ 81")
        assert route.shape == {"type": "MultiLineString", "coordinates": [LINE, LINE]}
        assert features(Layer.WATERS) == [Feature("Hồ Tây", "lake", LAKE)]

    def test_are_searched_without_marks(self) -> None:
        assert [one.name for one in found(Layer.STOPS, "tay SON")] == ["Bến Tây Sơn"]
        assert [one.name for one in found(Layer.STOPS, "02")] == ["Bến Tây Sơn"]
        assert found(Layer.STOPS, "không có") == []


class TestPast:
    @pytest.fixture
    def moments(self, cluster: postgres.Cluster, fresh_database: str) -> list[datetime]:
        """Instants before and after each of: a stop came, got another name, and lost its place."""
        name, here = iri("name"), "/entities"
        place = {"type": "GeoProperty", "value": point(105.8, 21.0)}
        stop = {"id": "urn:ngsi-ld:GtfsStop:town:1", "type": OF_TYPE[Layer.STOPS], iri("location"): place}
        one = f"{here}/{stop['id']}"
        acts = (("POST", here, {**stop, name: "Bến Cũ"}), ("PATCH", f"{one}/attrs", {name: "Bến Mới"}),
                ("DELETE", f"{one}/attrs/{quote(iri('location'), safe='')}", None))  # fmt: skip
        with broker(cluster.dsn("dothi_context", fresh_database)) as client:
            told = [now()]
            for method, path, said in acts:
                answer = client.request(method, path, json=said)
                assert answer.is_success, answer.text
                told.append(now())
        return told

    def test_shows_what_had_been_said_by_the_moment(self, moments: list[datetime]) -> None:
        shown = [[one.name for one in features(Layer.STOPS, Then(at))] for at in moments]
        assert shown == [[], ["Bến Cũ"], ["Bến Mới"], []]
        assert [features(Layer.STOPS, Then(moments[-1], at)) for at in moments] == [
            features(Layer.STOPS, Then(at, at)) for at in moments
        ]

    def test_tells_between_which_moments_it_is_alike(self, moments: list[datetime]) -> None:
        since, until = alike(Layer.STOPS, moments[1])
        assert since is not None
        assert until is not None
        assert moments[0] <= since <= moments[1] <= until <= moments[2]
        assert alike(Layer.WATERS, moments[1]) == (None, None)

    def test_is_listed_at_its_moment(self, moments: list[datetime]) -> None:
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], found_center())
        asked = {"at": moments[1].isoformat(), "q": "ben cu"}
        shown = van.get("/center/layers/stops", asked).content.decode()
        assert "Bến Cũ" in shown
        assert 'name="at" value="' in shown
        told = van.get("/center/layers/stops.json", asked).json()
        assert [one["properties"]["name"] for one in told["features"]] == ["Bến Cũ"]
        assert told["since"] < told["until"]
        assert "Bến Cũ" not in van.get("/center/layers/stops").content.decode()


@pytest.mark.usefixtures("dsn")
class TestPages:
    @pytest.fixture
    def van(self) -> Client:
        return signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], found_center())

    def test_give_a_layer_that_a_browser_may_keep(self, van: Client) -> None:
        answer = van.get("/center/layers/stops.json")
        assert answer["Cache-Control"] == "private, max-age=3600"
        told = answer.json()["features"]
        assert {one["properties"]["note"] for one in told} == {"03", "01, 02"}
        assert answer["Content-Type"] == "application/json"

    def test_list_what_is_on_it_page_by_page(self, van: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dothi.web.center.views.layers.PAGE", 1)
        first = van.get("/center/layers/stops").content.decode()
        assert "<script>alert" not in first
        assert "?skip=1" in first
        second = van.get("/center/layers/stops?skip=1").content.decode()
        assert "?skip=2" not in second
        assert {"Bến Tây Sơn" in first, "Bến Tây Sơn" in second} == {True, False}
        assert "Bến Tây Sơn" in van.get("/center/layers/stops", {"q": "tay son"}).content.decode()
        for strange in ({"skip": "-1"}, {"skip": "9" * 40}, {"q": EVIL}):
            answer = van.get("/center/layers/stops", strange)
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()

    def test_of_no_layer_are_not_there(self, van: Client) -> None:
        for path in ("sewers", "sewers.json", "STOPS"):
            assert van.get(f"/center/layers/{path}").status_code == 404

    def test_are_kept_in_the_address_for_the_wall(self, van: Client) -> None:
        asked = "/center/?layer=stops&layer=sewers"
        shown = van.get(asked).content.decode()
        assert 'href="/center/?wall=1&amp;layer=stops"' in shown
        wall = van.get("/center/?wall=1&layer=stops&at=2026-01-01T00:00").content.decode()
        assert '<li class="ct-choice" data-extra="stops"' in wall
        assert 'data-extra="routes"' not in wall
        assert 'href="/center/?wall=1&amp;layer=stops"' in wall
        assert "data-extra" not in van.get("/center/?wall=1").content.decode()

    def test_the_screen_does_not_carry_them(self, van: Client) -> None:
        screen = van.get("/center/").content.decode()
        assert 'data-url="/center/layers/stops.json"' in screen
        assert 'href="/center/layers/stops"' in screen
        assert "Tây Sơn" not in screen
        assert "Tây Sơn" not in van.get("/center/situation").content.decode()
