"""
What officials look at beside the acts: every page of the operations center and of the back office, documents,
results from the vault, the calendar, long lists.
"""

import re
from collections.abc import Collection
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from dothi.dossiers.types import Act
from tests.integration.desk.test_pages import SCRIPT, png, two_hundred
from tests.journeys.axe import assert_accessible_at, assert_fits, walk_by_keyboard
from tests.journeys.conftest import ALL_PICTURES, Shoot
from tests.journeys.officials import WIDTHS, open_act, press, shots
from tests.support import desk as making
from tests.support.desk import Desk
from tests.support.office import at_work_in
from tests.support.photos import HEIC

CENTER = {
    "screen": "/center/", "past": "/center/timeline?at=2026-11-01T00:00:00Z", "timeline": "/center/timeline",
    "figure": "/center/figures/rain", "figure-empty": "/center/figures/river",
    "figure-dossiers": "/center/figures/due_today", "layer": "/center/layers/stops",
    "series": "/center/series/{series}",
    "alert": "/center/alerts/{alert}", "rules": "/center/rules/", "rule": "/center/rules/rain-24h-100",
    "trial": "/center/rules/trials/{trial}", "shifts": "/center/shifts/", "warnings": "/center/warnings/",
    "warning": "/center/warnings/{warning}", "warning-draft": "/center/warnings/{draft}",
    "runbooks": "/center/runbooks/", "units": "/center/units/", "incidents": "/center/incidents/",
    "incident-unknown": "/center/incidents/?code=SC-1", "incident-new": "/center/incidents/new?alert={alert}",
    "incident": "/center/incidents/{incident}", "report": "/center/reports/{report}",
    "moment-unfit": "/center/?on=31/02/2026", "not-found": "/center/no-such-page",
}  # fmt: skip
DRAFTS = {
    "warning-new": "/center/warnings/new", "warning-update": "/center/warnings/{warning}/update",
}  # fmt: skip
DEVICES = {
    "devices": "/backoffice/devices/", "devices-none": "/backoffice/devices/?text=khong+co",
    "register": "/backoffice/devices/register/", "boxes": "/backoffice/devices/boxes/",
    "claim": "/backoffice/devices/claim/", "holds": "/backoffice/devices/holds/",
    "hold": "/backoffice/devices/holds/{hold}/", "device": "/backoffice/devices/one/{device}/",
    "facts": "/backoffice/devices/one/{device}/facts/", "token": "/backoffice/devices/one/{device}/token/",
    "certificate": "/backoffice/devices/one/{device}/certificate/",
    "revoke": "/backoffice/devices/one/{device}/revoke/",
    "twin": "/backoffice/devices/one/{device}/twins/rain/",
}  # fmt: skip
NODE = {
    "failed": "/backoffice/work/",
    "public": "/backoffice/public/",
    "publish": "/backoffice/public/publish/",
}
DESK = {"assignment": "/desk/assignments/{assignment}"}
CALENDAR = {"calendar": "/desk/calendar/", "close": "/desk/calendar/close/"}
PAGES = {"bao": CENTER, "van": DRAFTS, "nam": DEVICES, "duc": NODE, "minh": DESK, "thao": CALENDAR}
"""Pages by who may open them."""
EACH_KIND = (
    "screen", "past", "layer", "series", "alert", "shifts", "warning", "warning-new", "incident",
    "report", "devices", "device", "claim", "hold", "public", "assignment", "close",
)  # fmt: skip
"""Lists, charts, forms and details, those that no other journey looks at first."""

OPEN = "() => document.querySelectorAll('main details').forEach(one => { one.open = true; })"
"""What is folded away is looked at as well."""
LARGER = "() => document.documentElement.classList.toggle('text-larger')"
TWICE = "() => { document.documentElement.style.fontSize = '200%'; }"
"""Letters twice as large, by who sets them in the browser."""
AS_BEFORE = "() => { document.documentElement.style.fontSize = ''; }"
CUT_OFF = """() => [...document.querySelectorAll('main .dt-table-scroll')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 80))"""
SAID = """() => {
  const main = document.querySelector('main').cloneNode(true);
  main.querySelectorAll('[lang=en], textarea, code').forEach(one => one.remove());
  return main.textContent;
}"""
ENGLISH = re.compile(r"\b(the|of|and|is|was|with|not|this)\b", re.IGNORECASE)


def opened(page: Page, dossier_id: UUID) -> None:
    """Open a dossier."""
    page.goto(f"/desk/dossiers/{dossier_id}")


class TestFileOfAStranger:
    def test_is_looked_at_beside_the_answers_and_runs_nothing(self, desk: Desk, shot: Shoot) -> None:
        ha = desk.at("ha")
        opened(ha, desk.town.do(making.made_with_file, png(600, 400) + SCRIPT))
        ha.click(".dt-documents a")
        expect(ha.locator(".dt-beside img")).to_have_js_property("naturalWidth", 600)
        shots(ha, shot, "desk-preview")
        alone = ha.context.new_page()  # its own complaint, that even styles are refused, is as it should be
        alone.goto(str(ha.locator(".dt-beside img").get_attribute("src")))
        assert alone.evaluate("document.contentType") == "image/png"
        assert alone.title() != "ran"
        alone.close()

    def test_that_a_phone_took_is_shown_by_a_copy(self, desk: Desk, shot: Shoot) -> None:
        ha = desk.at("ha")
        opened(ha, desk.town.do(making.made_with_file, HEIC))
        ha.click(".dt-documents a")
        expect(ha.locator(".dt-beside img")).to_have_js_property("naturalWidth", 64)
        expect(ha.locator("main")).to_contain_text("Bản sao để xem trên trình duyệt")
        with ha.expect_download() as saved:
            ha.get_by_role("link", name="Tải tệp về").click()
        assert saved.value.path().read_bytes() == HEIC

    def test_that_is_a_pdf_opens_in_a_tab_of_its_own(self, desk: Desk, shot: Shoot) -> None:
        ha = desk.at("ha")
        opened(ha, desk.town.do(making.made_with_file, b"%PDF-1.7\n" + SCRIPT))
        ha.click(".dt-documents a")
        assert ha.locator("main iframe, main embed, main object").count() == 0
        link = ha.locator("main a[target=_blank]").first
        assert "noopener" in str(link.get_attribute("rel"))
        shots(ha, shot, "desk-preview-pdf")


class TestResultFromTheVault:
    def test_is_opened_from_the_dossier_that_took_it(self, desk: Desk, shot: Shoot) -> None:
        ha = desk.at("ha")
        opened(ha, desk.town.do(making.made_with_result))
        shots(ha, shot, "desk-marriage")
        ha.locator(".dt-documents a", has_text="tình trạng hôn nhân").first.click()
        expect(ha.locator("h1")).to_contain_text("Giấy xác nhận tình trạng hôn nhân")
        expect(ha.locator("main")).to_contain_text("Chưa từng đăng ký kết hôn")
        shots(ha, shot, "desk-result")


class TestCounter:
    def test_takes_what_the_applicant_brings_and_counts_afresh(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.town.do(making.made_at_counter)
        ha = desk.at("ha")
        opened(ha, dossier_id)
        shots(ha, shot, "desk-counter")
        press(ha, Act.SUPPLEMENT)
        assert desk.state(dossier_id) == "processing"
        expect(ha.locator("main")).to_contain_text("Thời hạn được tính lại từ đầu")
        expect(ha.locator("main")).to_contain_text("Không câu trả lời nào được sửa")


class TestForms:
    def test_of_every_act_are_seen_open(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.processing()
        minh = desk.at("minh")
        opened(minh, dossier_id)
        for act in (Act.REQUEST_SUPPLEMENT, Act.PAUSE, Act.EXTEND, Act.REFUSE, Act.STOP):
            open_act(minh, act)
        shots(minh, shot, "desk-forms")


class TestLongList:
    def test_is_usable_at_every_width(self, desk: Desk, shot: Shoot) -> None:
        first = desk.accepted()
        desk.town.do(two_hundred, first)
        ha = desk.at("ha")
        ha.goto("/desk/dossiers/")
        expect(ha.locator("tbody tr")).to_have_count(50)
        shots(ha, shot, "desk-long")
        procedure = ha.locator("tbody tr").first.locator("td").last
        for width in (320, 768, 1280, 1440):
            ha.set_viewport_size({"width": width, "height": 900})
            assert procedure.evaluate("one => one.getBoundingClientRect().right <= innerWidth"), width
        ha.locator(".dt-pages a").first.click()
        ha.wait_for_url("**after=**")
        expect(ha.locator("tbody tr")).to_have_count(50)
        ha.select_option("#order", label="Mới nộp trước")
        ha.click(".dt-filter button")
        ha.wait_for_url("**order=newest**")
        expect(ha.locator("tbody tr").first).to_contain_text("-1199")


class TestAccount:
    def test_pages_are_fine_at_every_width(self, desk: Desk, browser: Browser, shot: Shoot) -> None:
        ha = desk.at("ha")
        pages = {
            "security": "/account/security/",
            "proof": "/account/confirm/?next=/desk/",
            "post": "/account/post/",
        }
        for name, address in pages.items():
            ha.goto(address)
            shots(ha, shot, f"desk-{name}")
        stranger = browser.new_page(base_url=desk.town.address, locale="vi-VN")
        stranger.goto("/account/official/?next=/desk/")
        shots(stranger, shot, "desk-sign-in")
        stranger.close()


class TestCalendar:
    def test_is_kept_by_who_administers_the_office(self, desk: Desk, shot: Shoot) -> None:
        thao = desk.at("thao")
        thao.goto("/desk/calendar/")
        thao.click(".dt-years a:has-text('2027')")
        expect(thao.locator("h1")).to_contain_text("2027")
        thao.click("main .dt-button")
        thao.click("main form button")
        expect(thao.locator(".govuk-error-summary li")).to_have_count(3)
        shots(thao, shot, "desk-calendar-errors")
        for part, typed in (("day", "1"), ("month", "12"), ("year", "2027")):
            thao.fill(f"[name=on-{part}]", typed)
        thao.fill("[name=name_vi]", "Mất điện cả phường")
        thao.fill("[name=instrument]", "12/QĐ-UBND ngày 20/11/2026")
        thao.click("main form button")
        expect(thao.locator("main")).to_contain_text("Không ngày hẹn nào thay đổi")
        shots(thao, shot, "desk-calendar-effect")
        thao.click("main form button")
        expect(thao.locator("main")).to_contain_text("Cơ quan đóng cửa Thứ Tư, 01/12/2027")
        thao.click("tbody a:has-text('01/12/2027')")
        shots(thao, shot, "desk-calendar-withdraw")
        thao.fill("#reason", "Có điện trở lại, 13/QĐ-UBND")
        thao.click("main form button")
        expect(thao.locator("main")).to_contain_text("trở lại như ngày thường")
        expect(thao.locator("main")).to_contain_text("Rút ngày")
        shots(thao, shot, "desk-calendar-after")

    def test_shows_no_button_to_who_does_not_keep_it(self, desk: Desk) -> None:
        ha = desk.at("ha")
        ha.goto("/desk/calendar/")
        expect(ha.locator("tbody tr").first).to_be_visible()
        assert ha.locator("main .dt-button").count() == 0
        assert ha.request.get("/desk/calendar/close/").status == 403
        walk_by_keyboard(ha)


def _looks(page: Page, shot: Shoot, name: str) -> None:
    """Hold a page to what everybody must be able to use, and take its pictures where they are wanted."""
    page.evaluate(OPEN)
    assert_accessible_at(page, 1280)
    page.evaluate(TWICE)
    assert_fits(page)
    page.evaluate(AS_BEFORE)
    assert_accessible_at(page, 320)
    assert page.evaluate(CUT_OFF) == [], name
    assert ENGLISH.findall(page.evaluate(SAID)) == [], name
    page.evaluate(LARGER)
    assert_fits(page)
    page.evaluate(LARGER)
    for width in WIDTHS if ALL_PICTURES else ():
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"office-{name}-{width}")


def _walk(desk: Desk, shot: Shoot, names: Collection[str]) -> None:
    facts = at_work_in(desk.town)
    for who, pages in PAGES.items():
        for name in [one for one in pages if one in names]:
            desk.at(who).goto(pages[name].format(**facts))
            _looks(desk.at(who), shot, name)


class TestEveryPage:
    """Accessible, whole on a telephone, and in Vietnamese."""

    def test_of_each_kind(self, desk: Desk, shot: Shoot) -> None:
        _walk(desk, shot, EACH_KIND)

    @pytest.mark.long
    def test_of_all(self, desk: Desk, shot: Shoot) -> None:
        _walk(desk, shot, {name for pages in PAGES.values() for name in pages})
