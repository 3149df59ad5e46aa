"""
One dossier from filing to the next procedure that uses its result, both sides at real browsers.

The resident and five officials act on the pages only; the town's clock is moved to the next working
day before the resident supplements, so that a clock that starts afresh promises another date.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from dothi.dossiers.models import Dossier
from dothi.dossiers.types import Act
from dothi.foundation.clock import HANOI, civil_date, now
from dothi.foundation.papers.checking import check
from dothi.foundation.papers.credentials import trust_roots
from dothi.foundation.papers.types import Verdict
from dothi.kernel.calendar import WorkCalendar
from dothi.registers.agencies.queries import calendar_of, desk_of
from dothi.web.components import formats
from tests.journeys.conftest import Shoot
from tests.journeys.officials import open_act, press, until_ready
from tests.journeys.residents import CERTIFICATE, MARRIAGE, Walker, expect_heading
from tests.support.desk import Desk
from tests.support.town import Town

TERM = 3
"""Working days that the law gives for a certificate of marital status."""

CORRECTED = "Nguyễn Thị Hoài An"


@pytest.fixture(scope="module")
def site(running: Town) -> str:
    return running.address


@dataclass(frozen=True)
class Thread:
    """The people of one thread, and the dossier that it is about."""

    an: Walker
    desk: Desk
    calendar: WorkCalendar
    dossier: UUID
    code: str

    def open(self, key: str) -> Page:
        """Let an official open the dossier."""
        page = self.desk.at(key)
        page.goto(f"/desk/dossiers/{self.dossier}")
        return page

    def open_own(self) -> None:
        """Let An open the dossier."""
        self.an.page.goto(f"/dossiers/{self.dossier}/")

    def next_day(self, on: date) -> None:
        """Let it be nine o'clock of another day, on which everybody has to sign in again."""
        self.desk.next_day(_nine(on))
        self.an.page.context.clear_cookies()
        self.an.sign_in("an", f"/dossiers/{self.dossier}/")

    @property
    def state(self) -> str:
        """Where the dossier stands."""
        return self.desk.state(self.dossier)


class TestThread:
    def test_runs_from_filing_to_the_next_procedure_that_need_not_ask_again(
        self, page: Page, running: Town, desk: Desk, shot: Shoot, tmp_path: Path
    ) -> None:
        an = Walker(page, running, shot, "thread")
        calendar = running.do(_calendar)
        first, second, third, fourth = _working_days(calendar, 4)
        running.set_clock(_nine(first))
        dossier = file_certificate(an)
        thread = Thread(an, desk, calendar, dossier, desk.code(dossier))
        accept_and_claim(thread, first)
        ask_for_every_correction(thread)
        thread.next_day(second)
        supplement(thread, first, second)
        thread.next_day(third)
        pause(thread)
        thread.next_day(fourth)
        go_on(thread, second)
        show_and_confirm(thread)
        conclude(thread)
        refuse_the_other_ward(thread)
        take_the_result(thread)
        marry(thread)
        look_who_read(thread)
        verify_offline(thread, tmp_path)


def file_certificate(an: Walker) -> UUID:
    """Find the service by everyday words, answer, file; the page confirms, the paper follows."""
    an.page.goto("/")
    _begin(an, "giay doc than", "tình trạng hôn nhân")
    an.answer_all(CERTIFICATE)
    an.press("Tiếp tục")
    an.press("Nộp hồ sơ")
    expect_heading(an.page, "Đã nộp hồ sơ")
    an.seen("01-filed")
    an.until(".dt-papers", "Giấy xác nhận đã nộp, kèm bằng chứng (PDF)", 120)
    return an.dossier


def accept_and_claim(thread: Thread, first: date) -> None:
    """Find it in the queue with its clock, accept it, see what was promised, and take it up."""
    ha = thread.desk.at("ha")
    row = ha.locator("tbody tr", has_text=thread.code)
    expect(row).to_contain_text("Trả lời trước")
    thread.an.shot(ha, "thread-02-queue")
    row.locator("a").first.click()
    ha.click("label[for=accept-components-checked]")
    press(ha, Act.ACCEPT)
    _explains(ha, thread.calendar.add_working_days(first, TERM))
    minh = thread.desk.at("minh")
    minh.goto("/desk/dossiers/")
    expect(minh.locator("tbody tr", has_text=thread.code)).to_contain_text("Còn")
    thread.open("minh")
    press(minh, Act.CLAIM)
    assert thread.state == "processing"


def ask_for_every_correction(thread: Thread) -> None:
    """Ask for two corrections in one request; the clock stands still."""
    minh = thread.open("minh")
    open_act(minh, Act.REQUEST_SUPPLEMENT)
    for fault, note in (("name-differs", f"Thẻ căn cước ghi {CORRECTED}"), ("residence-not-found", "")):
        minh.click(f"label[for=fault-{fault}]")
        minh.fill(f"#note-{fault}", note)
    press(minh, Act.REQUEST_SUPPLEMENT)
    expect(minh.locator(".dt-dossier__head")).to_contain_text("Chờ người nộp")
    thread.an.shot(minh, "thread-03-asked")
    assert thread.desk.acts(thread.dossier).count("request-supplement") == 1


def supplement(thread: Thread, first: date, second: date) -> None:
    """Correct it a working day later; the whole time is counted again from there, and the page says so."""
    an = thread.an
    expect(an.page.locator(".dt-faults li")).to_have_count(2)
    an.page.locator(".dt-faults li a").first.click()
    an.answer({"holder_name": CORRECTED})
    an.press("Lưu và tiếp tục")
    an.press("Gửi phần bổ sung")
    thread.open_own()
    expect(an.page.locator(".dt-why")).to_contain_text("Thời hạn được tính lại từ đầu")
    before, after = (thread.calendar.add_working_days(on, TERM) for on in (first, second))
    assert before != after
    _explains(an.page, after)
    an.seen("04-supplemented")
    _explains(thread.open("minh"), after)


def pause(thread: Thread) -> None:
    """Pause on a lawful ground, which both sides can read."""
    minh = thread.open("minh")
    open_act(minh, Act.PAUSE)
    minh.click("label[for=pause-verification-by-other-ward]")
    press(minh, Act.PAUSE)
    expect(minh.locator(".dt-dossier__head")).to_contain_text("Tạm dừng")
    thread.open_own()
    expect(thread.an.page.locator(".dt-why")).to_contain_text("Chờ nơi thường trú trước đây")
    thread.an.seen("05-paused")


def go_on(thread: Thread, second: date) -> None:
    """Go on a working day later: the promised day moves by that day, and the page says so."""
    minh = thread.open("minh")
    press(minh, Act.RESUME)
    expect(minh.locator("main")).to_contain_text("Thời gian tạm dừng cộng thêm: 1 ngày làm việc")
    _explains(minh, thread.calendar.add_working_days(second, TERM + 1))


def show_and_confirm(thread: Thread) -> None:
    """Show the draft of the result, and let the applicant confirm it."""
    press(thread.open("minh"), Act.SHOW_DRAFT)
    thread.open_own()
    thread.an.seen("06-draft")
    thread.an.press("Mọi nội dung đều đúng")
    assert thread.state == "draft-confirmed"


def conclude(thread: Thread) -> None:
    """Propose, approve by another, sign by a third, and hold the PDF against the city's root."""
    press(thread.open("minh"), Act.PROPOSE)
    press(thread.open("thao"), Act.APPROVE)
    proposed, approved = thread.desk.town.do(_doers, thread.dossier)
    assert proposed != approved
    son = thread.open("son")
    press(son, Act.SIGN)
    assert thread.state == "signed"
    until_ready(son, thread.dossier, "Kết quả đã ký")
    thread.an.shot(son, "thread-07-signed")
    paper = son.locator(".dt-documents a", has_text="Kết quả đã ký").get_attribute("href")
    _signed_by(thread, son.request.get(str(paper)).body(), "Vũ Hồng Sơn")
    press(thread.open("ha"), Act.GIVE_BACK)
    assert thread.state == "returned"


def refuse_the_other_ward(thread: Thread) -> None:
    """An official of another ward may not open it, and the ledger says who tried what."""
    lananh = thread.open("lananh")
    expect(lananh.locator("main")).to_contain_text("thuộc đơn vị khác")
    assert thread.an.town.do(_refusals, thread.dossier) == ["other-unit"]
    thread.an.shot(lananh, "thread-08-refused")


def take_the_result(thread: Thread) -> None:
    """Find the signed result in the vault, with its paper."""
    thread.open_own()
    thread.an.press("Xem kết quả trong kho dữ liệu")
    thread.an.until("main", "Tải giấy đã ký", 120)
    thread.an.seen("09-vault")


def marry(thread: Thread) -> None:
    """Apply for the marriage: the certificate is taken from the vault, and the page says what that saved."""
    an = thread.an
    an.page.goto("/")
    _begin(an, "dang ky ket hon", "Đăng ký kết hôn")
    an.page.check("input[name=consent]")
    an.press("Lấy từ kho dữ liệu")
    saved = an.page.locator(".dt-notification--success")
    expect(saved).to_contain_text("Không phải khai lại")
    an.seen("10-reused")
    an.press("Tiếp tục")
    an.answer_all(MARRIAGE)
    an.press("Tiếp tục")
    an.press("Nộp hồ sơ")
    expect_heading(an.page, "Đã nộp hồ sơ")
    expect(an.page.locator("main")).to_contain_text("không phải khai lại")
    an.seen("11-marriage")


def look_who_read(thread: Thread) -> None:
    """Let the resident see which post read the record, and why."""
    page = thread.an.page
    page.goto("/reads/")
    read = page.locator(".dt-card", has_text=thread.code)
    for post in ("Công chức một cửa", "Công chức tư pháp", "Trưởng bộ phận tư pháp", "Phó Chủ tịch"):
        expect(read.filter(has_text=post).first).to_contain_text("Giải quyết hồ sơ")
    expect(page.locator("main")).not_to_contain_text("Ba Đình")
    thread.an.seen("12-reads")


def verify_offline(thread: Thread, folder: Path) -> None:
    """Check the receipt by `dothi verify` in a process that has no socket, no database and no settings."""
    thread.open_own()
    receipt = folder / "receipt.pdf"
    with thread.an.page.expect_download() as waiting:
        thread.an.page.click("text=Giấy xác nhận đã nộp, kèm bằng chứng (PDF) >> nth=0")
    waiting.value.save_as(receipt)
    told = _verify(receipt, thread.an.town.ledger_key)
    assert told.returncode == 0, told.stderr
    assert "dossiers.submit" in told.stdout
    changed = bytearray(receipt.read_bytes())
    changed[len(changed) // 3] ^= 1
    receipt.write_bytes(changed)
    assert _verify(receipt, thread.an.town.ledger_key).returncode != 0


OFFLINE = """
import socket, sys
def refuse(*_, **__): raise OSError("no network in this process")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from dothi.config.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _verify(paper: Path, key: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", OFFLINE, "verify", str(paper), "--key", key]
    bare = {"PATH": os.environ["PATH"]}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=bare, cwd=paper.parent)


def _begin(an: Walker, words: str, name: str) -> None:
    an.page.fill("#q", words)
    an.press("Tìm")
    an.page.click(f"main .dt-card a:has-text('{name}')")
    an.press("Bắt đầu")
    if "/account/" in an.page.url:
        an.identify("an")
    an.press("Tiếp tục")


def _explains(page: Page, due_on: date) -> None:
    """Hold that the page explains this date as the promised one."""
    expect(page.locator("main")).to_contain_text(f"Hẹn trả ngày {formats.weekday(due_on)}")


def _signed_by(thread: Thread, pdf: bytes, signer: str) -> None:
    """Hold the signature against the city's root, and hold that one changed byte breaks it."""
    report = thread.desk.town.do(lambda: check(pdf, trust_roots(), now()))
    assert (report.verdict, report.signer) == (Verdict.GENUINE, signer)
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    spoilt = thread.desk.town.do(lambda: check(bytes(changed), trust_roots(), now()))
    assert spoilt.verdict is not Verdict.GENUINE


def _calendar() -> WorkCalendar:
    return calendar_of(desk_of("00070", civil_date(now())).id, now())


def _working_days(calendar: WorkCalendar, count: int) -> list[date]:
    """Return the next working days from tomorrow on."""
    today = civil_date(datetime.now(UTC))
    return [calendar.add_working_days(today, number) for number in range(1, count + 1)]


def _nine(on: date) -> datetime:
    return datetime.combine(on, time(9), HANOI)


def _doers(dossier: UUID) -> tuple[str, str]:
    done = Dossier.objects.get(pk=dossier).done_by
    return done[Act.PROPOSE], done[Act.APPROVE]


def _refusals(dossier: UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED, [str(dossier)])
        return [reason for (reason,) in cursor.fetchall()]


_REFUSED = """
    select convert_from(body, 'UTF8')::json #>> '{facts,reason}' from ledger_entry
    where act = 'identity.act.refused' and convert_from(body, 'UTF8')::json #>> '{facts,of,dossier_id}' = %s
"""
