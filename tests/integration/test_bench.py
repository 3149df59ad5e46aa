"""Each benchmark as a test of correctness: small, whole, and one line a figure in the agreed form."""

import json
import subprocess
import sys

import pytest
from bench.__main__ import names

FORM = {"bench", "value", "unit", "floor", "ratio", "n", "spread", "note"}
HEAVY = {"start", "lcp"}
"""Those that start whole nodes cold or a browser."""


def lines_of(name: str) -> list[dict[str, object]]:
    """Run one benchmark small and return its figures."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", name, "--small"],
        capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


class TestBench:
    @pytest.mark.long
    @pytest.mark.parametrize("name", sorted(set(names()) - HEAVY))
    def test_gives_right_answers_small(self, name: str) -> None:
        figures = lines_of(name)
        assert figures
        assert all(set(figure) == FORM for figure in figures)

    @pytest.mark.long
    @pytest.mark.parametrize("name", sorted(HEAVY))
    def test_gives_right_answers_when_heavy(self, name: str) -> None:
        assert all(set(figure) == FORM for figure in lines_of(name))
