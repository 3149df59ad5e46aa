"""Children end in order; one that does not end is killed; one that cannot be started ends no other."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from dothi.config.supervisor import code, runtime
from dothi.config.supervisor.child import Child, Process
from dothi.config.supervisor.node import Node
from dothi.config.supervisor.watch import Watch, ends
from tests.support.waiting import PATIENCE_S, until

DEAF = "trap '' TERM; echo deaf; sleep 60"


class TestDeafChild:
    def test_is_noticed_after_its_time_and_can_be_killed(self, tmp_path: Path) -> None:
        child = Child("deaf", program=("/bin/sh", "-c", DEAF))
        process = Process(child, runtime.prepare(tmp_path), code.checkout(), tmp_path)
        process.start()
        try:
            while "deaf" not in process.last_words():
                assert process.alive(), process.last_words()
                time.sleep(0.01)
            assert not process.deaf(0.0)
            process.stop()
            assert not process.deaf(60.0)
            while not process.deaf(0.05):
                time.sleep(0.01)
        finally:
            process.kill()
        assert not process.alive()


class TestKeyFile:
    def test_that_is_missing_is_left_to_the_child(self, tmp_path: Path) -> None:
        missing, shown = tmp_path / "key.pem", 'echo "it is $KEY_FILE"'
        child = Child("keyless", program=("/bin/sh", "-c", shown), key_files={"KEY_FILE": missing})
        process = Process(child, runtime.prepare(tmp_path), code.checkout(), tmp_path)
        process.start()
        assert process.wait(PATIENCE_S)
        assert process.last_words() == f"it is {missing}"

    @pytest.mark.skipif(os.geteuid() != 0, reason="where nobody is root, a child reads its files itself")
    def test_of_root_lets_the_child_begin_anew_when_it_comes(self, tmp_path: Path) -> None:
        key, told = tmp_path / "key.pem", list[str]()
        watch = _watch(tmp_path, told)
        watch.begin(
            Child(
                "keyless",
                program=("/bin/sh", "-c", 'cat "$KEY_FILE"; sleep 60'),
                key_files={"KEY_FILE": key},
            )
        )
        [process] = watch.processes
        try:
            _tick(watch, lambda: str(key) in process.last_words())
            key.write_text("a key\n")
            key.chmod(0o600)
            _tick(watch, lambda: process.last_words().endswith("a key"))
            assert [line.strip() for line in told] == [
                f"keyless mở phiên mới sau {key} · keyless begins anew after {key}"
            ]
        finally:
            watch.stop_all()


class TestMend:
    def test_tries_again_to_start_a_child_while_the_others_go_on(self, tmp_path: Path) -> None:
        logs, told = tmp_path / "logs", list[str]()
        watch = _watch(tmp_path, told)
        watch.begin(
            Child("steady", program=("/bin/sleep", "60")),
            Child("brief", program=("/bin/sh", "-c", "echo here")),
        )
        steady, brief = watch.processes
        try:
            _tick(watch, lambda: not brief.alive())
            before = _descriptors()
            shutil.rmtree(logs)
            _tick(watch, lambda: any("brief cannot be started" in line for line in told))
            assert (steady.alive(), _descriptors()) == (True, before)
            logs.mkdir()
            _tick(watch, lambda: brief.last_words() == "here")
        finally:
            watch.stop_all()


def _watch(folder: Path, told: list[str]) -> Watch:
    """Return a watch that logs to `folder`/logs and tells into `told`."""
    logs = folder / "logs"
    logs.mkdir()
    node = SimpleNamespace(
        runtime=runtime.prepare(folder), code=code.checkout(), layout=SimpleNamespace(logs=logs)
    )
    return Watch(cast("Node", node), told.append)


def _tick(watch: Watch, done: Callable[[], object]) -> None:
    """Let the watch go on until something is so."""

    def goes_on() -> object:
        watch.tick()
        return done()

    until(goes_on)


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


class TestEnds:
    def test_lets_nobody_end_before_those_that_need_it(self) -> None:
        children = [
            Child("postgres"),
            Child("nats"),
            Child("live", needs=("nats",)),
            Child("broker", needs=("postgres",)),
            Child("ingest", needs=("postgres",)),
            Child("city", needs=("broker", "ingest")),
        ]
        assert list(ends(children)) == [["city", "live"], ["ingest", "broker", "nats"], ["postgres"]]

    def test_comes_to_an_end_where_children_need_each_other(self) -> None:
        both = [Child("one", needs=("other",)), Child("other", needs=("one",))]
        assert list(ends(both)) == [["other", "one"]]
