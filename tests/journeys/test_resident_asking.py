"""An finds a service in her own words and is asked: one question a page, filled in, kept, corrected."""

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from dothi.procedures.types import Json
from tests.journeys.conftest import Shoot
from tests.journeys.residents import CERTIFICATE, Walker, expect_heading
from tests.support.standing import Standing
from tests.support.town import Town

EVERYDAY = (
    "xac nhan doc than", "giay doc than", "giấy xác nhận độc thân", "giay doc thna", "xac nhân độc thân",
    "giấy độc thâm", "giay chung nhan chua ket hon",
)  # fmt: skip
LIMIT = 15 * 1024 * 1024


@pytest.fixture(scope="module")
def site(running: Town) -> str:
    return running.address


@pytest.fixture
def an(page: Page, running: Town, shot: Shoot) -> Walker:
    """An, signed in."""
    walker = Walker(page, running, shot, "asking")
    walker.sign_in("an")
    return walker


def asked(one: Walker, page_id: str, **answers: Json) -> str:
    """Return the address of a question page of a new draft of An's, and open it."""
    dossier = Standing(one.town).drafted(**answers)
    address = f"/dossiers/{dossier}/questions/{page_id}/"
    one.page.goto(address)
    return address


def picture(name: str = "giay-cu.png", more: int = 0) -> FilePayload:
    """A small photograph, made larger by so many bytes that its reader does not need."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue() + b"\0" * more}


class TestFinding:
    def test_understands_everyday_words_without_marks_and_with_slips(self, page: Page) -> None:
        page.goto("/")
        for words in EVERYDAY:
            page.fill("#q", words)
            with page.expect_navigation():
                page.keyboard.press("Enter")
            first = page.locator(".dt-card").first
            expect(first, f"nothing right for {words!r}").to_contain_text("tình trạng hôn nhân")

    def test_says_what_else_to_do_when_nothing_fits(self, page: Page) -> None:
        page.goto("/procedures/?q=mua+tau+vu+tru")
        expect(page.locator(".dt-empty")).to_contain_text("bộ phận một cửa")
        expect(page.locator(".dt-card")).to_have_count(0)


class TestQuestion:
    def test_comes_filled_in_and_says_from_where(self, an: Walker) -> None:
        address = asked(an, "holder")
        expect(an.page.locator("h1")).to_have_count(1)
        expect(an.page.locator("[name=holder_name]")).to_have_value("Nguyễn Thị An")
        source = an.page.locator(".dt-provenance")
        expect(source).to_have_count(1)
        expect(source).to_contain_text("Cơ sở dữ liệu quốc gia về dân cư")
        an.answer({"holder_ethnicity": "Tày"})
        an.press("Lưu và tiếp tục")
        an.page.goto(address)
        # What she wrote herself is hers; the other five still say where they came from.
        expect(source).to_have_count(5)
        expect(
            an.page.locator(".govuk-form-group:has([name=holder_ethnicity]) .dt-provenance")
        ).to_have_count(0)

    def test_that_rules_her_out_says_why_by_which_law_and_what_to_do(self, an: Walker) -> None:
        asked(an, "purpose")
        an.answer({"purpose": "marriage-mission"})
        an.press("Lưu và tiếp tục")
        expect_heading(an.page, "Hiện chưa nộp được hồ sơ này")
        for told in ("cơ quan đại diện nước ngoài", "Có thể làm gì", "Căn cứ:", "163/QĐ-BTP"):
            expect(an.page.locator("main")).to_contain_text(told)
        an.press("Xem lại các câu trả lời")
        expect(an.page.locator("h1")).to_contain_text("Xin giấy cho ai?")

    def test_of_a_list_grows_shrinks_and_is_kept(self, an: Walker) -> None:
        asked(an, "residence-history", lived_elsewhere=True)
        an.answer(place(0, "12 phố Huế", "2018-01-01", "2020-06-30"))
        an.press("Thêm một mục nữa")
        an.answer(place(1, "Nhầm"))
        an.press("Thêm một mục nữa")
        an.answer(place(2, "5 phố Cầu Gỗ", "2020-07-01", "2024-12-31"))
        an.go("button[name=remove][value='residence_history-1']")
        expect(an.page.locator("fieldset.dt-group")).to_have_count(2)
        an.press("Lưu và tiếp tục")
        an.page.goto(f"/dossiers/{an.dossier}/check/")
        written = an.page.locator("main")
        expect(written).to_contain_text("12 phố Huế; 01/01/2018; 30/06/2020")
        expect(written).to_contain_text("5 phố Cầu Gỗ; 01/07/2020; 31/12/2024")
        expect(written).not_to_contain_text("Nhầm")

    def test_is_kept_while_it_is_written_and_says_when_it_cannot_be(self, an: Walker) -> None:
        address = asked(an, "marry-where")
        told = an.page.locator(".dt-saved")
        an.answer({"marriage_office": "Ủy ban nhân dân phường Ba Đình"})
        expect(told).to_contain_text("Đã lưu lúc")
        an.page.context.set_offline(True)
        an.answer({"marriage_office": "Ủy ban nhân dân xã Sóc Sơn"})
        expect(told).to_contain_text("mất kết nối")
        expect(an.page.locator("[name=marriage_office]")).to_have_value("Ủy ban nhân dân xã Sóc Sơn")
        an.page.context.set_offline(False)
        an.page.goto(address)
        expect(an.page.locator("[name=marriage_office]")).to_have_value("Ủy ban nhân dân phường Ba Đình")


def place(number: int, where: str, from_date: str = "", to_date: str = "") -> dict[str, str]:
    """Return the answers of one item of the list of former residences."""
    start = f"residence_history-{number}-"
    dates = {"from_date": from_date, "to_date": to_date}
    return {f"{start}place": where, **{start + name: day for name, day in dates.items() if day}}


class TestUpload:
    def test_is_received_shown_and_can_be_looked_at_again(self, an: Walker) -> None:
        address = asked(an, "earlier-certificate", issued_before="have-it")
        sent = picture()
        an.page.set_input_files("input[type=file]", sent)
        expect(an.page.locator("[data-preview] img")).to_be_visible()
        an.press("Lưu và tiếp tục")
        an.page.goto(address)
        link = an.page.locator(".dt-file a")
        expect(link).to_have_text("giay-cu.png")
        received = an.page.request.get(link.get_attribute("href") or "")
        assert (received.headers["content-type"], received.body()) == ("image/png", sent["buffer"])

    @pytest.mark.parametrize(
        ("file", "told"),
        [
            ({"name": "don.pdf", "mimeType": "application/pdf", "buffer": b"MZ no paper"}, "PDF"),
            (picture(more=LIMIT), "15 MB"),
        ],
    )
    def test_that_cannot_be_taken_is_refused_by_name_and_nothing_else_is_lost(
        self, plain_page: Page, running: Town, shot: Shoot, file: FilePayload, told: str
    ) -> None:
        an = Walker(plain_page, running, shot, "asking")
        an.sign_in("an")
        asked(an, "residence-history", lived_elsewhere=True)
        an.answer(place(0, "12 phố Huế", "2018-01-01", "2020-06-30"))
        plain_page.set_input_files("input[type=file]", file)
        an.press("Lưu và tiếp tục")
        expect(plain_page.locator("#history_evidence-error")).to_contain_text(told)
        expect(plain_page.locator(".govuk-error-summary a[href='#history_evidence']")).to_be_visible()
        expect(plain_page.locator("[name=residence_history-0-place]")).to_have_value("12 phố Huế")
        an.shot(plain_page, f"asking-refused-{told.split()[0].lower()}")
        an.press("Lưu và tiếp tục")
        expect_heading(plain_page, "Tình trạng hôn nhân")

    def test_that_is_interrupted_is_sent_again_by_the_same_button(self, an: Walker) -> None:
        address = asked(an, "earlier-certificate", issued_before="have-it")
        an.page.set_input_files("input[type=file]", picture())
        an.page.route("**/questions/earlier-certificate/", lambda route: route.abort("internetdisconnected"))
        an.page.click("main .dt-button:has-text('Lưu và tiếp tục')")
        expect(an.page.locator("[data-sending]")).to_contain_text("bấm nút lần nữa")
        an.page.unroute_all()
        an.press("Lưu và tiếp tục")
        an.page.goto(address)
        expect(an.page.locator(".dt-file a")).to_have_text("giay-cu.png")


class TestInEnglish:
    def test_the_main_way_speaks_english_from_search_to_tracking(self, an: Walker) -> None:
        page = an.page
        page.goto("/")
        an.go("button[name=language]")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.fill("#q", "single certificate")
        an.press("Find")
        an.go(".dt-card a")
        expect_heading(page, "Certificate of marital status")
        an.press("Start now")
        an.press("Continue")
        walked = an.answer_all(CERTIFICATE, onward="Save and continue")
        assert walked[:3] == ["for-whom", "purpose", "holder"]
        an.press("Continue")
        expect_heading(page, "Check before filing")
        an.press("File the dossier")
        expect_heading(page, "Dossier filed")
        an.shot(page, "english-sent")
        an.go("main a:has-text('Public page')")
        for told in ("Handled by", "How the time is counted", "One-stop desk"):
            expect(page.locator("main")).to_contain_text(told)
