"""
`dossier_http`: dossiers a second led through the pages, from the first question to the returned result.

    python -m bench dossier_http [--small]

Data    the demo city and 400 residents; each dossier is a certificate of marital status that one of them
        asks for another person, so that an authorization of 40 kB is uploaded; person and bytes by a seed
        for each client. The clock stands in August 2026, whose calendar the demo has.
Value   ten committed acts a dossier over HTTP: the resident chooses the ward, answers eleven questions one
        a page, uploads, checks, files; the desk accepts, claims, shows the draft; the resident confirms;
        the desk proposes, approves, signs, gives back. Each page is opened and its form read from it, as a
        browser without JavaScript does; redirects are followed. Aim: 15 (DIGIT's complaints, whose course
        is shorter, end at 6.3).
Pages   two processes on one socket, as a node has them, with sessions, tokens against forgery, sealing.
Floor   the very bytes of such a dossier, request for request, with two plain asyncio processes that
        commit one row for each POST on the same PostgreSQL: sockets, client and disk, and no page.
        Interleaved.
Client  4 processes of their own, standard library only, connections kept. Sessions are begun beforehand:
        residents' as the sign-in page does, officials' through it; the signer proves himself anew before
        each further round. 5 rounds of 60 s, in sum 5 minutes, each followed by 10 s of floor; medians.
        `--small`: one round of 0.5 s and 0.3 s by 2 processes, 20 residents.
Beside  sequencer, publisher and NATS run all the time. The worker does not: `papers` is its figure.
Durability  fsync, full_page_writes, synchronous_commit on; uploads are fsynced.
After   as `dossier_lifecycle`, for ten acts; the last upload of each client and round comes back byte for
        byte; any answer but the expected one ends the run: a wrong answer is no figure.
"""

import argparse
import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from tests.support.identity import running_idp
from tests.support.pages import serving
from tests.support.walking import People, signed_in

from bench.checking import check
from bench.city import CITY, Stage, staged
from bench.dossier_lifecycle import Worker, answer_of
from bench.harness import ROUNDS, Figure, figure
from bench.plain_server import TABLE
from dothi.config.supervisor import pools, postgres

AT = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
"""Nine in the morning of a working day of the demo calendar."""
ACTS = 10
SECRET = "only-for-this-figure"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    clients: int
    residents: int
    rounds: int
    value_s: float
    floor_s: float


WHOLE = Size(clients=4, residents=400, rounds=ROUNDS, value_s=60.0, floor_s=10.0)
SMALL = Size(clients=2, residents=20, rounds=1, value_s=0.5, floor_s=0.3)


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench dossier_http", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    with (
        staged(size.residents) as stage,
        _served(stage) as (address, plain),
        signed_in(address, stage.home / "root.key") as people,
        _clients(stage, people, size, address, plain) as clients,
    ):
        print(measure(stage, people, clients, size).line())
    return 0


def measure(stage: Stage, people: People, clients: list[Worker], size: Size) -> Figure:
    """Return the figure. Raises AssertionError when an answer is wrong."""
    values, floors, behind, rounds = [], [], [], list[dict[str, Any]]()
    for number in range(size.rounds):
        if number:
            people.officials["son"].prove_now()
        found = _together(clients, {"kind": "value", "seconds": size.value_s})
        behind.append(stage.catch_up())
        values.append(sum(len(one["done"]) / one["seconds"] for one in found))
        plain = _together(clients, {"kind": "floor", "seconds": size.floor_s})
        floors.append(sum(one["done"] / one["seconds"] for one in plain))
        rounds += found
    done = [dossier for one in rounds for dossier in one["done"]]
    check(stage, done, acts=ACTS)
    note = f"{size.clients} clients, {size.rounds} x {size.value_s:g} s; {_told(rounds)}"
    note += f"; tree and bus behind at most {max(behind):.1f} s"
    return figure("dossier_http", values, floors, unit="1/s", n=len(done), note=note)


def _told(rounds: Sequence[dict[str, Any]]) -> str:
    times = sorted(chain.from_iterable(one["times"] for one in rounds))
    p95, last = times[int(len(times) * 0.95)], rounds[-1]
    return (
        f"{last['requests']} requests and {last['bytes'] // 1000} kB read a dossier, {ACTS} commits of acts;"
        f" P95 of a mean request {p95 / last['requests'] * 1000:.0f} ms"
    )


@contextmanager
def _served(stage: Stage) -> Iterator[tuple[str, str]]:
    """Serve the pages and, on the same machine, the plain server; yield both addresses."""
    (stage.home / "clock").write_text(str(int((AT - datetime.now(UTC)).total_seconds())))
    provider = socket.create_server(("127.0.0.1", 0))
    settings = {
        "var": str(stage.home), "root_key_file": str(stage.home / "root.key"), "demo": "1",
        "clock_file": str(stage.home / "clock"), "secret_key": SECRET,
        "idp_url": f"http://localhost:{provider.getsockname()[1]}",
        "idp_client_key_file": str(stage.home / "idp" / "client.pem"),
    }  # fmt: skip
    dsn = stage.cluster.dsn("dothi_app", CITY)
    with (
        serving(dsn, pools.PAGES_PROCESSES, **settings) as address,
        _plain(stage) as plain,
        running_idp(stage.home, address, listener=provider),
    ):
        yield address, plain


@contextmanager
def _plain(stage: Stage) -> Iterator[str]:
    dsn = stage.cluster.dsn(postgres.SUPERUSER, CITY)
    with stage.connect() as connection:
        connection.execute(TABLE.encode())
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as running:
        for _ in range(pools.PAGES_PROCESSES):
            command = [sys.executable, "-m", "bench.plain_server", str(listener.fileno()), dsn]
            process = subprocess.Popen(command, pass_fds=[listener.fileno()])
            running.callback(process.wait, 20)
            running.callback(process.terminate)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def _clients(
    stage: Stage, people: People, size: Size, address: str, plain: str
) -> Iterator[list[Worker]]:  # fmt: skip
    residents = _residents(stage)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.walker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(size.clients)
    ]
    try:
        for number, client in enumerate(started):
            told = {
                "address": address, "plain": plain, "seed": f"walk:{number}",
                "residents": residents[number :: size.clients],
                "officials": {key: one.browser.cookies for key, one in people.officials.items()},
            }  # fmt: skip
            print(json.dumps(told), file=client.stdin, flush=True)
            assert answer_of(client)["ready"]
        yield started
    finally:
        for client in started:
            client.stdin.close()  # type: ignore[union-attr]  # a pipe, as asked for
            client.wait(30)


def _residents(stage: Stage) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.residents"], check=True, stdout=subprocess.PIPE, text=True,
        env={**stage.environ(), "DOTHI_SECRET_KEY": SECRET},
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def _together(clients: list[Worker], command: dict[str, object]) -> list[dict[str, Any]]:
    for client in clients:
        print(json.dumps(command), file=client.stdin, flush=True)
    return [answer_of(client) for client in clients]
