"""Ways by road: over the one bridge of a river, around what is closed, in a graph as large as a city's."""

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.incidents.roads.graph import Closure, Graph
from dothi.incidents.roads.limits import limits
from dothi.incidents.roads.reading import RoadsUnreadable, read
from dothi.incidents.rules import distance_m
from dothi.incidents.types import Place
from tests.support.roads import BRIDGE, KMH, RIVER, at, city, geojson, river

SOUTH_BANK, NORTH_BANK = at(2, RIVER), at(2, RIVER + 1)
HEADING = "from_lon,from_lat,to_lon,to_lat,length_m,speed_kmh,oneway\n"


@pytest.fixture(scope="module")
def banks() -> Graph:
    drawn, bad = read(river(), "river.geojson")
    assert not bad
    return Graph(drawn)


def seconds(graph: Graph, start: Place, end: Place, *closed: Closure) -> float:
    """Return the seconds by road between two crossings."""
    from_, to = graph.reach(start, limits()), graph.reach(end, limits())
    assert from_ is not None
    assert to is not None
    return float(graph.seconds_to(to.crossing, closed)[from_.crossing])


class TestWay:
    def test_over_the_river_goes_by_the_bridge(self, banks: Graph) -> None:
        assert distance_m(SOUTH_BANK, NORTH_BANK) < 230
        by_bridge = 2 * distance_m(SOUTH_BANK, at(BRIDGE, RIVER)) + distance_m(
            at(BRIDGE, RIVER), at(BRIDGE, RIVER + 1)
        )
        assert seconds(banks, SOUTH_BANK, NORTH_BANK) == pytest.approx(by_bridge / KMH * 3.6, rel=0.01)

    def test_there_is_none_where_the_bridge_is_closed(self, banks: Graph) -> None:
        bridge = at(BRIDGE, RIVER + 0.5)
        closed = Closure(bridge.lon, bridge.lat, 30)
        assert math.isinf(seconds(banks, SOUTH_BANK, NORTH_BANK, closed))
        assert seconds(banks, SOUTH_BANK, at(3, RIVER), closed) < 30

    def test_goes_around_a_closed_crossing(self, banks: Graph) -> None:
        middle = at(3, 3)
        free, around = (
            seconds(banks, at(2, 3), at(4, 3), *closed)
            for closed in ((), (Closure(middle.lon, middle.lat, 30),))
        )
        assert free < around < 3 * free

    @given(st.integers(0, 19), st.integers(0, 11), st.integers(0, 19), st.integers(0, 11))
    def test_is_never_shorter_than_the_crow_s(
        self, banks: Graph, one: int, up: int, other: int, down: int
    ) -> None:
        start, end = at(one, up), at(other, down)
        assert seconds(banks, start, end) >= distance_m(start, end) / KMH * 3.6 * 0.99


class TestReach:
    def test_finds_the_nearest_crossing_and_none_too_far_away(self, banks: Graph) -> None:
        found = banks.reach(at(2.1, 3), limits())
        assert found is not None
        assert found.away_m == pytest.approx(21, abs=2)
        assert banks.reach(at(2, -3), limits()) is None

    def test_takes_no_crossing_from_which_nobody_gets_away(self) -> None:
        """A courtyard drawn without its gate is nearest, and no place to start from."""
        lines = [
            [(105.85, 21.0), (105.86, 21.0), (105.86, 21.01)],
            [(105.8502, 21.0001), (105.8503, 21.0001)],
        ]
        graph = Graph(read(geojson(lines), "x.geojson")[0])
        assert graph.joined == pytest.approx(3 / 5)
        found = graph.reach(Place(105.8502, 21.0001), limits())
        assert found is not None
        assert found.away_m > 10


class TestReading:
    def test_of_edges_gives_the_same_graph_as_lines(self) -> None:
        lines = read(geojson([[(105.85, 21.0), (105.86, 21.0)]]), "x.geojson")[0]
        edges = read((HEADING + "105.85,21,105.86,21,,30,\n").encode(), "x.csv")[0]
        assert np.array_equal(lines.length_m, edges.length_m)
        assert np.array_equal(lines.tail, edges.tail)

    @pytest.mark.parametrize(
        ("oneway", "there", "back"), [("yes", True, False), ("-1", False, True), ("no", True, True)]
    )
    def test_heeds_the_direction(self, oneway: str, there: bool, back: bool) -> None:
        lines = [[(105.85, 21.0), (105.86, 21.0)]]
        loop = [[(105.86, 21.0), (105.86, 21.01), (105.85, 21.0)]]
        told = read(geojson(lines, oneway=oneway), "x.geojson")[0]
        pairs = set(zip(told.tail.tolist(), told.head.tolist(), strict=True))
        assert ((0, 1) in pairs, (1, 0) in pairs) == (there, back)
        assert len(read(geojson(lines + loop), "x.geojson")[0].lon) == 3

    def test_takes_the_faster_of_two_roads_between_the_same_crossings(self) -> None:
        rows = "105.85,21,105.86,21,1100,30,\n105.85,21,105.86,21,1100,60,\n"
        graph = Graph(read((HEADING + rows).encode(), "x.csv")[0])
        assert seconds(graph, Place(105.85, 21), Place(105.86, 21)) == pytest.approx(66)

    def test_leaves_out_and_names_what_cannot_be_a_road(self) -> None:
        rows = [
            "105.85,21,105.86,21,,30,", "21,105.85,21,105.86,,30,", "105.85,21,105.86,21,5,30,",
            "105.85,21,105.86,21,,900,", "x,21,105.86,21,,30,", "105.85,21,nan,21,,30,",
            "105.85,21,105.86,21,inf,30,",
        ]  # fmt: skip
        drawn, bad = read((HEADING + "\n".join(rows)).encode(), "x.csv")
        assert len(drawn.tail) == 2
        assert [one.number for one in bad] == [3, 4, 5, 6, 7, 8]

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"\xff", "x.csv"), (b"a,b\n1,2\n", "x.csv"), (HEADING.encode(), "x.csv"), (b"{}", "x.geojson"),
            (b"[" * 100_000, "x.geojson"), (b'{"features": [{"geometry": null}]}', "x.geojson"),
            (b'{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}', "x.geojson"),
        ],
    )  # fmt: skip
    def test_of_anything_else_is_refused(self, content: bytes, name: str) -> None:
        with pytest.raises(RoadsUnreadable):
            read(content, name)


class TestCity:
    def test_of_200_000_edges_is_asked_within_a_second_of_one_core(self) -> None:
        """One search, 82 points under water, 500 units; about 0.15 s on one core of 2026."""
        graph = Graph(city(225))
        flooded = [Closure(105.85 + n * 0.0007, 21.03 + n * 0.0005, 30) for n in range(-41, 41)]
        began = time.thread_time()  # who else works on this machine does not count
        target = graph.reach(Place(105.852, 21.029), limits())
        assert target is not None
        found = graph.seconds_to(target.crossing, flooded)
        reached = [graph.reach(Place(105.85 + n * 0.0001, 21.03), limits()) for n in range(-250, 250)]
        took = time.thread_time() - began
        assert all(one is not None and np.isfinite(found[one.crossing]) for one in reached)
        assert took < 1, took
