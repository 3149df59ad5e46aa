"""
`dossier_lifecycle`: dossiers a second led from draft to returned result by the domain alone.

    python -m bench dossier_lifecycle [--small]

Data    a city whose 126 desks are staffed, 400 residents, certificates of marital status filed at the
        counter; ward and person by a seed for each round and worker.
Value   8 separately committed acts a dossier (draft, submit, accept, claim, propose, approve, sign,
        give back), each with authority, clock, ledger entry, event, task and notice, and orders of its
        papers; by 8 worker processes of their own through Django and the rooms. Aim: 100.
Floor   the same rows, indexes and commits by psycopg alone at the same concurrency: see
        `lifecycle_floor`. On the same database, interleaved.
Client  the workers; this process only counts. 5 rounds of 60 s of value, in sum 5 minutes, each
        followed by 20 s of floor; medians. `--small`: one round of 0.5 s and 0.3 s by 2 workers,
        20 residents.
Beside  sequencer, publisher and NATS run all the time. The worker does not: `papers` is its figure.
Durability  fsync, full_page_writes, synchronous_commit on; data checksums on.
After   tree and bus must have caught up 5 s after each round. Then: each dossier once and returned,
        its steps 0 to 7 without a gap, one ledger entry and one event an act, codes without a gap, no
        task left open, and the whole exported ledger passes the audit. Else the run fails: a wrong
        answer is no figure.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.checking import check
from bench.city import RESIDENTS, Stage, staged
from bench.harness import ROUNDS, Figure, figure


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    workers: int
    residents: int
    rounds: int
    value_s: float
    floor_s: float


WHOLE = Size(workers=8, residents=RESIDENTS, rounds=ROUNDS, value_s=60.0, floor_s=20.0)
SMALL = Size(workers=2, residents=20, rounds=1, value_s=0.5, floor_s=0.3)


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench dossier_lifecycle", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    with staged(size.residents) as stage, _workers(stage, size.workers) as workers:
        print(measure(stage, workers, size).line())
    return 0


Worker = subprocess.Popen[str]


def measure(stage: Stage, workers: list[Worker], size: Size) -> Figure:
    """Return the figure over the rounds of `size`. Raises AssertionError when an answer is wrong."""
    values, floors, behind, times, done = [], [], [], list[float](), list[str]()
    for number in range(size.rounds):
        found = _together(workers, "value", number, size.value_s)
        behind.append(stage.catch_up())
        values.append(sum(len(one["done"]) / one["seconds"] for one in found))
        times += [time for one in found for time in one["times"]]
        done += [dossier for one in found for dossier in one["done"]]
        raw = _together(workers, "floor", number, size.floor_s)
        floors.append(sum(one["done"] / one["seconds"] for one in raw))
        stage.catch_up()
    check(stage, done, acts=8)
    slow = sorted(times)[int(len(times) * 0.95)] / 8 * 1000
    note = (
        f"{size.workers} workers, {size.rounds} x {size.value_s:g} s, 8 commits a dossier;"
        f" P95 of a dossier's mean act {slow:.0f} ms; tree and bus behind at most {max(behind):.1f} s"
    )
    return figure("dossier_lifecycle", values, floors, unit="1/s", n=len(done), note=note)


@contextmanager
def _workers(stage: Stage, count: int) -> Iterator[list[Worker]]:
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.lifecycle", str(number)],
            env=stage.environ(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(count)
    ]  # fmt: skip
    try:
        for worker in started:
            assert answer_of(worker)["ready"]
        yield started
    finally:
        for worker in started:
            worker.stdin.close()  # type: ignore[union-attr]  # a pipe, as asked for
            worker.wait(30)


def _together(workers: list[Worker], kind: str, number: int, seconds: float) -> list[dict[str, Any]]:
    for worker in workers:
        print(json.dumps({"kind": kind, "round": number, "seconds": seconds}), file=worker.stdin, flush=True)
    return [answer_of(worker) for worker in workers]


def answer_of(worker: Worker) -> dict[str, Any]:
    """Return the next line that a worker told."""
    assert worker.stdout is not None
    line = worker.stdout.readline()
    assert line, f"a worker ended with {worker.wait()}"
    answer: dict[str, Any] = json.loads(line)
    return answer
