"""`dothi up --check` names what is wrong and how to mend it."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from dothi.config.supervisor import check_database, check_nats, pools, postgres, probes
from tests.support.node import UP, node_folder
from tests.support.servers import free_port
from tests.support.waiting import PATIENCE_S, until


def _check(var: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*UP, "--check", *arguments],
        env={"PATH": os.environ["PATH"], "DOTHI_VAR": str(var), **environ},
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
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
    @pytest.mark.parametrize("role", check_database.ROLES)
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

    def test_names_a_schema_that_is_somebody_elses(self, cluster: postgres.Cluster) -> None:
        with psycopg.connect(cluster.dsn(postgres.SUPERUSER, "dothi_template")) as connection:
            connection.execute("alter schema telemetry owner to dothi_owner")
            connection.execute("set local role dothi_telemetry")
            found = list(check_database.inspect(connection, "dothi_telemetry"))
            connection.rollback()
        assert found == [("dothi_telemetry does not own the schema telemetry", check_database.APPLY)]


@contextlib.contextmanager
def _nats_server(**settings: object) -> Iterator[int]:
    """Run an operator's NATS with `settings` and yield its port."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        file = Path(folder, "nats.conf")
        file.write_text(json.dumps({"listen": f"127.0.0.1:{port}", **settings}))
        program = Path(sysconfig.get_path("scripts"), "nats-server")
        with subprocess.Popen([program, "-c", file], stderr=subprocess.DEVNULL) as server:
            try:
                until(lambda: probes.nats(port))
                yield port
            finally:
                server.terminate()


class TestNats:
    def test_has_nothing_to_say_without_an_operators_server(self) -> None:
        assert list(check_nats.findings("")) == []

    def test_names_a_server_that_does_not_answer_but_no_password(self) -> None:
        (found,) = check_nats.findings(f"nats://dothi:hidden@127.0.0.1:{free_port()}")
        assert "does not answer" in found[0]
        assert "hidden" not in "".join(found)

    def test_names_wrong_credentials(self) -> None:
        users = {"users": [{"user": "dothi", "password": "right"}]}
        with _nats_server(authorization=users) as port:
            (found,) = check_nats.findings(f"nats://dothi:wrong@127.0.0.1:{port}")
        assert "refuses these credentials" in found[0]

    def test_names_a_server_without_jetstream_and_accepts_one_with_it(self, tmp_path: Path) -> None:
        with _nats_server() as port:
            (found,) = check_nats.findings(f"nats://127.0.0.1:{port}")
        assert "JetStream" in found[0]
        with _nats_server(jetstream={"store_dir": str(tmp_path)}) as port:
            assert list(check_nats.findings(f"nats://127.0.0.1:{port}")) == []


class TestOperatorsDatabase:
    def test_accepts_roles_that_were_applied_and_names_what_is_taken_away(
        self, cluster: postgres.Cluster
    ) -> None:
        name = f"dothi_{uuid4().hex[:12]}"
        postgres.create_database(cluster, name)
        passwords = cluster.home.parent / "secrets"
        with node_folder() as var:
            shutil.copytree(passwords, var / "secrets")
            url = f"postgresql://127.0.0.1:{cluster.port}/{name}"
            told = _check(var, DATABASE_URL=url)
            assert "ok    cơ sở dữ liệu · database" in told.stdout, told.stdout
            with psycopg.connect(cluster.dsn(postgres.SUPERUSER, name)) as admin:
                admin.execute("drop extension btree_gist")
            (var / "secrets/dothi_seal").write_text("wrong")
            told = _check(var, DATABASE_URL=url)
        assert "the extension btree_gist is missing" in told.stdout
        assert "dothi_seal cannot connect" in told.stdout

    def test_names_too_few_connections(self) -> None:
        needed = pools.total() + pools.RESERVED
        assert list(check_database.connections(needed)) == []
        ((wrong, mend),) = check_database.connections(needed - 1)
        assert f"open {pools.total()} connections" in wrong
        assert f"at least {needed}" in mend

    def test_names_a_parameter_that_is_not_taken(self) -> None:
        with node_folder() as var:
            told = _check(var, DATABASE_URL="postgresql://db.example/dothi?sslmode=require&user=postgres")
        assert told.returncode == 1
        assert "DATABASE_URL has user," in told.stdout

    def test_holds_every_process_to_its_parameters(self, cluster: postgres.Cluster) -> None:
        dsn = f"{cluster.dsn('dothi_app', 'dothi_template')}?sslmode=require"
        script = "import django; django.setup(); from django.db import connection; connection.cursor()"
        environ = {**os.environ, "DOTHI_DSN": dsn, "DJANGO_SETTINGS_MODULE": "dothi.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False
        )
        assert "server does not support SSL" in done.stderr, done.stderr
