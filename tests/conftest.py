"""
Fixtures of every test.

The unit tests need none. The others talk to a real PostgreSQL as `dothi_app`, the role of the web
process: what that role may not do, a test cannot do either. Two fixtures give a database:

`db`             pytest-django's: one database, each test rolled back
`fresh_database` a database of its own, copied from the migrated template, for tests that commit
`city`           the same with the whole demo city, which is loaded once a run and copied

There is one PostgreSQL cluster a worker, a copy of one that the run makes once. Who needs a database of a
wider scope than one test takes `database_of_its_own(cluster, blocker, template)`.
"""

import contextlib
import gc
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from dothi.config.cli import BEFORE_CYCLES_ARE_SOUGHT
from dothi.config.demo.load import Told, load
from dothi.config.supervisor import postgres
from dothi.foundation.keys.roots import create_root_key
from tests.support.city import AT
from tests.support.prepared import (
    PREPARED_CITY,
    TEMPLATE,
    TOLD,
    cluster_in,
    copy_database,
    is_shared,
    make_template,
    once,
    shared_folder,
)
from tests.support.servers import copied_cluster

# No deadline: two cores shared with a database make any time limit on one example a coin toss.
hypothesis.settings.register_profile("dothi", deadline=None, max_examples=60, database=None)
hypothesis.settings.load_profile("dothi")

# As the node does, and for the same reason.
gc.set_threshold(BEFORE_CYCLES_ARE_SOUGHT)

# The same hash of less work: hundreds of accounts have passwords here that nobody will guess at.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64

# Files are looked for when asked; else each test's client first lists them all.
settings.WHITENOISE_AUTOREFRESH = True

ON_ONE_NODE = {"tests/integration/supervisor"}
APART = {"tests/integration/test_bench.py"}
"""Files of which each test starts servers of its own."""
LONGEST = (
    "tests/architecture/test_authority_matrix.py", "tests/integration/supervisor/",
    "tests/integration/test_bench.py", "tests/integration/faults/",
    "tests/integration/ledger/test_sequencer.py", "tests/integration/telemetry/test_archive.py",
    "tests/integration/telemetry/test_acknowledgment.py", "tests/integration/ledger/test_verify.py",
    "tests/integration/context/test_rights_hide.py", "tests/integration/context/test_broker_command.py",
    "tests/journeys/test_center.py", "tests/journeys/test_thread.py", "tests/journeys/test_resident_pages.py",
    "tests/journeys/test_official_pages.py", "tests/journeys/test_resident_certificate.py",
)  # fmt: skip
"""How the names begin of what takes longest, so that it begins first and nobody waits for it in the end."""


@dataclass(frozen=True)
class CityTemplate:
    """The database with the demo city, to be copied and never written; what its loading told."""

    name: str
    told: tuple[Told, ...]


class ByServers(LoadFileScheduling):  # type: ignore[misc]  # its library tells no types
    """Give tests that share servers to one worker: a file's, and a package's that share a node."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        folder = file.rpartition("/")[0]
        if file in APART:
            return nodeid
        return folder if folder in ON_ONE_NODE else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest begin first; beyond that the order stays as pytest-randomly throws it."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Return the place in LONGEST; of all others the one behind it."""
    places = (place for place, begins in enumerate(LONGEST) if item.nodeid.startswith(begins))
    return next(places, len(LONGEST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByServers:
    """Answer pytest-xdist, which asks who gives tests to the workers."""
    return ByServers(config, log)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """The folder of what all workers of this run share."""
    return shared_folder(tmp_path_factory, pytestconfig)


@pytest.fixture(scope="session", autouse=True)
def _own_secrets(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give this run a root key, and a folder of files of its own, also to the processes it starts."""
    folder: Path = tmp_path_factory.mktemp("node")
    settings.ROOT_KEY_FILE, settings.FILES_DIR = folder / "root.key", folder / "files"
    with once(shared / "root.key") as missing:
        if missing:
            create_root_key(shared / "root.key")
    shutil.copy(shared / "root.key", settings.ROOT_KEY_FILE)
    os.environ["DOTHI_ROOT_KEY_FILE"] = str(settings.ROOT_KEY_FILE)


@pytest.fixture(scope="session")
def cluster(
    shared: Path, pytestconfig: pytest.Config, django_db_blocker: DjangoDbBlocker
) -> Iterator[postgres.Cluster]:
    """A PostgreSQL cluster with a migrated template database; one of several workers has the city, too."""

    def fill(running: postgres.Cluster) -> None:
        make_template(running)
        if is_shared(pytestconfig):
            load_city(running, django_db_blocker, shared)

    with copied_cluster(cluster_in(shared, fill)) as running:
        yield running


@pytest.fixture(scope="session")
def django_db_setup(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give pytest-django a copy of the template, reached as dothi_app."""
    postgres.create_database(cluster, "dothi_test", TEMPLATE)
    with django_db_blocker.unblock():
        _connect(cluster, "dothi_test")
    yield
    connections.close_all()


@pytest.fixture
def fresh_database(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Yield the name of a database of this test's own, in which it may commit."""
    with database_of_its_own(cluster, django_db_blocker) as name:
        yield name


@pytest.fixture(scope="session")
def city_template(
    cluster: postgres.Cluster, shared: Path, django_db_blocker: DjangoDbBlocker
) -> CityTemplate:
    """Return the demo city that others are copied from, loaded now if it is not there."""
    if not (shared / TOLD).exists():
        load_city(cluster, django_db_blocker, shared)
    told = json.loads((shared / TOLD).read_text())
    return CityTemplate(PREPARED_CITY, tuple(Told(**one) for one in told))


@pytest.fixture
def city(
    cluster: postgres.Cluster, city_template: CityTemplate, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Yield the name of a database with a whole demo city, in which the test may commit."""
    with database_of_its_own(cluster, django_db_blocker, city_template.name) as name:
        yield name


def load_city(cluster: postgres.Cluster, blocker: DjangoDbBlocker, shared: Path) -> None:
    """Load the demo city into a database of its own, and keep what its loading told."""
    told: list[Told] = []
    postgres.create_database(cluster, PREPARED_CITY, TEMPLATE)
    with blocker.unblock(), connected_to(cluster, PREPARED_CITY):
        load(at=AT, tell=told.append)
    (shared / TOLD).write_text(json.dumps([asdict(one) for one in told]))


@contextlib.contextmanager
def database_of_its_own(
    cluster: postgres.Cluster, blocker: DjangoDbBlocker, template: str = TEMPLATE
) -> Iterator[str]:
    """Give the block a database of its own, for fixtures of a wider scope than one test; then drop it."""
    name = f"dothi_{uuid4().hex[:12]}"
    copy_database(cluster, name, template)
    try:
        with blocker.unblock(), connected_to(cluster, name):
            yield name
    finally:
        _drop(cluster, name)


@contextlib.contextmanager
def connected_to(cluster: postgres.Cluster, name: str) -> Iterator[None]:
    """Point Django at the database `name` as dothi_app while the block lasts."""
    previous = dict(settings.DATABASES["default"])
    _connect(cluster, name)
    try:
        yield
    finally:
        connections.close_all()
        connections["default"].settings_dict.update(previous)


def _drop(cluster: postgres.Cluster, name: str) -> None:
    """Drop a database at once: hundreds of them would fill a small disk, and take minutes in the end."""
    with psycopg.connect(cluster.dsn(postgres.SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _connect(cluster: postgres.Cluster, name: str) -> None:
    """Point Django at database `name` as `dothi_app`."""
    connections.close_all()
    connections["default"].settings_dict.update(
        NAME=name, USER="dothi_app", PASSWORD=cluster.passwords["dothi_app"],
        HOST="127.0.0.1", PORT=str(cluster.port),
    )  # fmt: skip
