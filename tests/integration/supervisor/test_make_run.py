"""`make run` in a fresh clone: an awkward path in a private home, `HOME` unset."""

import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from dothi.config.environment import PROJECT
from tests.support.node import RunningNode, gone

AWKWARD = "thư mục rất dài " + "x" * 100


@pytest.mark.long
class TestMakeRun:
    def test_shows_progress_within_90_seconds_and_is_whole_within_4_minutes(self) -> None:
        home = Path(tempfile.mkdtemp(prefix="dothi-home-"))  # mode 0700
        clone = home / AWKWARD / "đô thị"
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(clone)], check=True)
        try:
            _run(clone)
            assert stat.S_IMODE(home.stat().st_mode) == 0o700
        finally:
            shutil.rmtree(home, ignore_errors=True)


def _run(clone: Path) -> None:
    environ = {
        name: value for name, value in os.environ.items() if name not in ("HOME", "VIRTUAL_ENV", "DOTHI_DATA")
    }
    output = clone.parent / "out"
    began = time.monotonic()
    with output.open("w") as file:
        make = subprocess.Popen(
            ["make", "run", "PORT=0"],
            cwd=clone,
            env=environ,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    node = RunningNode(make, clone / "var", output)  # type: ignore[arg-type]  # bytes or text, nobody reads it
    try:
        _await(node, "/", began, 90)
        _await(node, "/-/ready", began, 240)
        _await_city_made_up(node, began)
    finally:
        pids = node.descendants()
        os.killpg(make.pid, signal.SIGINT)
        make.wait(30)
        left = gone(pids, 5)
    assert left == []


def _await_city_made_up(node: RunningNode, began: float) -> None:
    """Wait until the city is fed by what nobody measured, for no folder of data is told."""
    while "nobody measured them" not in node.logs():
        assert time.monotonic() - began < 300, node.logs()
        time.sleep(0.2)


def _await(node: RunningNode, path: str, began: float, seconds: float) -> None:
    while node.status(path) != 200:
        assert time.monotonic() - began < seconds, node.output.read_text()
        found = re.search(r"(http://localhost:\d+)/", node.output.read_text())
        node.url = found.group(1) if found else ""
        time.sleep(0.2)
