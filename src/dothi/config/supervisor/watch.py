"""
The watch: starts children in order, restarts what dies, stops all in reverse order.

Everything happens in the main thread: the parent-death signal of a child is tied to the thread
that started it.
"""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from dothi.config.supervisor.child import Child, Process
from dothi.config.supervisor.node import Node

TICK = 0.05
STOP_SECONDS = 12.0
TRIES_AT_START = 5


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


class Failed(Exception):
    """Child `name` does not come up; `words` are the last that it printed."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"{name} does not start:\n{words}")


class Watch:
    """The running children. `tell` prints one line for people."""

    def __init__(self, node: Node, tell: Callable[[str], None]) -> None:
        self._node = node
        self._tell = tell
        self._processes: dict[str, Process] = {}
        self._answered: set[str] = set()
        self._stopping = False

    def obey_signals(self) -> None:
        """Stop on Ctrl-C, SIGTERM and a closed terminal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_stop)

    def _note_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    @property
    def processes(self) -> list[Process]:
        """Return the children in the order of their start."""
        return list(self._processes.values())

    def start(self, *children: Child) -> None:
        """Start `children` together and wait until all answer. Raises Failed, Stopped."""
        for child in children:
            process = Process(child, self._node.runtime, self._node.code, self._node.layout.logs)
            self._processes[child.name] = process
            process.start()
        self.await_answers(*(child.name for child in children))

    def begin(self, *children: Child) -> None:
        """Start `children` without waiting."""
        for child in children:
            process = Process(child, self._node.runtime, self._node.code, self._node.layout.logs)
            self._processes[child.name] = process
            process.start()

    def await_answers(self, *names: str) -> None:
        """Wait until the children `names` answer. Raises Failed, Stopped."""
        for name in names:
            process = self._processes[name]
            deadline = time.monotonic() + process.child.patience
            while not self._answers(process):
                if process.failures >= TRIES_AT_START or time.monotonic() > deadline:
                    raise Failed(name, process.last_words())
                self.tick()

    def _answers(self, process: Process) -> bool:
        name = process.child.name
        if name not in self._answered and process.alive() and process.child.answers():
            self._answered.add(name)
        return name in self._answered

    def run_job(self, child: Child) -> int:
        """Run `child` to its end and return its exit code. Raises Stopped, Failed."""
        process = Process(child, self._node.runtime, self._node.code, self._node.layout.logs)
        process.start()
        try:
            while process.alive():
                self.tick()
        finally:
            process.kill()
        code = process.exit_code()
        if code != 0:
            raise Failed(child.name, process.last_words())
        return code

    def tick(self) -> None:
        """Pass a moment: notice deaths, restart what is due. Raises Stopped."""
        time.sleep(TICK)
        if self._stopping:
            raise Stopped
        for process in self.processes:
            if not process.alive():
                self._mend(process)
            elif process.deaf(STOP_SECONDS / 2):
                process.kill()  # one that waits for what is gone would never begin anew
            elif process.lacks_no_more() and not process.asked_to_end:
                process.stop()
            else:
                self._answers(process)

    def _mend(self, process: Process) -> None:
        name = process.child.name
        if name in self._answered or process.not_before == 0.0:
            self._bury(process)
        if time.monotonic() < process.not_before or not self._answered.issuperset(self._present(process)):
            return
        try:
            process.start()
        except OSError as trouble:  # too many files, a full disk: no reason to end all the others
            self._tell(_not_begun(process, trouble, process.note_death()))
        else:
            process.not_before = 0.0

    def _present(self, process: Process) -> set[str]:
        """Return the needs of `process` that are children of ours."""
        return {name for name in process.child.needs if name in self._processes}

    def _bury(self, process: Process) -> None:
        name = process.child.name
        self._answered.discard(name)
        asked = process.asked_to_end
        pause = process.note_death()
        self._tell(_renewed(process) if asked else _died(process, pause))
        process.kill()
        for dependent in self.processes:
            if name in dependent.child.restart_with and dependent.alive():
                dependent.stop()

    def stop_all(self) -> None:
        """Stop every child: first those that nobody needs, then those that only they needed, and so on."""
        for names in ends([process.child for process in self.processes]):
            self._stop([self._processes[name] for name in names])

    @staticmethod
    def _stop(layer: list[Process]) -> None:
        for process in layer:
            process.stop()
        deadline = time.monotonic() + STOP_SECONDS / 2
        for process in layer:
            process.wait(max(0.1, deadline - time.monotonic()))
            process.kill()


def ends(children: Sequence[Child]) -> Iterator[list[str]]:
    """Yield the names of children that end together, nobody before those that need it."""
    left = list(children)[::-1]
    while left:
        needed = {name for child in left for name in child.needs}
        together = [child for child in left if child.name not in needed] or left
        yield [child.name for child in together]
        left = [child for child in left if child not in together]


def _died(process: Process, pause: float) -> str:
    name, code = process.child.name, process.exit_code()
    return (
        f"!!! {name} đã dừng (mã {code}), khởi động lại sau {pause:.1f} giây"
        f" · {name} died (code {code}), restarts in {pause:.1f} s · {process.log}\n{process.last_words()}"
    )


def _not_begun(process: Process, trouble: OSError, pause: float) -> str:
    name = process.child.name
    return (
        f"!!! {name} không khởi động được, thử lại sau {pause:.1f} giây"
        f" · {name} cannot be started, again in {pause:.1f} s · {trouble}"
    )


def _renewed(process: Process) -> str:
    name, cause = process.child.name, " / ".join(map(str, process.missing or process.child.restart_with))
    return f"    {name} mở phiên mới sau {cause} · {name} begins anew after {cause}"
