"""Pages that somebody looks at show what has changed, without a press and for as long as they are open."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.kernel.live_token import LIFETIME, issue
from tests.support.desk import Desk
from tests.support.live import Live
from tests.support.town import Town, town

REPLACE = """
new MutationObserver((_, observer) => {
  const region = document.querySelector("[data-live-token]");
  if (!region) return;
  region.dataset.liveToken = "%s";
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""


@pytest.fixture(scope="module")
def running(
    live: Live, cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:  # fmt: skip
    """A town whose open pages hear at once."""
    root_key = Path(settings.ROOT_KEY_FILE or "")
    with town(cluster, django_db_blocker, tmp_path_factory.mktemp("town"), root_key, live) as it:
        yield it


def streams_of(page: Page) -> list[str]:
    """Return the addresses of the streams that a page opens, as it opens them."""
    opened: list[str] = []
    page.on("request", lambda request: opened.append(request.url) if "/events?" in request.url else None)
    return opened


class TestQueue:
    def test_says_at_once_that_a_dossier_has_come_in(self, desk: Desk) -> None:
        page = desk.at("ha").context.new_page()
        streams = streams_of(page)
        with page.expect_response("**/events?**"):
            page.goto("/desk/")
        expect(page.locator(".dt-news a")).to_have_count(0)
        desk.submitted()
        expect(page.locator(".dt-news a")).to_be_visible()
        assert len(streams) == 1

    def test_goes_on_hearing_when_its_token_has_ended(self, live: Live, desk: Desk) -> None:
        """The page's token is replaced by one that ends in three seconds; the page asks for another."""
        page = desk.at("ha").context.new_page()
        ends = datetime.now(UTC) + timedelta(seconds=3)
        page.add_init_script(REPLACE % issue(["person/none"], live.key, ends - LIFETIME))
        streams = streams_of(page)
        with page.expect_response(lambda answer: len(set(streams)) == 2 and answer.url == streams[1]):
            page.goto("/desk/")
        desk.submitted()
        expect(page.locator(".dt-news a")).to_be_visible()
