"""A reviewer looks at every component, in both languages, frames, themes and sizes."""

import pytest
from playwright.sync_api import Page

from tests.journeys.axe import assert_accessible, assert_fits, contrast_faults, walk_by_keyboard
from tests.journeys.conftest import Shoot

FRAMES = ("/components/", "/components/?shell=desk")
WIDTHS = (320, 768, 1440)


class TestGallery:
    @pytest.mark.parametrize("address", FRAMES)
    def test_is_accessible_to_everybody(self, page: Page, address: str) -> None:
        page.goto(address)
        assert_accessible(page)

    @pytest.mark.parametrize("address", FRAMES)
    def test_can_be_walked_by_keyboard_and_shows_where_one_is(self, page: Page, address: str) -> None:
        page.goto(address)
        assert len(walk_by_keyboard(page)) > 40

    @pytest.mark.parametrize("contrast", ["light", "dark", "high"])
    def test_is_legible_in_every_theme(self, page: Page, shot: Shoot, contrast: str) -> None:
        page.goto("/components/view/?next=/components/")
        page.check(f"input[name=contrast][value={contrast}]")
        page.check("input[name=size][value=larger]")
        page.click("main button")
        page.wait_for_url("**/components/")
        page.set_viewport_size({"width": 320, "height": 900})
        assert contrast_faults(page, contrast) == []
        assert_fits(page)
        shot(page, f"gallery-{contrast}")

    @pytest.mark.parametrize("width", WIDTHS)
    def test_holds_at_every_width(self, page: Page, shot: Shoot, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        for name, address in zip(("resident", "desk"), FRAMES, strict=True):
            page.goto(address)
            assert_fits(page)
            shot(page, f"gallery-{name}-{width}")

    def test_speaks_english_when_asked_and_remembers(self, plain_page: Page) -> None:
        plain_page.goto("/components/")
        plain_page.click("button[name=language]")
        assert plain_page.locator("html").get_attribute("lang") == "en"
        plain_page.goto("/components/view/")
        assert plain_page.locator("h1").inner_text() == "Text size and contrast"
