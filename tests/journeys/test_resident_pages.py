"""
Every page of a resident, in each state that it has: axe, no sideways scrolling, every theme, a keyboard,
and what the first load costs on a phone.
"""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page

from dothi.web.components.preferences import CONTRASTS
from tests.journeys.axe import assert_accessible, contrast_faults, walk_by_keyboard
from tests.journeys.conftest import Shoot
from tests.journeys.measure import Load, first_load
from tests.journeys.residents import Walker
from tests.support.standing import Standing
from tests.support.town import Town

MOST_BYTES = 100 * 1000
MOST_MS = 2500
"""The largest paint on slow 4G and a phone four times slower."""

PUBLIC: Mapping[str, str] = {
    "home": "/", "search": "/procedures/?q=giay+doc+than", "search-nothing": "/procedures/?q=mua+tau+vu+tru",
    "procedure": "/procedures/1.004873/", "procedure-marriage": "/procedures/1.000894/",
    "track": "/track/", "track-unknown": "/track/?code=H26.00070.1-261122-9999",
    "tracked": "/track/{code}/", "verify": "/verify/", "sign-in": "/account/sign-in/",
    "my-ward-unchosen": "/my-ward/", "my-ward": "/my-ward/?ward=00070", "warnings": "/warnings/",
    "not-found": "/no/such/page",
}  # fmt: skip
OWN: Mapping[str, str] = {
    "begin": "/procedures/1.004873/begin/", "choice": "/dossiers/{draft}/questions/for-whom/",
    "filled-in": "/dossiers/{draft}/questions/holder/", "address": "/dossiers/{draft}/questions/residence/",
    "list-and-file": "/dossiers/{draft}/questions/residence-history/",
    "documents": "/dossiers/{draft}/documents/", "check": "/dossiers/{whole}/check/",
    "gaps": "/dossiers/{draft}/check/", "sent": "/dossiers/{filed}/sent/", "draft": "/dossiers/{draft}/",
    "filed": "/dossiers/{filed}/", "to-correct": "/dossiers/{to_correct}/",
    "correcting": "/dossiers/{to_correct}/questions/holder/?to=check", "paused": "/dossiers/{paused}/",
    "refused": "/dossiers/{refused}/", "draft-shown": "/dossiers/{draft_shown}/",
    "returned": "/dossiers/{returned}/", "withdraw": "/dossiers/{filed}/withdraw/",
    "not-entitled": "/dossiers/{barred}/not-entitled/", "level": "/dossiers/{whole}/level/",
    "dossiers": "/dossiers/", "vault": "/vault/", "result": "/vault/{result}/", "reads": "/reads/",
    "inbox": "/inbox/", "other-door": "/desk/", "view": "/components/view/",
    "accessibility": "/components/accessibility/", "security": "/account/security/",
}  # fmt: skip
EMPTY = ("/dossiers/", "/vault/", "/inbox/", "/reads/")
THEMES = [one for one in CONTRASTS if one not in ("auto", "light")]
FIRST = ("home", "search", "procedure", "tracked", "choice", "check", "vault")
"""Pages by which people come, measured as a first load."""
WALKED = ("home", "list-and-file", "filled-in", "check", "to-correct", "draft-shown", "returned", "verify")


@pytest.fixture(scope="module")
def site(running: Town) -> str:
    return running.address


@pytest.fixture(scope="module")
def pages(running: Town) -> dict[str, str]:
    """Addresses of all pages by name, each with a dossier that is in its state."""
    an = Standing(running)
    made = {
        "returned": an.returned(), "filed": an.filed(), "to_correct": an.to_correct(), "paused": an.paused(),
        "refused": an.refused(), "draft_shown": an.draft_shown(), "whole": an.drafted(),
        "draft": an.drafted(lived_elsewhere=True), "barred": an.drafted(purpose="marriage-mission"),
    }  # fmt: skip
    returned = an.row(made["returned"])
    facts = {**made, "code": returned.code, "result": returned.result_id}
    return {name: path.format(**facts) for name, path in {**PUBLIC, **OWN}.items()}


@pytest.fixture
def an(page: Page, running: Town, shot: Shoot) -> Walker:
    """An, signed in."""
    walker = Walker(page, running, shot, "page")
    walker.sign_in("an")
    return walker


def lightest(page: Page, path: str) -> Load:
    """Return the first load that paints soon enough, or the last of three: what else runs here only adds."""
    for _ in range(3):
        load = first_load(page, path, slow=True)
        if load.lcp_ms <= MOST_MS:
            break
    return load


class TestEveryPage:
    def test_is_accessible_at_both_widths_and_can_be_read_in_every_theme(
        self, an: Walker, pages: Mapping[str, str]
    ) -> None:
        for name, path in pages.items():
            an.page.goto(path)
            assert_accessible(an.page)
            an.seen(name)
            for theme in THEMES:
                assert contrast_faults(an.page, theme) == [], f"{theme}: {path}"

    def test_is_accessible_with_nothing_on_it(self, page: Page, running: Town, shot: Shoot) -> None:
        binh = Walker(page, running, shot, "empty")
        binh.sign_in("binh")
        for path in EMPTY:
            page.goto(path)
            assert page.locator(".dt-empty").count() == 1, path
            assert_accessible(page)

    def test_is_walked_by_keyboard_to_its_end(self, an: Walker, pages: Mapping[str, str]) -> None:
        for name in WALKED:
            an.page.goto(pages[name])
            visited = walk_by_keyboard(an.page)
            assert any("dt-button" in one for one in visited) or name == "returned", name


class TestFirstLoad:
    @pytest.mark.parametrize("name", FIRST)
    def test_costs_little_and_paints_soon_on_a_slow_line(
        self, an: Walker, pages: Mapping[str, str], name: str
    ) -> None:
        load = lightest(an.page, pages[name])
        assert len(load.by_address) >= 6, f"not everything was counted: {load.by_address}"
        assert load.transferred <= MOST_BYTES, f"{load.transferred} bytes: {load.by_address}"
        assert load.lcp_ms <= MOST_MS, f"{load.lcp_ms:.0f} ms"
