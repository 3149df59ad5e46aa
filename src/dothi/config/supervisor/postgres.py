"""
PostgreSQL of this node: a cluster of the packaged programs, its roles and its databases.

Only the programs of the wheel are used, not its launcher: as root the launcher opens every parent
folder to all, trusts every local user and leaves orphans. Here every login is scram, also locally.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from dothi.config.supervisor import secret_files
from dothi.config.supervisor.runtime import Runtime

SQL = Path(__file__).resolve().parents[1] / "sql"
SUPERUSER = "postgres"
PRIVILEGES, SCHEMAS = ("database.sql",), ("schemas.sql",)
LOGINS = (
    "dothi_migrate", "dothi_app", "dothi_publish", "dothi_seal", "dothi_erase", "dothi_read",
    "dothi_context", "dothi_telemetry", "dothi_live",
)  # fmt: skip


class Failed(Exception):
    """A program of PostgreSQL failed; the text is what it printed."""


@dataclass(frozen=True)
class Cluster:
    """A cluster under `home`, listening on `port` of loopback; `passwords` by role."""

    runtime: Runtime
    home: Path
    port: int
    passwords: Mapping[str, str]

    @property
    def data(self) -> Path:
        """Return the data folder."""
        return self.home / "data"

    def dsn(self, role: str, database: str = "dothi") -> str:
        """Return the libpq URL by which `role` reaches `database`."""
        return f"postgresql://{role}:{quote(self.passwords[role])}@127.0.0.1:{self.port}/{database}"


def read_passwords(folder: Path) -> dict[str, str]:
    """Return the password of each role, made at first need, each in a file of mode 0600."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {role: secret_files.text(folder / role) for role in (SUPERUSER, *LOGINS)}


def initialize(cluster: Cluster) -> None:
    """Create the cluster's data folder when it does not exist. Raises Failed."""
    if (cluster.data / "PG_VERSION").exists():
        return
    cluster.runtime.own(cluster.home)
    password_file = cluster.home / ".superuser"
    _write_for(cluster.runtime, password_file, cluster.passwords[SUPERUSER])
    # Aside first: an initdb that was killed half-way must not be taken for a cluster.
    aside = cluster.data.with_name("data.new")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _run(cluster, "initdb", f"--pgdata={aside}", f"--username={SUPERUSER}", "--encoding=UTF8",
             "--locale=C", "--auth=scram-sha-256", f"--pwfile={password_file}",
             "--data-checksums")  # fmt: skip
    finally:
        password_file.unlink()
    aside.rename(cluster.data)


def _write_for(runtime: Runtime, path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
    if os.geteuid() == 0:
        os.chown(path, runtime.uid, runtime.gid)


def command(cluster: Cluster, **settings: str) -> list[str]:
    """Return the command line of the server process, with `settings` as configuration."""
    base = {
        "port": str(cluster.port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "timezone": "UTC",
        "log_min_messages": "warning",
    }
    options = [f"--{name}={value}" for name, value in {**base, **settings}.items()]
    return [str(cluster.runtime.postgres_bin / "postgres"), "-D", str(cluster.data), *options]


def _run(cluster: Cluster, program: str, *arguments: str) -> None:
    """Run one of the server's programs as the user of the runtime."""
    done = subprocess.run(
        [str(cluster.runtime.postgres_bin / program), *arguments],
        check=False, capture_output=True, text=True, cwd="/",
        user=cluster.runtime.switch_to, group=cluster.runtime.switch_to,
    )  # fmt: skip
    if done.returncode != 0:
        raise Failed(f"{program}: {done.stderr.strip() or done.stdout.strip()}")


def create_roles(cluster: Cluster) -> None:
    """Create or mend the roles of the node and their passwords."""
    apply_roles(cluster.dsn(SUPERUSER, "postgres"), cluster.passwords)


def apply_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create or mend the roles as the superuser of `admin_url`, all or none."""
    with psycopg.connect(admin_url) as connection:
        connection.execute((SQL / "roles.sql").read_bytes())
        for role in LOGINS:
            connection.execute(
                sql.SQL("alter role {} password {}").format(
                    sql.Identifier(role), sql.Literal(passwords[role])
                )
            )


def apply_privileges(admin_url: str) -> None:
    """Give the database of `admin_url` to dothi_owner, with its schemas and what each role may do in it."""
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            sql.SQL("alter database {} owner to dothi_owner").format(sql.Identifier(connection.info.dbname))
        )
        for name in (*PRIVILEGES, *SCHEMAS):
            connection.execute((SQL / name).read_bytes())


def create_database(
    cluster: Cluster, name: str = "dothi", template: str = "template0", *, alone: bool = False
) -> None:
    """
    Create the database `name`, owned by dothi_owner, unless it exists; say anew who may do what in it.

    In a node each process without Django has a schema and a role of its own; one that runs `alone` works
    as the owner and makes its schema itself.
    """
    with psycopg.connect(cluster.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(
                sql.SQL("create database {} owner dothi_owner template {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
    with psycopg.connect(cluster.dsn(SUPERUSER, name), autocommit=True) as connection:
        for file in PRIVILEGES if alone else (*PRIVILEGES, *SCHEMAS):
            connection.execute((SQL / file).read_bytes())
