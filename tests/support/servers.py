"""A real PostgreSQL for the tests, on a free port, without fsync, gone with the test process."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from dothi.config.supervisor import ports, postgres, runtime

PR_SET_PDEATHSIG = 1
FAST = {"fsync": "off", "full_page_writes": "off", "max_connections": "100", "shared_buffers": "64MB"}


KEPT = ports.Kept()


def free_port() -> int:
    """Return a port of loopback that nobody else is given while these tests run."""
    return KEPT.any()


@contextlib.contextmanager
def postgres_cluster(**settings: str) -> Iterator[postgres.Cluster]:
    """Run a fresh cluster with the node's roles while the block lasts."""
    with _home() as home, running_in(home, **settings) as cluster:
        yield cluster


@contextlib.contextmanager
def copied_cluster(like: Path, **settings: str) -> Iterator[postgres.Cluster]:
    """Run a copy of the stopped cluster whose home is `like` while the block lasts."""
    with _home() as home:
        subprocess.run(["cp", "-a", "--reflink=auto", f"{like}/.", str(home)], check=True)
        with running_in(home, **settings) as cluster:
            yield cluster


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="dothi-test-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def running_in(home: Path, **settings: str) -> Iterator[postgres.Cluster]:
    """Run the cluster of `home`, made where there is none, while the block lasts."""
    prepared = runtime.prepare(home)
    home.chmod(0o755)
    cluster = postgres.Cluster(prepared, home / "pg", free_port(), postgres.read_passwords(home / "secrets"))
    postgres.initialize(cluster)
    server = subprocess.Popen(
        postgres.command(cluster, **{**FAST, **settings}),
        cwd="/", preexec_fn=die_with_parent,  # noqa: PLW1509 - one thread until the servers run
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        user=prepared.switch_to, group=prepared.switch_to
    )  # fmt: skip
    try:
        _wait(cluster)
        postgres.create_roles(cluster)
        yield cluster
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


def die_with_parent() -> None:
    """Ask the kernel to stop the server when the test process is gone, however it went."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    os.setsid()


def _wait(cluster: postgres.Cluster) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            psycopg.connect(cluster.dsn(postgres.SUPERUSER, "postgres")).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
