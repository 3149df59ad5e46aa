"""The steps of a start and how each stands. Standard library only: it runs before anything is installed."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

STEPS = {
    "tools": ("Chuẩn bị công cụ cài đặt", "Prepare the installer"),
    "packages": ("Cài các gói theo bản khóa", "Install the locked packages"),
    "assets": ("Dựng giao diện", "Build the pages' assets"),
    "translations": ("Biên dịch bản dịch", "Compile the translations"),
    "postgres": ("Mở cơ sở dữ liệu", "Start the database"),
    "nats": ("Mở kênh sự kiện", "Start the event channel"),
    "migrations": ("Cập nhật cấu trúc dữ liệu", "Bring the tables up to date"),
    "services": ("Mở các dịch vụ nền", "Start the services"),
    "demo": ("Dựng thành phố mẫu", "Build the demo city"),
    "pages": ("Mở cổng dịch vụ", "Open the portal"),
}
INHERITED = "DOTHI_BOOT_PROGRESS"


@dataclass
class Step:
    """One step: its key, its names, its state and the seconds that it took so far."""

    key: str
    vi: str
    en: str
    state: str = WAITING
    began: float = 0.0
    seconds: float = 0.0

    def elapsed(self) -> float:
        """Return the seconds since the step began, or those that it took."""
        return time.time() - self.began if self.state == RUNNING else self.seconds


class Progress:
    """How a start stands; safe to read from the page's threads while the main thread works."""

    def __init__(self, keys: list[str]) -> None:
        self._steps = {key: Step(key, *STEPS[key]) for key in keys}
        self._lock = Lock()
        self.trouble = ""
        self.began = time.time()

    @property
    def steps(self) -> list[Step]:
        """Return the steps in order."""
        return list(self._steps.values())

    def begin(self, key: str) -> None:
        """Mark `key` as running and what ran before it as done."""
        with self._lock:
            for step in self._steps.values():
                if step.state == RUNNING:
                    self._finish(step, DONE)
            step = self._steps[key]
            step.state, step.began = RUNNING, time.time()

    def finish(self, key: str) -> None:
        """Mark `key` as done."""
        with self._lock:
            self._finish(self._steps[key], DONE)

    def fail(self, trouble: str) -> None:
        """Mark what runs as failed and keep what to tell people."""
        with self._lock:
            self.trouble = trouble
            for step in self._steps.values():
                if step.state == RUNNING:
                    self._finish(step, FAILED)

    def skip_to(self, key: str) -> None:
        """Drop steps before `key` that never ran."""
        with self._lock:
            keys = list(self._steps)
            for earlier in keys[: keys.index(key)]:
                if self._steps[earlier].state == WAITING:
                    del self._steps[earlier]

    @staticmethod
    def _finish(step: Step, state: str) -> None:
        step.seconds = round(time.time() - step.began, 1) if step.began else 0.0
        step.state = state

    @property
    def whole(self) -> bool:
        """Tell whether every step is done."""
        return all(step.state == DONE for step in self._steps.values())

    def as_dict(self) -> dict[str, object]:
        """Return what pages, scripts and probes read."""
        with self._lock:
            return {
                "whole": self.whole,
                "trouble": self.trouble,
                "seconds": round(time.time() - self.began, 1),
                "steps": [
                    {"key": s.key, "vi": s.vi, "en": s.en, "state": s.state, "seconds": round(s.elapsed(), 1)}
                    for s in self._steps.values()
                ],
            }

    def write(self, path: Path, **facts: object) -> None:
        """Write the state and `facts` to `path`, whole or not at all, readable for whoever may enter."""
        aside = path.with_name(f".{path.name}")
        aside.write_text(json.dumps({**self.as_dict(), **facts}, ensure_ascii=False), encoding="utf-8")
        aside.chmod(0o644)
        aside.replace(path)

    def hand_on(self) -> dict[str, str]:
        """Return the environment by which the next program goes on with this progress."""
        steps = [[s.key, s.state, s.began, s.seconds] for s in self._steps.values()]
        return {INHERITED: json.dumps({"began": self.began, "steps": steps})}


def inherited(keys: list[str]) -> Progress:
    """Return the progress that the program before us handed on, or a new one of `keys`."""
    handed = os.environ.pop(INHERITED, "")
    if not handed:
        return Progress(keys)
    told = json.loads(handed)
    progress = Progress([row[0] for row in told["steps"]])
    progress.began = told["began"]
    for step, row in zip(progress.steps, told["steps"], strict=True):
        step.state, step.began, step.seconds = row[1:]
    return progress
