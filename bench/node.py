"""The database of a node, used by Django of this process, for figures of what it makes of readings."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from dothi.config.supervisor import postgres, schemas
from dothi.foundation.keys.roots import create_root_key


@contextmanager
def node(cluster: postgres.Cluster, home: Path, database: str, *, city: bool = False) -> Iterator[None]:
    """Make `database` with the tables of every room, and the demo `city` in it; `home` takes the root key."""
    create_root_key(home / "root.key")
    postgres.create_database(cluster, database)
    for schema, owner in schemas.OWNERS.items():
        schemas.make_tables(schema, cluster.dsn(owner, database))
    _run(cluster.dsn("dothi_migrate", database), home, "django", "migrate", "--verbosity=0")
    if city:
        _run(cluster.dsn("dothi_app", database), home, "bench.city", "1")
    connections.close_all()
    connections["default"].settings_dict.update(
        NAME=database, USER="dothi_app", PASSWORD=cluster.passwords["dothi_app"], HOST="127.0.0.1",
        PORT=str(cluster.port),
    )  # fmt: skip
    try:
        yield
    finally:
        connections.close_all()


def _run(dsn: str, home: Path, *module: str) -> None:
    environ = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "dothi.config.settings", "DOTHI_DSN": dsn,
        "DOTHI_VAR": str(home), "DOTHI_ROOT_KEY_FILE": str(home / "root.key"),
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", *module], env=environ, check=True)
