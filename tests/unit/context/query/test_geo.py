"""Clause 4.10: relations of geometries, and distances in meters."""

from random import Random
from typing import Any

import pytest
from shapely.geometry import LineString, Point, Polygon, shape

from dothi.context.errors import BadRequestData
from dothi.context.query import geo
from dothi.context.query.distance import are_within, between, geodesic
from tests.support.stored import stored

HANOI = {"type": "Point", "coordinates": [105.8542, 21.0285]}
AROUND = [[[105, 20], [107, 20], [107, 22], [105, 22], [105, 20]]]
HOLED = [*AROUND, [[105.8, 21], [105.9, 21], [105.9, 21.1], [105.8, 21.1], [105.8, 21]]]
BOW_TIE = [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]


def fits(value: dict[str, Any], georel: str, geometry: str, coordinates: object) -> bool:
    entity = stored(location={"type": "GeoProperty", "value": value})
    return geo.parse(georel, geometry, coordinates, geo.LOCATION).matches(entity)


class TestGeoQuery:
    @pytest.mark.parametrize(
        ("georel", "geometry", "coordinates"),
        [
            ("within", "Polygon", AROUND),
            ("within", "Polygon", AROUND[0][:-1]),
            ("intersects", "Polygon", str(AROUND)),
            ("equals", "Point", [105.8542, 21.0285]),
            ("contains", "Point", [105.8542, 21.0285]),
            ("disjoint", "Polygon", HOLED),
            ("near;maxDistance==2000", "Point", [105.86, 21.03]),
            ("near;minDistance==2000", "Point", [105.9, 21.03]),
            ("near;maxDistance==1e3", "LineString", [[105, 21.03], [107, 21.03]]),
        ],
    )
    def test_fits(self, georel: str, geometry: str, coordinates: object) -> None:
        assert fits(HANOI, georel, geometry, coordinates)

    @pytest.mark.parametrize(
        ("georel", "geometry", "coordinates"),
        [
            ("within", "Polygon", HOLED),
            ("overlaps", "Polygon", AROUND),
            ("equals", "Point", [105.8542, 21.0286]),
            ("disjoint", "Polygon", AROUND),
            ("near;maxDistance==20", "Point", [105.86, 21.03]),
        ],
    )
    def test_does_not_fit(self, georel: str, geometry: str, coordinates: object) -> None:
        assert not fits(HANOI, georel, geometry, coordinates)

    def test_is_light_only_where_points_are_held_against_a_point(self) -> None:
        near = geo.parse("near;maxDistance==20", "Point", [105.86, 21.03], geo.LOCATION)
        line = geo.parse("near;maxDistance==20", "LineString", [[105, 21.03], [107, 21.03]], geo.LOCATION)
        area = {"type": "Polygon", "coordinates": AROUND}
        assert near.is_light([[HANOI], [HANOI, HANOI], []])
        assert not near.is_light([[HANOI], [HANOI, area]])
        assert not line.is_light([[HANOI]])

    def test_mends_rings_that_cross(self) -> None:
        tie = {"type": "Polygon", "coordinates": BOW_TIE}
        assert fits(tie, "equals", "Polygon", BOW_TIE)
        assert fits(tie, "intersects", "Point", [1, 0.5]) is False

    def test_needs_the_geoproperty(self) -> None:
        assert not geo.parse("disjoint", "Point", [0, 0], geo.LOCATION).matches(stored(a=1))

    @pytest.mark.parametrize(
        ("georel", "geometry", "coordinates"),
        [
            (one, "Point", [8, 40])
            for one in (
                "near",
                "near;maxDistance==0",
                "near;maxDistance==-1",
                "near;maxDistance==inf",
                "near;maxDistance==1e400",
                "near;maxDistance==5;minDistance==1",
                "touches",
                "",
                None,
                ["within"],
                "within;",
            )
        ]
        + [
            ("within", "Circle", [8, 40]),
            ("within", None, [8, 40]),
            ("within", {}, [8, 40]),
            ("within", "Point", "8,40]"),
            ("within", "Point", ["a", 1]),
            ("within", "Polygon", [[[0, 0], [1, 1], [2, 2]]]),
            ("within", "Polygon", [[0, 0], [1, 1]]),
            ("within", "Point", None),
            ("within", "GeometryCollection", []),
        ],
    )
    def test_is_refused(self, georel: object, geometry: object, coordinates: object) -> None:
        with pytest.raises(BadRequestData):
            geo.parse(georel, geometry, coordinates, geo.LOCATION)

    @pytest.mark.parametrize(
        ("center", "north_m"),
        [((105.85, 21.03), 5_000.0), ((0, 85), 20_000.0), ((179.99, 0), 50_000.0), ((0, 89.99), 9_000.0)],
    )
    def test_has_a_box_around_all_that_is_near(self, center: tuple[float, float], north_m: float) -> None:
        west, south, east, north = geo.parse(
            f"near;maxDistance=={north_m}", "Point", list(center), geo.LOCATION
        ).box
        assert geodesic(*center, center[0], min(north, 90)) >= north_m or north >= 90
        assert east - west >= 360 or geodesic(*center, east, center[1]) >= north_m
        assert south < center[1] < north


class TestDistance:
    def test_is_that_of_the_ellipsoid(self) -> None:
        # Flinders Peak to Buninyong, the example of Geoscience Australia for Vincenty's formula.
        assert geodesic(
            144.42486788888888, -37.95103341666667, 143.92649552777777, -37.65282113888889
        ) == pytest.approx(54972.271, abs=0.001)

    def test_decides_by_a_sphere_as_by_the_ellipsoid(self) -> None:
        dice = Random(7)
        for _ in range(2_000):
            here = dice.uniform(-180, 180), dice.uniform(-90, 90)
            spread = 10 ** dice.uniform(-6, 2)
            there = (
                here[0] + dice.uniform(-spread, spread),
                max(-90, min(90, here[1] + dice.uniform(-spread, spread))),
            )
            far = geodesic(*here, *there)
            for told in (0.5, 0.985, 0.994, 0.9999999, 1.0000001, 1.006, 1.015, 2.0):
                assert are_within(*here, *there, far * told) == (told > 1), (here, there, told)

    def test_is_nothing_between_points_nearly_opposite_but_a_length(self) -> None:
        assert geodesic(0, 0, 179.9, 0.1) == pytest.approx(20_003_931, rel=0.01)

    def test_goes_to_the_nearest_place_of_a_line(self) -> None:
        assert between(Point(10, 60.009), LineString([(0, 60), (10, 60)])) == pytest.approx(1_003, rel=0.01)

    def test_is_measured_where_degrees_are_short(self) -> None:
        line = LineString([(1, 85), (0, 85.6)])
        assert between(Point(0, 85), line) == pytest.approx(9_730, rel=0.02)

    def test_is_the_same_both_ways(self) -> None:
        one = Polygon([(0, 0), (1, 0), (1, 1), (0, 0)])
        other = shape({"type": "MultiPoint", "coordinates": [[3, 3], [2, 0.5]]})
        assert between(one, other) == pytest.approx(between(other, one), rel=1e-6)
        assert between(one, one) == 0
