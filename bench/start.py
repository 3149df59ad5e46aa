"""
`start`: ms until a second start is whole; beside it `start.first_page` and `start.cold`.

    python -m bench start [--small]

Data    none: each cold start has an empty var folder and builds the whole demo city (`dothi up --demo`);
        packages, assets and compiled catalogues are there already, as after the first `make run`.
Value   `start`: from the start of the process on a folder that holds a demo city to a node that says
        it is whole (/-/ready answers 200), promised within 10 s. `start.cold`: the same on an empty
        folder, promised within 4 minutes. `start.first_page`: there, to the first answered page.
Floor   cold: initdb, start and stop of the packaged PostgreSQL alone in an empty folder; again: the
        same interpreter starts and imports Django. Interleaved, 5 rounds, medians.
Client  this process, by HTTP every 20 ms. Concurrency: one node at a time.
Durability  PostgreSQL and NATS as shipped, fsync on.
After   a node that does not become whole within 4 minutes, or that leaves a process behind, is no
        figure: the run fails.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.node import RunningNode, gone, node_folder, running_node
from tests.support.servers import postgres_cluster

from bench.harness import ROUNDS, figure
from dothi.config.supervisor import postgres

PATIENCE = 240.0
SECOND = 1000.0


def main(arguments: Sequence[str]) -> int:
    """Measure and print one JSON line a figure."""
    parser = argparse.ArgumentParser(prog="bench start", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one round, as a test of correctness")
    rounds = 1 if parser.parse_args(arguments).small else ROUNDS
    measured = [measure() for _ in range(rounds)]
    pages, cold, again, database, django = (list(column) for column in zip(*measured, strict=True))
    for name, values, floors in (
        ("start", again, django),
        ("start.first_page", pages, django),
        ("start.cold", cold, database),
    ):
        print(figure(name, values, floors, unit="ms", n=rounds, note="dothi up --demo").line(), flush=True)
    return 0


def measure() -> tuple[float, float, float, float, float]:
    """Return first page, whole cold, whole again, and both floors, in ms."""
    with node_folder() as var:
        first_page, cold = _start(var)
        database = _floor_of_database()
        _, again = _start(var)
        return first_page, cold, again, database, _floor_of_django()


def _start(var: Path) -> tuple[float, float]:
    began = time.monotonic()
    with running_node(var, "--demo") as node:
        first_page = _await(node, "/", began)
        whole = _await(node, "/-/ready", began)
        pids = node.descendants()
        node.interrupt()
    left = gone(pids, 5)
    assert not left, f"processes were left behind: {left}"
    return first_page * SECOND, whole * SECOND


def _await(node: RunningNode, path: str, began: float) -> float:
    """Return the seconds from `began` until `path` answers with what a person may use."""
    while (passed := time.monotonic() - began) < PATIENCE:
        found = re.search(r"(http://localhost:\d+)/", node.output.read_text())
        node.url = found.group(1) if found else ""
        if node.url and node.status(path) == 200:
            return passed
        time.sleep(0.02)
    raise AssertionError(f"{path} did not answer within {PATIENCE:.0f} s:\n{node.output.read_text()}")


def _floor_of_database() -> float:
    began = time.monotonic()
    with postgres_cluster(fsync="on", full_page_writes="on") as cluster:
        assert cluster.passwords[postgres.SUPERUSER]
    return (time.monotonic() - began) * SECOND


def _floor_of_django() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import django.core.wsgi, django.db"], check=True)
    return (time.monotonic() - began) * SECOND
