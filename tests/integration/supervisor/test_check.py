"""`dothi up --check` names what is wrong and how to mend it."""

import os
import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from dothi.config.supervisor import check_database, postgres
from tests.support.node import UP, node_folder


def _check(var: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*UP, "--check", *arguments],
        env={"PATH": os.environ["PATH"], "DOTHI_VAR": str(var), **environ},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


class TestCheck:
    def test_names_the_holder_of_an_occupied_port(self) -> None:
        with node_folder() as var, socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            held.listen()
            port = held.getsockname()[1]
            told = _check(var, "--port", str(port))
        assert told.returncode == 1
        assert f"port {port} is held by" in told.stdout
        assert f"(process {os.getpid()})" in told.stdout

    def test_writes_nothing_into_a_folder_that_does_not_exist_yet(self) -> None:
        with node_folder() as var:
            _check(var)
            assert not var.exists()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root's children run as another user")
    def test_names_a_folder_that_the_system_user_cannot_enter(self) -> None:
        with node_folder() as var:
            var.parent.chmod(0o700)
            told = _check(var)
        assert told.returncode == 1
        assert f"cannot enter {var.parent}" in told.stdout

    def test_tells_of_data_of_another_postgresql(self) -> None:
        with node_folder() as var:
            (var / "pg/data").mkdir(parents=True)
            (var / "pg/data/PG_VERSION").write_text("17\n")
            told = _check(var)
        assert "is of PostgreSQL 17" in told.stdout

    def test_demands_roles_on_an_operators_server_that_has_none(self, cluster: postgres.Cluster) -> None:
        url = f"postgresql://127.0.0.1:{cluster.port}/dothi_template"
        with node_folder() as var:
            told = _check(var, DATABASE_URL=url)
        assert told.returncode == 1
        assert "dothi database roles --apply" in told.stdout


class TestVersion:
    def test_refuses_another_major_version(self) -> None:
        assert list(check_database.version(170_004))
        assert not list(check_database.version(180_006))


class TestInspect:
    @pytest.mark.parametrize("role", ["dothi_app", "dothi_migrate", "dothi_publish", "dothi_seal"])
    def test_finds_nothing_wrong_with_roles_of_our_own_making(
        self, cluster: postgres.Cluster, role: str
    ) -> None:
        with psycopg.connect(cluster.dsn(role, "dothi_template")) as connection:
            assert list(check_database.inspect(connection, role)) == []

    def test_names_a_role_that_may_become_the_owner(self, cluster: postgres.Cluster) -> None:
        with psycopg.connect(cluster.dsn(postgres.SUPERUSER, "dothi_template")) as connection:
            connection.execute("grant dothi_owner to dothi_seal")
            connection.execute("set local role dothi_seal")
            found = list(check_database.inspect(connection, "dothi_seal"))
            connection.rollback()
        assert "can become dothi_owner" in found[0][0]
