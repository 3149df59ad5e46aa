"""`dothi up`: it comes up whole, keeps its secrets apart, mends what dies and leaves nothing behind."""

import os
import signal
import socket
import ssl
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.support.node import PATIENCE, UP, RunningNode, gone, node_folder, running_node


def _environ(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _uid(pid: int) -> int:
    """Return the real user of a process, -1 when it is gone. The owner of /proc/PID is another matter."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return -1
    return next(int(line.split()[1]) for line in lines if line.startswith("Uid:"))


class TestUp:
    def test_answers_alive_and_ready_when_every_step_is_done(self, node: RunningNode) -> None:
        assert node.status("/-/alive") == 200
        assert node.state()["whole"] is True

    def test_prints_the_address_in_vietnamese_and_english(self, node: RunningNode) -> None:
        printed = node.output.read_text()
        assert "Cổng dịch vụ · Portal" in printed
        assert f"{node.url}/" in printed
        assert "dothi rules catalog" not in printed  # the demo city has published them all

    def test_shows_no_secret_in_any_environment_or_command_line(self, node: RunningNode) -> None:
        secrets = [path.read_bytes() for path in (node.var / "secrets").iterdir()]
        for pid in [node.process.pid, *node.descendants()]:
            told = _environ(pid) + Path(f"/proc/{pid}/cmdline").read_bytes()
            assert not any(secret in told for secret in secrets)

    def test_keeps_every_secret_file_to_its_owner(self, node: RunningNode) -> None:
        for path in (node.var / "secrets").rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert path.stat().st_uid == os.geteuid()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
    def test_runs_no_child_as_root_when_root_starts_it(self, node: RunningNode) -> None:
        assert len(node.descendants()) > 5
        # A child that starts just now is root until its launcher has dropped to the system user.
        assert _comes_true(lambda: not [pid for pid in node.descendants() if _uid(pid) == 0])

    def test_refuses_a_second_supervisor_and_names_the_first(self, node: RunningNode) -> None:
        second = subprocess.run(
            [*UP, "--port", "0"], env={"PATH": os.environ["PATH"], "DOTHI_VAR": str(node.var)},
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert second.returncode == 1
        assert str(node.process.pid) in second.stdout
        assert node.status("/-/ready") == 200

    def test_gives_each_child_a_session_of_its_own(self, node: RunningNode) -> None:
        assert os.getsid(node.process.pid) not in {os.getsid(pid) for pid in node.descendants()}


class TestNervousSystem:
    def test_answers_at_the_addresses_that_are_printed(self, node: RunningNode) -> None:
        assert _written(node.printed(r"http://\S+/ngsi-ld/v1/")) == 401
        mqtts, https = (_port(node.printed(rf"{scheme}://\S+:\d+")) for scheme in ("mqtts", "https"))
        told = ssl.create_default_context(cafile=node.var.parent / "authority-authority.pem")
        with (
            socket.create_connection(("127.0.0.1", mqtts), 5) as plain,
            told.wrap_socket(plain, server_hostname="127.0.0.1"),
        ):
            assert node.named("--order=ingest")
        place = f"https://127.0.0.1:{https}/devices/rain-1/readings"
        assert httpx.post(place, content=b"{}", timeout=20, verify=told).status_code == 401

    def test_has_its_tables_with_the_owners_of_their_processes(self, node: RunningNode) -> None:
        with psycopg.connect(node.dsn("dothi_app")) as connection:
            told = connection.execute(
                "select distinct schemaname, tableowner from pg_tables"
                " where schemaname in ('context', 'telemetry') order by 1"
            ).fetchall()
        assert told == [("context", "dothi_context"), ("telemetry", "dothi_telemetry")]

    def test_gives_the_broker_no_key_that_makes_tokens(self, node: RunningNode) -> None:
        assert "PUBLIC KEY" in (node.var / "run/broker.pub.pem").read_text()
        assert len((node.var / "secrets/broker.key").read_bytes()) == 32


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


class TestMending:
    def test_restarts_pages_whose_process_was_killed_and_names_them(self, node: RunningNode) -> None:
        victim = node.leaders("--order=pages-1")[0]
        os.kill(victim, signal.SIGKILL)
        assert _comes_true(lambda: "pages-1 died" in node.output.read_text())
        assert _comes_true(lambda: node.status("/-/ready") == 200)

    @pytest.mark.parametrize("name", ["ingest", "broker"])
    def test_opens_the_doors_of_devices_and_of_the_context_again(self, node: RunningNode, name: str) -> None:
        os.kill(node.leaders(f"--order={name}")[0], signal.SIGKILL)
        assert _comes_true(lambda: f"{name} died" in node.output.read_text())
        port = _port(node.printed(r"mqtts://\S+:\d+"))
        context = node.printed(r"http://\S+/ngsi-ld/v1/")
        assert _comes_true(lambda: _listens(port) and _answers(context))

    def test_comes_back_after_the_database_was_killed(self, node: RunningNode) -> None:
        victim = node.leaders("/postgres ")[0]
        os.kill(victim, signal.SIGKILL)
        assert _comes_true(lambda: "postgres died" in node.output.read_text())
        assert _comes_true(lambda: node.status("/-/ready") == 200)
        assert _comes_true(lambda: "broker begins anew" in node.output.read_text())
        context = node.printed(r"http://\S+/ngsi-ld/v1/")
        assert _comes_true(lambda: _answers(context))


def _written(context: str) -> int:
    """Return what a stranger hears who would write."""
    return httpx.delete(f"{context}entities/urn:ngsi-ld:Thing:1", timeout=20).status_code


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), 5).close()
    except OSError:
        return False
    return True


def _answers(context: str) -> bool:
    try:
        return _written(context) == 401
    except httpx.TransportError:
        return False


def _comes_true(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Tell whether it is so before the patience ends."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _modes(paths: list[Path]) -> dict[Path, tuple[int, int, int]]:
    found = [(path, path.stat()) for path in paths if path.exists()]
    return {path: (info.st_mode, info.st_uid, info.st_gid) for path, info in found}


class TestEnd:
    def test_stops_within_20_seconds_of_ctrl_c_starts_again_and_dies_whole(self) -> None:
        watched = [*Path(__file__).resolve().parents, Path("/var/lib/dothi"), Path("/tmp"), Path.home()]
        with node_folder() as var:
            before = _modes([*watched, *var.parents])
            with running_node(var) as first:
                first.await_ready()
                children = first.descendants()
                assert first.interrupt() < 20
                assert gone(children, 5) == []
            with running_node(var) as second:
                second.await_ready()
                children = second.descendants()
                assert len(children) > 5
                second.process.kill()
                second.process.wait()
                assert gone(children, 15) == []
            assert _modes(list(before)) == before
