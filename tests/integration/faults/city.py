"""A running demo city, how its database and its bus are reached, and which of its processes can die."""

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nats
import psycopg

from dothi.config.supervisor import nats as nats_of_node
from dothi.foundation.events.publisher import STREAM
from tests.support.node import RunningNode, node_folder, running_node

MORTAL = {
    "pages": "--order=pages", "worker": "--order=worker", "sequencer": "--order=sequencer",
    "publisher": "--order=publisher", "broker": "--order=broker", "ingest": "--order=ingest",
    "watch": "--order=watch", "live": "--order=live", "nats": "nats-server -c", "postgres": "/postgres -D",
}  # fmt: skip
"""What dies, and how its command line is known."""
NERVOUS = frozenset({"broker", "ingest", "watch", "live"})
"""What no dossier waits for; a device speaks to it all the time."""
PATIENCE_S = 120.0


@dataclass(frozen=True)
class City:
    """A running demo node."""

    node: RunningNode

    @property
    def root_key(self) -> Path:
        """Return the file with the node's root key."""
        return self.node.var / "secrets/root.key"

    def dsn(self, role: str) -> str:
        """Return the address of the node's database for `role`."""
        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in self.node.named(MORTAL["postgres"])]
        port = re.search(rb"--port=(\d+)", commands[0])
        assert port
        password = quote((self.node.var / "secrets" / role).read_text())
        return f"postgresql://{role}:{password}@127.0.0.1:{port.group(1).decode()}/dothi"

    def environ(self) -> dict[str, str]:
        """Return the environment of a program of this node."""
        return {
            **os.environ, "DJANGO_SETTINGS_MODULE": "dothi.config.settings", "DOTHI_VAR": str(self.node.var),
            "DOTHI_DSN": self.dsn("dothi_app"), "DOTHI_DEMO": "1", "DOTHI_ROOT_KEY_FILE": str(self.root_key),
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

    def kill(self, name: str, dice: random.Random) -> None:
        """Kill one process of the part `name` as soon as there is one."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if found := self.node.named(MORTAL[name]):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(dice.choice(found), signal.SIGKILL)
                    return
            time.sleep(0.05)
        raise AssertionError(f"{name} does not come back:\n{self.node.logs()}")

    def settle(self, seconds: float) -> None:
        """Wait until no job, entry or event is left to do."""
        deadline = time.monotonic() + seconds
        while True:
            left = "nothing that answers"
            with contextlib.suppress(psycopg.Error, OSError, nats.errors.Error, IndexError):
                waiting = self._left()
                if not any(waiting):
                    return
                left = f"{waiting} jobs, entries, events"
            assert time.monotonic() < deadline, f"left to do: {left}\n{self.node.logs()}"
            time.sleep(0.2)

    def _left(self) -> tuple[int, int, int]:
        [(jobs, entries, events)] = self.rows("""
            select (select count(*) from procrastinate_jobs where task_name = 'papers.make'),
                   (select count(*) from ledger_entry e where not exists
                       (select from ledger_leaf l where l.entry_id = e.id)),
                   (select count(*) from events_outbox)""")
        return jobs, entries, events - self.stored()


async def _messages(url: str) -> int:
    bus = await nats.connect(url, connect_timeout=5)
    try:
        return int((await bus.jetstream().stream_info(STREAM)).state.messages)
    finally:
        await bus.close()


@contextlib.contextmanager
def a_city() -> Iterator[City]:
    """Run a demo node while the block lasts."""
    with node_folder() as var, running_node(var, "--demo", DOTHI_QUIET="1") as node:
        node.await_ready()
        yield City(node)
