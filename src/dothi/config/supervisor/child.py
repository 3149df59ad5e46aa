"""Children: what a process of the node is, declared as data, and one such process as it runs."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dothi.config.supervisor.code import Code
from dothi.config.supervisor.runtime import Runtime

LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
LOG_LIMIT = 10_000_000


@dataclass(frozen=True)
class Child:
    """
    A process of the node.

    `program` is the command line of a foreign program, or `dothi` the arguments of one of ours.
    `settings` is all that it learns: the secrets of its own role and no other. `needs` are started
    before it; `restart_with` names those whose restart makes this one's long sessions worthless.
    `key_files` are settings that name a file of root's; the child gets a sealed copy in memory.
    """

    name: str
    program: tuple[str, ...] = ()
    dothi: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    answers: Callable[[], bool] = lambda: True
    stop_signal: signal.Signals = signal.SIGTERM
    needs: tuple[str, ...] = ()
    restart_with: tuple[str, ...] = ()
    descriptors: tuple[int, ...] = ()
    key_files: Mapping[str, Path] = field(default_factory=dict)
    patience: float = 60.0


class Process:
    """A child as it runs, dies and is started again."""

    def __init__(self, child: Child, runtime: Runtime, code: Code, logs: Path) -> None:
        self.child = child
        self._runtime = runtime
        self._code = code
        self._log = logs / f"{child.name}.log"
        self._popen: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self.failures = 0
        self.not_before = 0.0
        self.asked_to_end = False
        self._asked_at = 0.0
        self.missing: Sequence[Path] = ()
        """Key files of root's that were not there at the last start, so that the child has no copy."""

    @property
    def pid(self) -> int:
        """Return the process id, 0 before the first start."""
        return self._popen.pid if self._popen else 0

    @property
    def log(self) -> Path:
        """Return the file that takes what the child prints."""
        return self._log

    def start(self) -> None:
        """
        Start the child in a session of its own. Call it from a thread that lives as long as we do.

        Raises OSError where the machine gives no process, file or descriptor; then nothing is left of it.
        """
        self._started, self.asked_to_end = time.monotonic(), False
        self.missing = [path for path in self._files_of_root() if not path.exists()]
        with contextlib.ExitStack() as held:
            keys = {name: _hand_over(path, held) for name, path in self.child.key_files.items()}
            order, writer = os.pipe()
            pipe = held.enter_context(os.fdopen(writer, "w"))
            with os.fdopen(order, "rb"), self._open_log() as log:
                self._popen = self._spawned(order, [fd for fd, _ in keys.values() if fd], log)
            json.dump(self._order({name: place for name, (_, place) in keys.items()}), pipe)

    def _files_of_root(self) -> Iterable[Path]:
        """Return the key files that the child cannot read by itself."""
        return self.child.key_files.values() if os.geteuid() == 0 else ()

    def _spawned(self, order: int, keys: Sequence[int], log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*self._code.interpreter, str(self._code.launcher), str(order), f"--order={self.child.name}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
            pass_fds=[order, *self.child.descriptors, *keys],
            env={"PATH": os.defpath, "LANG": "C.UTF-8", **self._code.environ},
        )  # fmt: skip

    def _order(self, keys: Mapping[str, str]) -> dict[str, object]:
        standard = {
            "PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(self._runtime.home), "PYTHONUNBUFFERED": "1"
        }  # fmt: skip
        return {
            "parent": os.getpid(),
            "uid": self._runtime.uid,
            "gid": self._runtime.gid,
            "signal": int(self.child.stop_signal),
            "argv": list(self.child.program),
            "dothi": list(self.child.dothi),
            "path": list(self._code.path),
            "environ": {**standard, **self._code.environ, **self.child.settings, **keys},
        }

    def _open_log(self) -> IO[bytes]:
        if self._log.exists() and self._log.stat().st_size > LOG_LIMIT:
            self._log.replace(self._log.with_suffix(".log.1"))
        return os.fdopen(os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb")

    def alive(self) -> bool:
        """Tell whether the child runs."""
        return self._popen is not None and self._popen.poll() is None

    def exit_code(self) -> int | None:
        """Return how the child ended; negative is a signal, None while it runs."""
        return self._popen.poll() if self._popen else None

    def note_death(self) -> float:
        """Count a death and return the seconds to wait before the next start."""
        if self.asked_to_end:
            self.not_before = time.monotonic()
            return 0.0
        if time.monotonic() - self._started > STEADY_SECONDS:
            self.failures = 0
        pause = min(LONGEST_PAUSE, 0.25 * 2**self.failures) if self.failures else 0.0
        self.failures += 1
        self.not_before = time.monotonic() + pause
        return pause

    def stop(self) -> None:
        """Ask the child to end."""
        if self.alive():
            if not self.asked_to_end:
                self._asked_at = time.monotonic()
            self.asked_to_end = True
            os.kill(self.pid, self.child.stop_signal)

    def lacks_no_more(self) -> bool:
        """Tell whether all key files are there now, some of which were missing when the child began."""
        return bool(self.missing) and all(path.exists() for path in self._files_of_root())

    def deaf(self, seconds: float) -> bool:
        """Tell whether the child was asked to end that long ago and still runs."""
        return self.asked_to_end and self.alive() and time.monotonic() - self._asked_at > seconds

    def kill(self) -> None:
        """End the child and whatever it started in its session."""
        if self._popen is None:
            return
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._popen.wait(5)

    def wait(self, seconds: float) -> bool:
        """Tell whether the child ended within `seconds`."""
        if self._popen is None:
            return True
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_words(self, lines: int = 8) -> str:
        """Return the last lines that the child printed."""
        text = self._log.read_bytes()[-8000:].decode(errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def _hand_over(path: Path, held: contextlib.ExitStack) -> tuple[int, str]:
    """
    Return a descriptor, `held` for as long as it is needed, and the path by which a child reads a key file.

    Root's files are not readable for the user of the children, so their content goes into sealed
    memory that only the child inherits. The user's own files are named as they are, descriptor 0; so
    is one that is missing, for the child knows what it can do without it, and says so. Of root's the
    child begins anew once it is there (`Process.lacks_no_more`).
    """
    if os.geteuid() != 0 or not path.exists():
        return 0, str(path)
    content = path.read_bytes()
    memory = os.memfd_create(path.name, os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
    held.callback(os.close, memory)
    os.write(memory, content)
    fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
    return memory, f"/proc/self/fd/{memory}"
