"""
What the workers of one run share: made by the first that needs it, found by the others.

Each worker of pytest-xdist has its own servers, so that none disturbs another; what takes long to make
(a migrated cluster with the demo city) is made once and copied.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dothi.config.supervisor import postgres, schemas
from tests.support.servers import copied_cluster, postgres_cluster, running_in

TEMPLATE = "dothi_template"
CLUSTER = "cluster"
PREPARED_CITY, TOLD = "dothi_city", "city.json"
"""The database with the demo city, and what its loading told."""


def is_shared(config: pytest.Config) -> bool:
    """Tell whether this is one worker of several."""
    return hasattr(config, "workerinput")


def shared_folder(factory: pytest.TempPathFactory, config: pytest.Config) -> Path:
    """Return the folder of all workers of this run, of all its stages in `make test`; alone, one's own."""
    base = factory.getbasetemp()
    folder = told() or (base.parent if is_shared(config) else base) / "prepared"
    folder.mkdir(exist_ok=True)
    return folder


def told() -> Path | None:
    """Return the folder that all stages of `make test` have in common, if it is that which runs."""
    found = os.environ.get("DOTHI_TESTS_PREPARED")
    return Path(found) if found else None


@contextlib.contextmanager
def once(path: Path) -> Iterator[bool]:
    """Tell the block whether it must make `path`, while all others who ask wait."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not path.exists()


@contextlib.contextmanager
def migrated(**settings: str) -> Iterator[postgres.Cluster]:
    """Run a cluster with a database TEMPLATE, all tables in it: a copy where tests prepared one, else new."""
    kept = told()
    if kept and (kept / CLUSTER).exists():
        with copied_cluster(kept / CLUSTER, **settings) as cluster:
            yield cluster
        return
    with postgres_cluster(**settings) as cluster:
        make_template(cluster)
        yield cluster


def make_template(cluster: postgres.Cluster) -> None:
    """Make the database TEMPLATE: the schemas of the processes without Django, and all migrations."""
    postgres.create_database(cluster, TEMPLATE)
    for schema, owner in schemas.OWNERS.items():
        schemas.make_tables(schema, cluster.dsn(owner, TEMPLATE))
    environ = {**os.environ, "DOTHI_DSN": cluster.dsn("dothi_migrate", TEMPLATE)}
    environ["DJANGO_SETTINGS_MODULE"] = "dothi.config.settings"
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity=0"], env=environ, check=True)


def copy_database(cluster: postgres.Cluster, name: str, template: str) -> None:
    """Copy a database; what its roles may do comes along, but for what the server keeps outside of it."""
    with psycopg.connect(cluster.dsn(postgres.SUPERUSER, "postgres"), autocommit=True) as connection:
        for words in (
            "create database {name} owner dothi_owner template {template} strategy file_copy",
            "revoke temporary on database {name} from public",
        ):
            known = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
            connection.execute(sql.SQL(words).format(**known))


def cluster_in(folder: Path, fill: Callable[[postgres.Cluster], None]) -> Path:
    """Return the home of a stopped cluster that `fill` has filled, made now if nobody has yet."""
    kept = folder / CLUSTER
    with once(kept) as missing:
        if missing:
            home = Path(tempfile.mkdtemp(prefix="dothi-test-"))  # where the server's user may go
            with running_in(home) as cluster:
                fill(cluster)
            shutil.move(home, kept)
    return kept
