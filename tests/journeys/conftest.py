"""
Journeys: a person's task from start to end in a real browser, on real servers.

`site`        address of the pages, on a database of this module's own in which they commit
`running`     a whole town at work instead, with provider, worker and sequencer
`desk`        the officials of that town, each with a browser of their own
`page`        a page at 1280 px that fails the test on an error of the console or the policy
`plain_page`  the same without JavaScript
`shot`        saves a screenshot under tests/journeys/shots: the thread's, or all with PICTURES=all
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from tests.support.chromium import CHROMIUM, FLAGS, opened
from tests.support.desk import Desk
from tests.support.driver import playing
from tests.support.live import Live
from tests.support.pages import serving
from tests.support.prepared import TEMPLATE
from tests.support.town import Town, town

SHOTS = Path(__file__).parent / "shots"
ALL_PICTURES = os.environ.get("PICTURES") == "all"

# What is awaited ends the waiting, so a slow machine costs nothing but its own slowness.
expect.set_options(timeout=30_000)

Shoot = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """The live process's socket and key."""
    live = Live()
    with live.listener:
        yield live


@pytest.fixture(scope="session")
def browser(cluster: postgres.Cluster) -> Iterator[Browser]:
    """
    Chromium, or a loud skip where the machine has none.

    After the cluster: from here on the browser's loop runs in this thread, and nothing else may run one.
    """
    if not CHROMIUM.exists():
        pytest.skip("NO CHROMIUM: the journeys did not run (apt-get install chromium)")
    with playing() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def site_dsn(cluster: postgres.Cluster) -> str:
    """A database of this module's own, as `dothi_app` reaches it."""
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name, TEMPLATE)
    return cluster.dsn("dothi_app", name)


@pytest.fixture(scope="module")
def site(site_dsn: str) -> Iterator[str]:
    """Address of the pages."""
    with serving(site_dsn) as address:
        yield address


@pytest.fixture(scope="module")
def running(
    cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town at work, of this module's own; a journey through it lets `site` be its address."""
    assert settings.ROOT_KEY_FILE is not None
    with town(cluster, django_db_blocker, tmp_path_factory.mktemp("town"), settings.ROOT_KEY_FILE) as it:
        yield it


@pytest.fixture(scope="module")
def desk(running: Town, browser: Browser) -> Iterator[Desk]:
    """The officials of the town at work."""
    with ExitStack() as stack:
        yield Desk(running, browser, stack)


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of a new person, with JavaScript."""
    with opened(browser, site) as page:
        yield page


@pytest.fixture
def plain_page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of a new person whose browser runs no JavaScript."""
    with opened(browser, site, scripts=False) as page:
        yield page


@pytest.fixture(scope="session")
def shot() -> Shoot:
    """Save a screenshot of the whole page under its name, if it is of those that are wanted."""
    SHOTS.mkdir(exist_ok=True)
    wanted = "" if ALL_PICTURES else "thread-"

    def shoot(page: Page, name: str) -> Path:
        target = SHOTS / f"{name}.png"
        if name.startswith(wanted):
            page.screenshot(path=target, full_page=True)
        return target

    return shoot
