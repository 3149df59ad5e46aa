"""Chromium as a person holds it: a page of one's own that fails the test when the browser complains."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

CHROMIUM = Path(shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium")
# Maps are drawn by WebGL without a graphics card, and pages as ever: by the processor itself.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--enable-unsafe-swiftshader"]

# A refused page is no fault of ours, nor is a network that the test itself has cut.
HARMLESS = ("the server responded with a status of 4", "ERR_INTERNET_DISCONNECTED")


@contextmanager
def opened(browser: Browser, site: str, *, scripts: bool = True) -> Iterator[Page]:
    """Open a page of a new person at `site`; an error of the console or the policy fails at the end."""
    context = browser.new_context(
        base_url=site, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}, locale="vi-VN"
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.extend(_faults(message)))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.extend(_lost(request)))
    yield page
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
