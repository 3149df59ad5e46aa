"""An applies for her certificate of marital status, corrects it once, and receives it in her vault."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.dossiers.actions import process
from tests.journeys.conftest import Shoot
from tests.journeys.residents import CERTIFICATE, MARRIAGE, Walker, expect_heading
from tests.support.standing import Standing
from tests.support.town import Town, town

LOOK = ("for-whom", "holder", "residence", "marry-whom", "declaration")


@pytest.fixture
def running(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Town]:
    """A town at work for each walk: An's vault must be empty when she begins."""
    assert settings.ROOT_KEY_FILE is not None
    with town(cluster, django_db_blocker, tmp_path, settings.ROOT_KEY_FILE) as it:
        yield it


@pytest.fixture
def site(running: Town) -> str:
    """Address of the pages."""
    return running.address


def find_and_begin(one: Walker, words: str, name: str, person: str) -> None:
    """Find a service by everyday words, sign in where it asks for it, and open a draft."""
    one.page.goto("/")
    one.seen("home")
    one.page.fill("#q", words)
    one.press("Tìm")
    one.seen("search")
    one.go(f"main .dt-card a:has-text('{name}')")
    one.seen("procedure")
    one.press("Bắt đầu")
    if "/account/" in one.page.url:
        one.identify(person)
    one.seen("begin")
    one.press("Tiếp tục")


def file_certificate(one: Walker, desk: Standing) -> None:
    """Answer, check and file; then the second press of the same button files nothing more."""
    find_and_begin(one, "giay doc than", "tình trạng hôn nhân", "an")
    walked = one.answer_all(CERTIFICATE, look=LOOK)
    assert walked[:2] == ["for-whom", "purpose"]
    one.seen("documents")
    one.press("Tiếp tục")
    one.seen("check")
    before, form = desk.count(), one.form_of_this_page()
    one.press("Nộp hồ sơ")
    expect_heading(one.page, "Đã nộp hồ sơ")
    address = one.page.url
    assert one.send_again(form) == address
    assert desk.count() == before + 1
    one.page.goto(address)
    expect_heading(one.page, "Đã nộp hồ sơ")


def correct(one: Walker, desk: Standing) -> None:
    """See every fault at once, each on its own question, and send the corrections."""
    dossier = one.dossier
    desk.accept(dossier)
    desk.ask_to_correct(dossier)
    one.page.goto(f"/dossiers/{dossier}/")
    one.seen("to-correct")
    expect(one.page.locator(".dt-faults li")).to_have_count(2)
    one.go(".dt-faults li:nth-child(2) a")
    expect(one.page.locator(".dt-faults")).to_contain_text("Ghi đủ tên thành phố")
    one.seen("correcting")
    one.answer({"marriage_office": "Ủy ban nhân dân phường Hoàn Kiếm, thành phố Hà Nội"})
    one.press("Lưu và tiếp tục")
    one.press("Gửi phần bổ sung")
    expect(one.page.locator("main")).to_contain_text(desk.row(dossier).code)
    assert desk.row(dossier).state == "processing"
    one.page.goto(f"/dossiers/{dossier}/")


def confirm(one: Walker, desk: Standing) -> None:
    """Look at the draft of the result and confirm it."""
    dossier = one.dossier
    desk.act(process.show_draft, dossier, "minh")
    one.page.goto(f"/dossiers/{dossier}/")
    one.seen("draft")
    one.press("Báo chỗ sai")
    expect(one.page.locator("#note-error")).to_be_visible()
    one.press("Mọi nội dung đều đúng")
    assert desk.row(dossier).state == "draft-confirmed"


def receive(one: Walker, desk: Standing) -> None:
    """Find the signed result in the vault, with its paper."""
    dossier = one.dossier
    desk.conclude(dossier)
    one.page.goto(f"/dossiers/{dossier}/")
    one.until(".dt-papers", "Kết quả đã ký (PDF)")
    one.seen("returned")
    one.press("Xem kết quả trong kho dữ liệu")
    one.until("main", "Tải giấy đã ký")
    one.seen("result")
    one.page.goto("/vault/")
    one.seen("vault")


def verify_offline(one: Walker, folder: Path) -> None:
    """Download the receipt and check it with only the file and the public key."""
    one.until(".dt-papers", "Giấy xác nhận đã nộp, kèm bằng chứng (PDF)")
    with one.page.expect_download() as waiting:
        one.page.click("text=Giấy xác nhận đã nộp, kèm bằng chứng (PDF)")
    paper = folder / "receipt.pdf"
    waiting.value.save_as(paper)
    command = [sys.executable, "-m", "dothi.config.cli", "verify", str(paper), "--key", one.town.ledger_key]
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert "dossiers.submit" in told.stdout
    with one.page.expect_download() as waiting:
        one.page.locator("a:has-text('Bằng chứng trong sổ cái')").first.click()
    assert waiting.value.suggested_filename.endswith(".proof.zip")
    one.page.goto("/verify/")
    one.seen("verify-empty", look=False)
    one.page.set_input_files("#paper", paper)
    one.press("Kiểm tra")
    expect(one.page.locator("main")).to_contain_text("Giấy thật và nguyên vẹn")
    expect(one.page.locator("main")).to_contain_text("Hồ sơ được nộp")
    one.seen("verified")


def follow(one: Walker, code: str) -> None:
    """Follow the dossier in public, by its code and by the address in the QR code; no person is named."""
    one.page.goto("/track/")
    one.seen("track", look=False)
    one.page.fill("#code", code.lower())
    one.press("Tra cứu")
    expect(one.page.locator("h2:has-text('Vì sao có ngày hẹn này')")).to_be_visible()
    assert "Nguyễn" not in one.page.inner_text("main")
    one.seen("tracked")


def apply_for_marriage(one: Walker) -> None:
    """Apply for the marriage; the certificate is taken from the vault before anything is asked."""
    find_and_begin(one, "dang ky ket hon", "Đăng ký kết hôn", "an")
    one.seen("marriage-documents")
    one.press("Lấy từ kho dữ liệu")
    expect(one.page.locator(".govuk-error-message")).to_be_visible()
    one.page.check("input[name=consent]")
    one.press("Lấy từ kho dữ liệu")
    expect(one.page.locator(".dt-notification--success")).to_contain_text("Không phải khai lại")
    one.seen("marriage-saved")
    one.press("Tiếp tục")
    one.answer_all(MARRIAGE)
    one.press("Tiếp tục")
    one.seen("marriage-check", look=False)
    one.press("Nộp hồ sơ")
    expect_heading(one.page, "Đã nộp hồ sơ")
    expect(one.page.locator("main")).to_contain_text("không phải khai lại")


def look_who_read(one: Walker) -> None:
    """See which post read the record, and why."""
    one.page.goto("/reads/")
    expect(one.page.locator("main")).to_contain_text("phường Hoàn Kiếm")
    expect(one.page.locator("main")).to_contain_text("Giải quyết hồ sơ")
    one.seen("reads")


class TestCertificate:
    @pytest.mark.long  # the thread goes this way in every test
    def test_is_applied_for_corrected_received_and_used_again(
        self, page: Page, running: Town, shot: Shoot, tmp_path: Path
    ) -> None:
        walk(Walker(page, running, shot, "with"), tmp_path)

    def test_is_applied_for_corrected_received_and_used_again_without_javascript(
        self, plain_page: Page, running: Town, shot: Shoot, tmp_path: Path
    ) -> None:
        walk(Walker(plain_page, running, shot, "plain"), tmp_path)


def walk(an: Walker, folder: Path) -> None:
    """Do the whole of it."""
    desk = Standing(an.town)
    file_certificate(an, desk)
    an.until(".dt-papers", "(PDF)")
    an.seen("sent")
    dossier = an.dossier
    code = desk.row(dossier).code
    verify_offline_after = an.page.url
    correct(an, desk)
    confirm(an, desk)
    desk.read(dossier)
    receive(an, desk)
    an.page.goto(verify_offline_after)
    verify_offline(an, folder)
    follow(an, code)
    apply_for_marriage(an)
    look_who_read(an)
    an.page.goto("/inbox/")
    an.seen("inbox")
    an.go(".dt-card form button")
    expect(an.page).to_have_url(f"{an.town.address}/dossiers/{an.dossier}/")
