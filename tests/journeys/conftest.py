"""
Journeys: a person's task from start to end in a real browser, on real servers.

`site`        address of the pages, on a database of this module's own in which they commit
`running`     a whole town at work instead, with provider, worker and sequencer
`page`        a page at 1280 px that fails the test on an error of the console or the policy
`plain_page`  the same without JavaScript
`shot`        saves a screenshot under tests/journeys/shots
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from tests.conftest import TEMPLATE
from tests.support.driver import playing
from tests.support.pages import serving
from tests.support.town import Town, town

SHOTS = Path(__file__).parent / "shots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]

# What is awaited ends the waiting, so a slow machine costs nothing but its own slowness.
expect.set_options(timeout=30_000)

# A refused page is no fault of ours, nor is a network that the test itself has cut.
HARMLESS = ("the server responded with a status of 4", "ERR_INTERNET_DISCONNECTED")

Shoot = Callable[[Page, str], Path]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a loud skip where the machine has none."""
    if not Path(CHROMIUM).exists():
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


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of a new person, with JavaScript."""
    yield from _opened(browser, site, scripts=True)


@pytest.fixture
def plain_page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of a new person whose browser runs no JavaScript."""
    yield from _opened(browser, site, scripts=False)


@pytest.fixture(scope="session")
def shot() -> Shoot:
    """Save a screenshot of the whole page under its name."""
    SHOTS.mkdir(exist_ok=True)

    def shoot(page: Page, name: str) -> Path:
        target = SHOTS / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return shoot


def _opened(browser: Browser, site: str, *, scripts: bool) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}, locale="vi-VN"
    )
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda message: faults.extend(_faults(message)))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("requestfailed", lambda request: faults.extend(_lost(request)))
    yield opened
    context.close()
    assert not faults, "the browser complained:\n" + "\n".join(faults)


def _faults(message: ConsoleMessage) -> list[str]:
    """Return errors, a breach of the content security policy among them."""
    if message.type != "error" or any(part in message.text for part in HARMLESS):
        return []
    return [f"{message.text} ({message.location.get('url', '')})"]


def _lost(request: Request) -> list[str]:
    """Return a file of ours that did not arrive; what the reader left behind by going on is none."""
    # "csp" is how Chromium keeps scripts off; a breach of our policy speaks on the console.
    failure = request.failure or ""
    harmless = failure == "csp" or any(part in failure for part in ("ERR_ABORTED", *HARMLESS))
    return [] if harmless else [f"{request.url} did not arrive: {request.failure}"]
