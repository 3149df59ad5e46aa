"""Outlines of wards in warnings: real ones stay what they are, and what can be none has none."""

import json
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from shapely.geometry import Polygon, shape

from dothi.incidents.shapes import FINEST, MOST_CROSSED, MOST_PARTS, outline
from tests.support.data import DATA, needs_data

SQUARE = [[105.8, 21.0], [105.9, 21.0], [105.9, 21.1], [105.8, 21.1], [105.8, 21.0]]


def polygon(*rings: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def star(points: int) -> list[Any]:
    """Return a closed ring of which each line crosses nearly all others; an odd number of points."""
    turns = np.arange(points + 1) % points * (points // 2) * 2 * np.pi / points
    return [[105.8 + 0.05 * np.cos(one), 21 + 0.05 * np.sin(one)] for one in turns]


@pytest.fixture(scope="module")
def wards() -> list[dict[str, Any]]:
    drawn = (DATA / "admin_units/hanoi_wards_2025_full.geojson").read_bytes()
    return list(json.loads(drawn)["features"])


@needs_data
class TestRealWards:
    @pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
    @pytest.mark.parametrize(("most", "least_common"), [(31, 0.85), (FINEST, 0.98)])
    def test_are_closed_valid_small_and_still_the_ward(
        self, wards: list[dict[str, Any]], most: int, least_common: float, every: int
    ) -> None:
        assert len(wards) == 126
        for ward in wards[::every]:
            rings = outline(ward["geometry"], most)
            drawn = [Polygon(ring) for ring in rings]
            assert 0 < sum(map(len, rings)) <= most
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
            assert all(one.is_valid and one.exterior.is_simple for one in drawn)
            assert all(105 < lon < 107 and 20 < lat < 22 for ring in rings for lon, lat in ring)
            on_grid = np.concatenate([np.array(ring) for ring in rings]) * 1e5
            assert np.abs(on_grid - on_grid.round()).max() < 1e-3
            real = shape(ward["geometry"])
            common = sum(one.intersection(real).area for one in drawn) / real.area
            assert common > least_common, ward["properties"]["fullName"]


class TestOutline:
    def test_has_no_holes_and_no_third_dimension(self) -> None:
        hole = [[105.84, 21.04], [105.86, 21.04], [105.86, 21.06], [105.84, 21.06], [105.84, 21.04]]
        high = [[lon, lat, 12.0] for lon, lat in SQUARE]
        for told in (polygon(SQUARE, hole), polygon(high)):
            (ring,) = outline(told, 50)
            assert set(ring) == {(lon, lat) for lon, lat in SQUARE}

    def test_of_a_ward_in_pieces_draws_the_largest(self) -> None:
        pieces = [
            [
                [
                    [105 + n * 0.01, 21],
                    [105 + n * 0.01 + 0.0005 * (n + 1), 21],
                    [105 + n * 0.01, 21.005],
                    [105 + n * 0.01, 21],
                ]
            ]
            for n in range(12)
        ]
        rings = outline({"type": "MultiPolygon", "coordinates": pieces}, 200)
        assert len(rings) == MOST_PARTS

    def test_of_a_line_that_crosses_itself_is_made_valid(self) -> None:
        bow = [[105.8, 21.0], [105.9, 21.1], [105.9, 21.0], [105.8, 21.1], [105.8, 21.0]]
        assert all(Polygon(ring).is_valid for ring in outline(polygon(bow), 50))

    def test_of_a_star_is_made_valid_while_it_has_few_points(self) -> None:
        rings = outline(polygon(star(MOST_CROSSED - 1)), FINEST)
        assert rings
        assert all(Polygon(ring).is_valid for ring in rings)
        assert outline(polygon(star(MOST_CROSSED + 1)), FINEST) == ()

    def test_of_a_shore_with_ten_thousand_corners_is_small(self) -> None:
        shore = [[105.8 + n * 1e-6, 21 + (n % 2) * 1e-3] for n in range(19_000)]
        rings = outline(polygon([*shore, [105.9, 20.9], shore[0]]), FINEST)
        assert 0 < sum(map(len, rings)) <= FINEST

    @pytest.mark.parametrize(
        "told",
        [
            None, [], "POLYGON", {}, {"type": "Polygon"}, polygon(), polygon([]), polygon([[1, 2]]),
            polygon([[nan, 1], [1, 1], [1, 2], [nan, 1]]), polygon([[inf, 1], [1, 1], [1, 2], [inf, 1]]),
            polygon([[21.0, 105.8], [21.1, 105.8], [21.1, 105.9], [21.0, 105.8]]),
            polygon([["x", "y"], [1, 1], [1, 2], ["x", "y"]]), {"type": "Point", "coordinates": [105.8, 21]},
            {"type": "GeometryCollection", "geometries": [polygon(SQUARE)]},
            polygon([[105.8 + n * 1e-7, 21.0 + (n % 2)] for n in range(20_001)]),
        ],
    )  # fmt: skip
    def test_of_what_can_be_no_ward_is_none(self, told: Any) -> None:
        assert outline(told, 50) == ()
