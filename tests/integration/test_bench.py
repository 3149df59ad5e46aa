"""Each benchmark as a test of correctness: small, whole, and one line a figure in the agreed form."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bench.__main__ import names

from tests.support.chromium import CHROMIUM

FORM = {"bench", "value", "unit", "floor", "ratio", "n", "spread", "note"}
UNITS = {"ms", "1/s"}
TOLD = {
    "start": {"start", "start.cold", "start.first_page"},
    "entity_query": {"entity_query", *(f"entity_query.{one}" for one in ("near", "scope", "filter", "ids"))},
    "entity_update": {"entity_update", "entity_update_p99"},
    "temporal_query": {"temporal_query", "temporal_query.last"},
    "reading_ingest": {"reading_ingest", "reading_ingest.late"},
}
"""What a benchmark tells beside the figure of its own name."""
BROWSER = {"lcp"}


def lines_of(name: str, shared: Path) -> list[dict[str, object]]:
    """Run one benchmark small, on a copy of the tests' cluster if it needs tables, and return its figures."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", name, "--small"],
        capture_output=True, text=True, timeout=400, check=False,
        env={**os.environ, "DOTHI_TESTS_PREPARED": str(shared)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


class TestBench:
    @pytest.mark.parametrize("name", names())
    @pytest.mark.usefixtures("cluster")
    def test_gives_right_answers_small(self, name: str, shared: Path) -> None:
        if name in BROWSER and not CHROMIUM.exists():
            pytest.skip("NO CHROMIUM: this figure is measured in a browser")
        figures = lines_of(name, shared)
        assert {figure["bench"] for figure in figures} == TOLD.get(name, {name})
        assert all(set(figure) == FORM and figure["unit"] in UNITS for figure in figures)
