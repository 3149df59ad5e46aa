"""A PostgreSQL for one process that runs alone, such as `dothi broker`: it ends with that process."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator

from dothi.config.supervisor import code, lock, ports, postgres, probes, runtime
from dothi.config.supervisor.child import Child, Process
from dothi.config.supervisor.layout import Layout, make

SETTINGS = {"max_connections": "50", "shared_buffers": "256MB", "password_encryption": "scram-sha-256"}
OWNER = "dothi_migrate"
PATIENCE_S = 60.0
STOP_S = 12.0


@contextlib.contextmanager
def own_database(layout: Layout) -> Iterator[str]:
    """
    Run PostgreSQL in the folder of `layout` while the block lasts, and yield the URL of its database.

    What is kept there stays for the next time. The server ends with this process, however that ends;
    call it from a thread that lives as long. Raises lock.Held, postgres.Failed.
    """
    found = runtime.prepare(layout.var)
    make(layout.var, 0o711 if os.geteuid() == 0 else 0o700)
    layout.logs.mkdir(mode=0o700, exist_ok=True)
    held, kept = lock.take(layout.lock), ports.Kept()
    try:
        passwords = postgres.read_passwords(layout.secrets)
        cluster = postgres.Cluster(found, layout.pg, kept.any(), passwords)
        postgres.initialize(cluster)
        with _running(cluster, layout):
            postgres.create_roles(cluster)
            postgres.create_database(cluster, alone=True)
            yield f"{cluster.dsn(OWNER)}?role=dothi_owner"
    finally:
        kept.close()
        os.close(held)


@contextlib.contextmanager
def _running(cluster: postgres.Cluster, layout: Layout) -> Iterator[None]:
    child = Child("postgres", program=tuple(postgres.command(cluster, **SETTINGS)), stop_signal=signal.SIGINT)
    # Its program is no code of ours, so that root needs no copy that the user `dothi` can read.
    process = Process(child, cluster.runtime, code.checkout(), layout.logs)
    process.start()
    try:
        _await(process, cluster.dsn(postgres.SUPERUSER, "postgres"))
        yield
    finally:
        process.stop()
        process.wait(STOP_S)
        process.kill()


def _await(process: Process, dsn: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not probes.postgres(dsn):
        if not process.alive() or time.monotonic() > deadline:
            raise postgres.Failed(process.last_words())
        time.sleep(0.05)
