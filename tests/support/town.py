"""
A town at work for journeys: the pages, the demo provider, a worker and the sequencer on one database.

The officials' acts are done by the domain's own actions, in a thread of their own, because the
browser's loop runs in the test's thread and Django refuses to block it.
"""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import psycopg
from django.conf import settings
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from dothi.config.demo import clock
from dothi.config.demo.load import load
from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.foundation.ledger.signing import read_signer
from tests.conftest import connected_to
from tests.support.identity import running_idp
from tests.support.live import Live
from tests.support.pages import serving
from tests.support.prepared import PREPARED_CITY, TEMPLATE
from tests.support.servers import die_with_parent

CITY, CLOCK = "dothi_town", "clock"
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Town:
    """
    `address` of the pages, `ledger_key` as people hold it, `folder` of everything written.

    `dsn` gives the town's database as a role reaches it.
    """

    address: str
    ledger_key: str
    folder: Path
    executor: Executor
    dsn: Callable[[str], str]

    def do(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something in the town's database, apart from the browser."""
        return self.executor.submit(act, *args, **kwargs).result(60)

    def set_clock(self, at: datetime) -> None:
        """Let every process of the town, and this one, take the present instant for `at`."""
        clock.write(self.folder / CLOCK, at - datetime.now(UTC))


def city_of(cluster: postgres.Cluster, blocker: DjangoDbBlocker) -> str:
    """Return the name of a database with the demo city to copy: what the run prepared, or loaded now."""
    for prepared in (PREPARED_CITY, CITY):
        if _exists(cluster, prepared):
            return prepared
    postgres.create_database(cluster, CITY, TEMPLATE)
    with blocker.unblock(), ThreadPoolExecutor(1) as apart:
        apart.submit(_load, cluster).result()
    return CITY


def _exists(cluster: postgres.Cluster, name: str) -> bool:
    with psycopg.connect(cluster.dsn(postgres.SUPERUSER, "postgres")) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [name])
        return found.fetchone() is not None


def _load(cluster: postgres.Cluster) -> None:
    with connected_to(cluster, CITY):
        load(at=now(), tell=lambda _told: None)


@contextlib.contextmanager
def town(
    cluster: postgres.Cluster,
    blocker: DjangoDbBlocker,
    folder: Path,
    root_key: Path,
    live: Live | None = None,
) -> Iterator[Town]:
    """Let the town work while the block lasts; with `live`, pages hear at once what has changed."""
    name = f"dothi_{secrets.token_hex(6)}"
    postgres.create_database(cluster, name, city_of(cluster, blocker))
    key = folder / "ledger.key"
    key.write_bytes(secrets.token_bytes(32))
    listener = socket.create_server(("127.0.0.1", 0))
    issuer = f"http://localhost:{listener.getsockname()[1]}"
    common = {
        "var": str(folder),
        "demo": "1",
        "root_key_file": str(root_key),
        "clock_file": str(folder / CLOCK),
        **(live.settings if live else {}),
    }
    app, seal = cluster.dsn("dothi_app", name), cluster.dsn("dothi_seal", name)
    client = str(folder / "idp" / "client.pem")
    public = str(read_signer(key, settings.NODE).public_key)
    with (
        serving(app, idp_url=issuer, idp_client_key_file=client, ledger_public_key=public, **common) as at,
        running_idp(folder, at, listener=listener),
        _process("worker", {**common, "dsn": app, "public_url": at}),
        _process("sequencer", {**common, "dsn": seal, "ledger_key_file": str(key)}),
        live.running(dsn=cluster.dsn("dothi_publish", name), folder=folder, origin=at)
        if live
        else contextlib.nullcontext(),
        blocker.unblock(),
        override_settings(CLOCK_FILE=folder / CLOCK, FILES_DIR=folder / "files"),
        ThreadPoolExecutor(1) as executor,
    ):
        connection = connected_to(cluster, name)
        executor.submit(connection.__enter__).result()
        yield Town(at, public, folder, executor, lambda role: cluster.dsn(role, name))
        executor.submit(connection.__exit__, None, None, None).result()


@contextlib.contextmanager
def watching(town: Town, root_key: Path) -> Iterator[None]:
    """Let the town's watcher put readings through the rules while the block lasts."""
    given = {
        "dsn": town.dsn("dothi_app"),
        "demo": "1",
        "root_key_file": str(root_key),
        "var": str(town.folder),
    }
    with _process("watch", given):
        yield


@contextlib.contextmanager
def _process(name: str, given: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "dothi.config.cli", name], env=_environ(given),
        preexec_fn=die_with_parent,  # noqa: PLW1509 - as the other servers of the tests
    )  # fmt: skip
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _environ(given: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **{f"DOTHI_{name.upper()}": value for name, value in given.items()}}
