"""A whole node in a folder of its own, run by `dothi up` as people run it."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 120.0
UP = (sys.executable, "-m", "dothi.config.cli", "up")


@dataclass
class RunningNode:
    """A supervisor that runs on `var`; `url` is the address of its pages."""

    process: subprocess.Popen[str]
    var: Path
    output: Path
    url: str = ""
    seen: set[tuple[int, str]] = field(default_factory=set)
    """Every descendant so far by id and birth: an id alone may be somebody else's by now."""

    def await_ready(self) -> None:
        """Wait until the node is whole."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"(http://localhost:\d+)/", self.output.read_text())
            if found:
                self.url = found.group(1)
                if self.status("/-/ready") == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the node is not ready:\n{self.output.read_text()}\n{self.logs()}")

    def status(self, path: str) -> int:
        """Return the status of `path`, 0 when nobody answers."""
        if not self.url:
            return 0
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            with refusal as answer:
                return answer.code
        except OSError:
            return 0

    def state(self) -> dict[str, object]:
        """Return what the supervisor has written about the node."""
        return dict(json.loads((self.var / "run/state.json").read_text()))

    def descendants(self) -> list[int]:
        """Return every process of this node but the supervisor."""
        found = _offspring(self.process.pid) - {self.process.pid}
        self.seen |= {(pid, _born(pid)) for pid in found}
        return sorted(found)

    def left(self) -> list[int]:
        """Return every process of this node that was ever seen and still is the same."""
        self.descendants()
        return sorted(pid for pid, born in self.seen if born and _born(pid) == born)

    def named(self, word: str) -> list[int]:
        """Return the descendants whose command line holds `word`."""
        return [pid for pid in self.descendants() if word in _command(pid)]

    def leaders(self, word: str) -> list[int]:
        """Return the descendants of that name that lead a session: the children of the supervisor."""
        return [pid for pid in self.named(word) if os.getsid(pid) == pid]

    def printed(self, pattern: str) -> str:
        """Return what the supervisor prints that fits a regular expression; pages answer a little before."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.output.read_text())):
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)
        return found.group()

    def dsn(self, role: str) -> str:
        """Return how `role` reaches the node's own PostgreSQL, whose port stands in its command line."""
        (server,) = self.leaders("/postgres ")
        words = Path(f"/proc/{server}/cmdline").read_text().split("\0")
        port = next(word.partition("=")[2] for word in words if word.startswith("--port="))
        return f"postgresql://{role}:{(self.var / 'secrets' / role).read_text()}@127.0.0.1:{port}/dothi"

    def logs(self, most: int = 1_500) -> str:
        """Return the end of every child's log, so many characters of each."""
        logs = sorted((self.var / "logs").glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-most:]}" for log in logs)

    def interrupt(self) -> float:
        """Press Ctrl-C and return the seconds until the supervisor is gone."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - began


def _offspring(pid: int) -> set[int]:
    found, children = {pid}, _children()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.add(child)
            waiting.append(child)
    return found


def _children() -> dict[int, list[int]]:
    """Return the children of each process."""
    tree: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            tree.setdefault(parent, []).append(int(stat.parent.name))
    return tree


def _born(pid: int) -> str:
    """Return when a process began, in ticks; empty when it is gone. Source: proc_pid_stat(5), field 22."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def gone(pids: list[int], seconds: float = 15.0) -> list[int]:
    """Wait until `pids` are gone and return those that still run after `seconds`; zombies are gone."""
    deadline = time.monotonic() + seconds
    while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [pid for pid in pids if _runs(pid)]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@contextlib.contextmanager
def node_folder(name: str = "node") -> Iterator[Path]:
    """Yield a var folder that does not exist yet, under a parent that the system user may enter."""
    parent = Path(tempfile.mkdtemp(prefix="dothi-node-"))
    parent.chmod(0o755)
    try:
        yield parent / name
    finally:
        shutil.rmtree(parent, ignore_errors=True)


@contextlib.contextmanager
def running_node(var: Path, *arguments: str, **environ: str) -> Iterator[RunningNode]:
    """Run `dothi up` on `var` and a free port; nothing of it is left after the block."""
    output = var.parent / f"{var.name}.out"
    settings = {"PATH": os.environ["PATH"], "DOTHI_VAR": str(var), "PYTHONUNBUFFERED": "1", **environ}
    with output.open("w") as file:
        process = subprocess.Popen(
            [*UP, "--port", "0", *arguments], env=settings, stdout=file, stderr=file, text=True
        )
    node = RunningNode(process, var, output)
    try:
        yield node
    finally:
        pids = node.left()
        if process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                node.interrupt()
        for pid in gone(pids, 5):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
            process.wait(5)
