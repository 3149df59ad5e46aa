"""`dothi broker` as people run it: on a PostgreSQL of its own, alone on a machine."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.support.node import gone
from tests.support.servers import free_port

PATIENCE_S = 120.0


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dothi-broker-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Broker:
    """A broker on a port of loopback that was free, with its data in `var`."""

    def __init__(self, var: Path, *flags: str) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "dothi.config.cli", "broker", "--port", str(self.port), *flags]
        environ = {name: told for name, told in os.environ.items() if not name.startswith("DOTHI_")}
        with (var / "output").open("ab") as output:
            self.process = subprocess.Popen(
                command, env={**environ, "DOTHI_VAR": str(var)}, stdout=output, stderr=output
            )
        self._output = var / "output"

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def await_answer(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self._output.read_text()
            with contextlib.suppress(httpx.TransportError):
                httpx.get(self.url("/-/alive"), timeout=5)
                return
            time.sleep(0.05)
        raise AssertionError(self._output.read_text())

    def children(self) -> list[int]:
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in told.split()]


@contextlib.contextmanager
def broker(var: Path, *flags: str) -> Iterator[Broker]:
    started = Broker(var, *flags)
    try:
        started.await_answer()
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.wait(20)


class TestBroker:
    def test_keeps_what_it_has_and_leaves_no_process(self, var: Path) -> None:
        well = {"id": f"urn:ngsi-ld:Well:{uuid4()}", "type": "Well"}
        for number, leaving in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 0)):
            with broker(var, "--open") as running:
                httpx.post(running.url("/ngsi-ld/v1/entities"), json=well, timeout=30)
                found = httpx.get(running.url(f"/ngsi-ld/v1/entities/{well['id']}"), timeout=30)
                assert found.json() == well
                children = running.children()
                assert children
                running.process.send_signal(number)
                assert running.process.wait(30) == leaving
                assert gone(children) == []
        assert "DOORS OF THIS BROKER ARE OPEN" in (var / "output").read_text()

    def test_lets_nobody_in_whose_rights_it_does_not_know(self, var: Path) -> None:
        with broker(var) as running:
            for path in ("/ngsi-ld/v1/entities/urn:x:y", "/ngsi-ld/v1/jsonldContexts", "/elsewhere"):
                refused = httpx.get(running.url(path))
                assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")

    def test_leaves_the_data_of_another_alone(self, var: Path) -> None:
        with broker(var, "--open"):
            second = Broker(var, "--open")
            assert second.process.wait(60) == 1
        assert "cannot start" in (var / "output").read_text()
