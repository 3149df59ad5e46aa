"""What JavaScript adds to a form, and that the form does without it."""

from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import Shoot

GALLERY = "/components/"
PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text', text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


class TestDate:
    def test_fills_three_fields_from_one_paste(self, page: Page) -> None:
        page.goto(GALLERY)
        for typed in ("05/03/2001", "2001-03-05", " 05.03.2001 ", "ngày 05 tháng 03 năm 2001"):
            page.fill("#married_on", "")
            page.focus("#married_on")
            page.evaluate(PASTE, typed)
            values = [page.input_value(f"#married_on{part}") for part in ("", "-month", "-year")]
            assert values == ["05", "03", "2001"], typed


class TestPicker:
    def test_finds_a_ward_without_marks(self, page: Page) -> None:
        page.goto(GALLERY)
        page.fill("#ward", "cau giay")
        expect(page.locator("[role=option]")).to_have_count(1)
        assert_accessible(page)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert page.input_value("#ward") == "Phường Cầu Giấy"
        assert page.locator("#ward-select").input_value() == "00166"

    def test_sends_nothing_rather_than_an_old_choice(self, page: Page) -> None:
        page.goto(GALLERY)
        page.fill("#ward", "không có phường này")
        expect(page.locator(".dt-picker__status")).to_have_text("Không có phường, xã nào tên như vậy")
        page.focus("#phone")
        expect(page.locator("#ward-select")).to_have_value("")

    def test_is_a_plain_select_without_javascript(self, plain_page: Page) -> None:
        plain_page.goto(GALLERY)
        plain_page.select_option("select[name=ward]", "00004")
        assert plain_page.input_value("select[name=ward]") == "00004"


class TestForm:
    def test_is_not_sent_by_the_enter_that_ends_a_composition(self, page: Page) -> None:
        page.goto(GALLERY)
        sent = page.evaluate("""() => {
          const input = document.querySelector('#full_name');
          const facts = {key: 'Enter', isComposing: true, bubbles: true, cancelable: true};
          return input.dispatchEvent(new KeyboardEvent('keydown', facts));
        }""")
        assert sent is False

    def test_is_sent_once_however_often_the_button_is_pressed(self, page: Page) -> None:
        page.goto("/components/view/")
        prevented = page.evaluate("""() => {
          const form = document.querySelector('main form');
          const send = () => form.dispatchEvent(new SubmitEvent('submit', {cancelable: true, bubbles: true}));
          return [send(), send()];
        }""")
        assert prevented == [True, False]


class TestUpload:
    def test_shows_a_photograph_before_it_is_sent(self, page: Page, shot: Shoot) -> None:
        page.goto(GALLERY)
        picture = page.locator("#judgment")
        picture.set_input_files("frontend/public/sign.png")
        expect(page.locator("[data-preview] img")).to_be_visible()
        picture.set_input_files({"name": "x.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})
        expect(page.locator("[data-preview] [role=status]")).to_have_text("Không nhận loại tệp này")


class TestMenu:
    def test_closes_by_escape_and_gives_the_focus_back(self, page: Page) -> None:
        page.goto(GALLERY)
        page.click("[data-menu] summary")
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(page.locator("[data-menu]")).not_to_have_attribute("open", "")


class TestProblemPages:
    def test_are_accessible_too(self, page: Page, shot: Shoot) -> None:
        page.goto("/no/such/page")
        assert_accessible(page)
        shot(page, "problem-404")
        page.goto("/components/plain/")
        assert_accessible(page)
        shot(page, "problem-500")
