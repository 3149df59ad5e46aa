"""
The stage of the figures about dossiers: a demo city on servers of its own, as a node runs them.

PostgreSQL with fsync and synchronous commit, NATS with JetStream, sequencer and publisher as the
processes that the supervisor starts. All 126 desks are staffed, so that the one running number of a
desk and a day is no bottleneck that a city of one ward would have.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import django
import nats
import psycopg

from dothi.config.supervisor import postgres
from dothi.foundation.events.publisher import STREAM
from dothi.foundation.keys.roots import create_root_key

CITY = "dothi_bench"
FOLLOW_WITHIN_S = 5.0
RESIDENTS = 400
SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "shared_buffers": "256MB"}
DUTIES = {"receive": ["receive", "return"], "process": ["process"], "approve": ["approve"], "sign": ["sign"]}
PEOPLE = UUID("5d0f4f0e-6c58-4a0b-9df1-1d2b1e1d6c11")
"""Namespace of the invented officials."""


@dataclass(frozen=True)
class Stage:
    """A running city; `home` holds the root key, the ledger's key and the files."""

    cluster: postgres.Cluster
    home: Path
    nats_url: str

    def environ(self, role: str = "dothi_app") -> dict[str, str]:
        """Return the environment of a process of this node in `role`."""
        return {
            **os.environ, "DJANGO_SETTINGS_MODULE": "dothi.config.settings",
            "DOTHI_DSN": self.cluster.dsn(role, CITY), "DOTHI_NATS": self.nats_url,
            "DOTHI_VAR": str(self.home), "DOTHI_ROOT_KEY_FILE": str(self.home / "root.key"),
            "DOTHI_LEDGER_KEY_FILE": str(self.home / "ledger.key"),
            "DOTHI_CLOCK_FILE": str(self.home / "clock"),
        }  # fmt: skip

    def connect(self, role: str = postgres.SUPERUSER) -> psycopg.Connection[Any]:
        """Return a connection of `role`."""
        return psycopg.connect(self.cluster.dsn(role, CITY), autocommit=True)

    def one(self, query: str, *params: object) -> Any:
        """Return the only value of `query`, read as the superuser."""
        with self.connect() as connection:
            row = connection.execute(query.encode(), params).fetchone()
        assert row is not None
        return row[0]

    def catch_up(self, within_s: float = FOLLOW_WITHIN_S) -> float:
        """Return the seconds that tree and bus needed to catch up with what is committed now."""
        entries = self.one("select count(*) from ledger_entry")
        events = self.one("select count(*) from events_outbox")
        began = time.monotonic()
        while True:
            leaves = self.one("select coalesce(max(index) + 1, 0) from ledger_leaf")
            published = asyncio.run(_published(self.nats_url))
            behind = time.monotonic() - began
            if leaves >= entries and published >= events:
                return behind
            assert behind <= within_s, f"{entries - leaves} entries, {events - published} events behind"
            time.sleep(0.1)


async def _published(url: str) -> int:
    bus = await nats.connect(url)
    try:
        return int((await bus.jetstream().stream_info(STREAM)).state.messages)
    except nats.js.errors.NotFoundError:
        return 0
    finally:
        await bus.close()


@contextlib.contextmanager
def staged(residents: int = RESIDENTS) -> Iterator[Stage]:
    """Run a whole city while the block lasts."""
    from tests.support.buses import a_bus
    from tests.support.prepared import TEMPLATE, migrated

    with (
        tempfile.TemporaryDirectory() as folder,
        a_bus(Path(folder) / "nats") as bus,
        migrated(**SAFE) as cluster,
    ):
        stage = Stage(cluster, Path(folder), bus.url)
        postgres.create_database(cluster, CITY, _begun(stage.home / "root.key") or TEMPLATE)
        _run(stage, "dothi_app", "bench.city", str(residents))
        with _process(stage, "dothi_seal", "sequencer"), _process(stage, "dothi_publish", "publisher"):
            yield stage


def _begun(root_key: Path) -> str:
    """Return the database with the demo city that a run of tests has, and copy its key; else make a key."""
    from tests.support.prepared import PREPARED_CITY, TOLD, told

    kept = told()
    if kept and (kept / TOLD).exists():
        shutil.copy(kept / "root.key", root_key)
        return PREPARED_CITY
    create_root_key(root_key)
    return ""


def _run(stage: Stage, role: str, module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], env=stage.environ(role), check=True)


@contextlib.contextmanager
def _process(stage: Stage, role: str, name: str) -> Iterator[None]:
    from tests.support.servers import die_with_parent

    with (stage.home / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dothi.config.cli", name], env=stage.environ(role), stderr=log,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - as the servers that it works with
        )  # fmt: skip
    try:
        yield
        assert process.poll() is None, f"{name} died: {(stage.home / f'{name}.log').read_text()}"
    finally:
        process.terminate()
        process.wait(20)


def official_of(ward_code: str, post: str) -> UUID:
    """Return the invented official who holds `post` (a key of DUTIES) at the desk of a ward."""
    return uuid5(PEOPLE, f"{ward_code}:{post}")


def _build(residents: int) -> None:
    """Load the demo city, staff every desk, and let residents be known. Runs in a process of its own."""
    from tests.support.city import AT

    from dothi.config.demo.load import load
    from dothi.foundation.identity.actions.persons import recognize
    from dothi.foundation.identity.types import Claims, Profile

    load(at=AT - timedelta(days=1), tell=lambda _told: None)
    _staff()
    for number in range(residents):
        profile = Profile(f"Nguyễn Thị An {number}", f"001300{number:06d}", "female", "2000-03-14")
        recognize(claims=Claims(profile, 2, ""), at=AT - timedelta(days=1))


def _staff() -> None:
    from django.db.backends.postgresql.psycopg_any import DateRange
    from tests.support.city import AT, ON

    from dothi.foundation.bitemporal import facts
    from dothi.registers.agencies.models import Post, PostHolding
    from dothi.registers.agencies.queries import units
    from dothi.registers.agencies.types import UnitKind

    always = DateRange(ON.replace(month=1, day=1), None)
    believed = []
    for desk in units(UnitKind.DESK, ON):
        for name, duties in DUTIES.items():
            person = official_of(desk.area_code or "", name)
            post = uuid5(desk.id, f"bench:{name}")
            believed += [
                Post(key=post, valid=always, unit_id=desk.id, title_vi=name, title_en=name, duties=duties),
                PostHolding(key=uuid5(post, "held"), valid=always, person_id=person, post_id=post),
            ]
    facts.record([facts.believe(fact) for fact in believed], at=AT - timedelta(days=1))


if __name__ == "__main__":
    django.setup()
    _build(int(sys.argv[1]))
