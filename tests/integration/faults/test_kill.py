"""Pages, worker, sequencer, NATS and PostgreSQL die by SIGKILL while dossiers go through all their acts."""

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

import nats
import psycopg
import pytest

from dothi.config.environment import environment
from dothi.config.supervisor import nats as nats_of_node
from dothi.foundation.events.publisher import STREAM
from dothi.foundation.ledger.audit import audit, folder
from dothi.foundation.ledger.export import export
from dothi.foundation.ledger.signing import read_signer
from tests.support.node import RunningNode, node_folder, running_node

SEED = UUID("6a1c1f4e-7c36-4d7b-8f3c-2c9d4f0a5e11")
MORTAL = {
    "pages": "dothi.config.cli pages", "worker": "dothi.config.cli worker",
    "sequencer": "dothi.config.cli sequencer", "publisher": "dothi.config.cli publisher",
    "nats": "nats-server -c", "postgres": "/postgres -D",
}  # fmt: skip
"""What dies, and how its command line is known."""
ACTS = ["draft", "submit", "accept", "claim", "show-draft", "confirm-draft", "propose", "approve", "sign",
        "give-back"]  # fmt: skip
PAPERS = 3


@dataclass(frozen=True)
class City:
    """A running demo node and how its database is reached."""

    node: RunningNode

    def dsn(self, role: str) -> str:
        """Return the address of the node's database for `role`."""
        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in self.node.named(MORTAL["postgres"])]
        port = re.search(rb"--port=(\d+)", commands[0])
        assert port
        password = quote((self.node.var / "secrets" / role).read_text())
        return f"postgresql://{role}:{password}@127.0.0.1:{port.group(1).decode()}/dothi"

    def environ(self) -> dict[str, str]:
        """Return the environment of a client of this node."""
        return {
            **os.environ, "DJANGO_SETTINGS_MODULE": "dothi.config.settings", "DOTHI_VAR": str(self.node.var),
            "DOTHI_DSN": self.dsn("dothi_app"), "DOTHI_DEMO": "1",
            "DOTHI_ROOT_KEY_FILE": str(self.node.var / "secrets/root.key"),
        }  # fmt: skip

    def rows(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """Return the rows of `query`, read as dothi_app."""
        with psycopg.connect(self.dsn("dothi_app")) as connection:
            return connection.execute(query.encode(), params or None).fetchall()

    def stored(self) -> int:
        """Return how many events the stream holds."""
        told = json.loads((self.node.var / "run/nats.conf").read_text())
        secret = self.node.var / "secrets"
        passwords = {user: (secret / f"nats-{user}").read_text() for user in nats_of_node.USERS}
        url = nats_of_node.url("publisher", int(told["listen"].rpartition(":")[2]), passwords)
        return asyncio.run(_messages(url))


async def _messages(url: str) -> int:
    bus = await nats.connect(url, connect_timeout=5)
    try:
        return int((await bus.jetstream().stream_info(STREAM)).state.messages)
    finally:
        await bus.close()


@contextlib.contextmanager
def a_city() -> Iterator[City]:
    """Run a demo node while the block lasts."""
    with node_folder() as var, running_node(var, "--demo") as node:
        node.await_ready()
        yield City(node)


def killing(city: City, dice: random.Random, over: threading.Event, killed: Counter[str]) -> None:
    """Kill one part after another, each in its turn and at a random moment, until `over`."""
    while not over.is_set():
        for name in dice.sample(sorted(MORTAL), len(MORTAL)):
            if over.wait(dice.uniform(0.3, 1.5)):
                return
            for pid in city.node.named(MORTAL[name])[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed[name] += 1


def under_fire(
    city: City, dossiers: int, clients: int, seed: int
) -> tuple[list[dict[str, str]], Counter[str]]:
    """Lead `dossiers` by `clients` processes while parts die; return the acknowledged acts and the dead."""
    dice, over, killed = random.Random(seed), threading.Event(), Counter[str]()
    share = dossiers // clients
    started = [_client(city, number * share, share, uuid5(SEED, str(seed))) for number in range(clients)]
    killer = threading.Thread(target=killing, args=(city, dice, over, killed))
    killer.start()
    try:
        told = [client.communicate(timeout=900) for client in started]
    finally:
        over.set()
        killer.join()
    assert [client.returncode for client in started] == [0] * clients, [err[-2000:] for _, err in told]
    return [json.loads(line) for out, _ in told for line in out.splitlines()], killed


def _client(city: City, first: int, count: int, seed: UUID) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.faults.client", str(first), str(count), str(seed)]
    return subprocess.Popen(
        command, env=city.environ(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def settle(city: City, seconds: float) -> None:
    """Wait until no job, entry or event is left to do."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(psycopg.Error, OSError, nats.errors.Error, AssertionError):
            left = _left(city)
            if not any(left):
                return
        assert time.monotonic() < deadline, f"jobs, entries, events left: {left}\n{city.node.logs()}"
        time.sleep(0.3)


def _left(city: City) -> tuple[int, int, int]:
    [(jobs, entries, events)] = city.rows("""
        select (select count(*) from procrastinate_jobs where task_name = 'papers.make'),
               (select count(*) from ledger_entry e where not exists
                   (select from ledger_leaf l where l.entry_id = e.id)),
               (select count(*) from events_outbox)""")
    return jobs, entries, events - city.stored()


def check(city: City, told: Sequence[dict[str, str]], dossiers: int) -> None:
    """Check everything that was acknowledged, and that nothing else was written."""
    assert len(told) == dossiers * len(ACTS)
    _check_steps(city, told)
    _check_codes(city, dossiers)
    for name, query in WRONG.items():
        assert city.rows(query) == [], name
    assert city.rows("select count(*), count(*) filter (where status = 'ready') from papers_paper") == [
        (dossiers * PAPERS, dossiers * PAPERS)
    ]
    _check_tree(city)
    subprocess.run(
        [sys.executable, "-m", "tests.integration.faults.client", "check"], env=city.environ(), check=True
    )


def _check_steps(city: City, told: Sequence[dict[str, str]]) -> None:
    rows = city.rows("select dossier_id::text, act, id::text, number from dossiers_step order by number")
    assert sorted(row[:3] for row in rows) == sorted((one["dossier"], one["act"], one["key"]) for one in told)
    of_each: dict[str, list[tuple[str, int]]] = {}
    for dossier, act, _key, number in rows:
        of_each.setdefault(dossier, []).append((act, number))
    assert all(steps == [(act, place) for place, act in enumerate(ACTS)] for steps in of_each.values())


def _check_codes(city: City, dossiers: int) -> None:
    """No code twice, none skipped: the numbers of a desk's day run from one."""
    codes = [code for (code,) in city.rows("select code from dossiers_dossier order by code")]
    by_day: dict[str, list[int]] = {}
    for code in codes:
        series, _, number = code.rpartition("-")
        by_day.setdefault(series, []).append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_day.values())
    assert len(codes) == dossiers


WRONG = {
    "a state that is not that of the last step": """
        select d.id from dossiers_dossier d join dossiers_step s on s.dossier_id = d.id
        where s.number = d.revision and s.state <> d.state""",
    "a step without its entry, or an entry without its step": """
        select s.id, e.id from dossiers_step s
        full join (select * from ledger_entry where object like '%:dossier:%' and kind = 'act') e
            on e.id = s.id and e.act = 'dossiers.' || s.act
        where s.id is null or e.id is null""",
    "other than one event a step": """
        select d.id from dossiers_dossier d left join events_outbox o
            on o.type like 'vn.dothi.dossiers.dossier.%' and o.data::jsonb ->> 'dossier' = d.id::text
        group by d.id, d.revision having count(o.id) <> d.revision + 1
            or count(distinct o.data::jsonb ->> 'revision') <> d.revision + 1""",
    "a result that is not there once": """
        select d.id from dossiers_dossier d left join vault_result r on r.dossier_id = d.id
        group by d.id having count(r.id) <> 1""",
    "a paper that was made other than once": """
        select about from events_outbox o join papers_paper p on p.about = o.subject
        where o.type = 'vn.dothi.papers.paper.made.v1' group by about, p.id having count(*) <> 3""",
    "a task left open": "select id from tasks_task where finished_at is null",
}


def _check_tree(city: City) -> None:
    signer = read_signer(city.node.var / "secrets/ledger.key", environment().node)
    with tempfile.TemporaryDirectory() as name, psycopg.connect(city.dsn("dothi_read")) as connection:
        size = export(connection.cursor(), Path(name))
        assert audit(folder(Path(name)), [signer.public_key]).size == size
    assert city.rows("select count(*) from ledger_entry") == [(size,)]


def survive(dossiers: int, clients: int, seed: int, patience_s: float) -> Counter[str]:
    """Lead dossiers under fire on a node of their own, let it settle, check; return who died how often."""
    with a_city() as city:
        told, killed = under_fire(city, dossiers, clients, seed)
        city.node.await_ready()
        settle(city, patience_s)
        check(city, told, dossiers)
    return killed


class TestKill:
    def test_keeps_what_was_acknowledged_once_while_parts_die(self) -> None:
        assert survive(dossiers=4, clients=2, seed=20261122, patience_s=90)

    @pytest.mark.long
    def test_keeps_fifty_dossiers_at_once_while_parts_die(self) -> None:
        killed = survive(dossiers=50, clients=5, seed=7, patience_s=300)
        assert set(killed) == set(MORTAL), killed
