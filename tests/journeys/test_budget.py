"""A resident with a cheap phone on a slow line opens a page for the first time."""

import pytest
from playwright.sync_api import Page

from tests.journeys.measure import first_load

LIMIT = 100 * 1000
PAGES = ("/", "/components/view/", "/components/accessibility/")


class TestFirstLoad:
    @pytest.mark.parametrize("address", PAGES)
    def test_costs_at_most_100_kb(self, page: Page, address: str) -> None:
        load = first_load(page, address)
        assert len(load.by_address) >= 6, f"not everything was counted: {load.by_address}"
        assert load.transferred <= LIMIT, f"{load.transferred} bytes: {load.by_address}"
