"""A PostgreSQL whose processes all die at once, and that is started again."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from dothi.config.supervisor import postgres
from tests.support.servers import FAST, die_with_parent
from tests.support.waiting import until


class Mortal:
    """The running server of `cluster`."""

    def __init__(self, cluster: postgres.Cluster, **settings: str) -> None:
        self._cluster, self._settings = cluster, settings
        self.environ: dict[str, str] = {}
        """What the next server is started with besides."""
        self._again: list[subprocess.Popen[bytes]] = []

    def kill(self) -> None:
        """Kill the server and every process that it began, and wait until none is left."""
        first = self._first()
        self._end(signal.SIGKILL, first, *_children(first))

    def halt(self) -> None:
        """Let the server end in good order, all of it on the disk."""
        self._end(signal.SIGINT, self._first())

    def _first(self) -> int:
        return int((self._cluster.data / "postmaster.pid").read_text().split()[0])

    @staticmethod
    def _end(number: signal.Signals, first: int, *others: int) -> None:
        doomed = [first, *others]
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        until(lambda: not any(map(_lives, doomed)))
        with contextlib.suppress(ChildProcessError):
            os.waitpid(first, 0)  # the next server takes one that nobody waits for as running

    def start(self) -> None:
        """Start it anew, and wait until it has recovered."""
        prepared = self._cluster.runtime
        self._again.append(subprocess.Popen(
            postgres.command(self._cluster, **{**FAST, **self._settings}), cwd="/",
            env={**os.environ, **self.environ},
            preexec_fn=die_with_parent,  # noqa: PLW1509 - asks the kernel
            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            user=prepared.switch_to, group=prepared.switch_to,
        ))  # fmt: skip
        until(self.answers)

    def stop(self) -> None:
        """Stop what was started here."""
        for one in self._again:
            one.send_signal(signal.SIGINT)
            one.wait(20)

    def answers(self) -> bool:
        """Tell whether it lets anybody in."""
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self._cluster.dsn(postgres.SUPERUSER, "postgres")).close()
            return True
        return False


@contextlib.contextmanager
def mortal(cluster: postgres.Cluster, **settings: str) -> Iterator[Mortal]:
    """Let the server of `cluster` be killed and started anew, with `settings`, while the block lasts."""
    made = Mortal(cluster, **settings)
    try:
        yield made
    finally:
        made.stop()


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
