"""Pages of the desk beside the acts: a stranger's file, what was changed, what has moved, long lists."""

import re
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from functools import partial
from html import unescape
from io import BytesIO
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime
from PIL import Image

from dothi.dossiers import queues
from dothi.dossiers.actions import apply, receive
from dothi.dossiers.actions.draft import save_answers
from dothi.dossiers.models import Dossier, Step
from dothi.dossiers.types import Call, Fault
from dothi.foundation.clock import now
from dothi.foundation.files.errors import FileTooLarge, FileTypeNotAccepted, ImageTooLarge
from dothi.foundation.identity.models import Account
from dothi.foundation.ledger.queries import history_of
from dothi.kernel.ids import DossierId, new_id, urn
from dothi.registers.agencies.models import CalendarDay
from dothi.registers.agencies.queries import calendar_of
from tests.integration.desk.test_double_press import official
from tests.support import city, desk
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("city")

GUARDS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin", "Cache-Control": "private, no-store",
}  # fmt: skip
"""What every file goes out with, whatever it is."""
SCRIPT = b"<html><script>document.title='ran';fetch('/-/ready')</script></html>"


def png(width: int = 8, height: int = 8) -> bytes:
    """Return a picture."""
    made = BytesIO()
    Image.new("1", (width, height)).save(made, "PNG")
    return made.getvalue()


def file_of(dossier_id: UUID, browser: Client) -> str:
    """Return the address of the one file of a dossier."""
    page = browser.get(f"/desk/dossiers/{dossier_id}").content.decode()
    found = re.search(r'href="(/desk/[^"]*/files/[^"]*)/view"', page)
    assert found is not None
    return found[1]


class TestFileOfAStranger:
    @pytest.mark.parametrize(
        ("content", "media_type", "policy"),
        [
            (b"%PDF-1.7\n" + SCRIPT, "application/pdf", "default-src 'none'; frame-ancestors 'none'"),
            (png() + SCRIPT, "image/png", "sandbox; default-src 'none'; frame-ancestors 'none'"),
        ],
    )
    def test_that_is_two_things_at_once_is_sent_as_the_inert_one(
        self, content: bytes, media_type: str, policy: str
    ) -> None:
        ha = official("ha")
        answer = ha.get(file_of(desk.made_with_file(content), ha))
        assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
        assert answer["Content-Type"] == media_type
        assert answer["Content-Security-Policy"] == policy
        assert {name: answer[name] for name in GUARDS} == GUARDS
        assert re.fullmatch(r'inline; filename="[0-9a-f-]{36}\.(pdf|png)"', answer["Content-Disposition"])

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            (SCRIPT, FileTypeNotAccepted),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", FileTypeNotAccepted),
            (b"PK\x03\x04" + b"\0" * 100, FileTypeNotAccepted),
            (partial(png, 30_000, 30_000), ImageTooLarge),
            (partial(b"%PDF-1.7\n".ljust, 60_000_000, b"\0"), FileTooLarge),
        ],
        ids=["html", "svg", "zip", "bomb of pixels", "too many bytes"],
    )
    def test_that_is_none_of_the_kinds_or_a_bomb_never_reaches_the_desk(
        self, content: bytes | Callable[[], bytes], refusal: type[Exception]
    ) -> None:
        made = content if isinstance(content, bytes) else content()  # what is large, only by who needs it
        with pytest.raises(refusal):
            desk.made_with_file(made)

    def test_is_shown_beside_the_answers(self) -> None:
        ha = official("ha")
        dossier_id = desk.made_with_file(png())
        page = ha.get(file_of(dossier_id, ha) + "/view").content.decode()
        assert "<img src=" in page
        assert "Nguyễn Thị An" in page


class TestSupplement:
    def test_shows_before_and_after_and_marks_only_the_question_that_was_asked(self) -> None:
        dossier_id = DossierId(desk.made_processing())
        at = now()
        minh, an = city.official("minh", at), city.resident("an", at)
        receive.request_supplement(Call(dossier_id, minh, at), [Fault("", "name-differs")])
        page = official("minh").get(f"/desk/dossiers/{dossier_id}").content.decode()
        assert page.count("(Đã yêu cầu bổ sung)") == 1  # not the partner's name, whose label is the same
        assert "Người nộp đã sửa" not in page
        save_answers(dossier_id=dossier_id, resident=an, answers={"holder_name": "Nguyễn Hoài An"}, at=at)
        apply.supplement(Call(dossier_id, an, now()))
        page = official("minh").get(f"/desk/dossiers/{dossier_id}").content.decode()
        assert "<del>Nguyễn Thị An</del>" in page
        assert "<ins>Nguyễn Hoài An</ins>" in page
        assert page.count("<ins>") == 1

    def test_that_changed_nothing_says_so(self) -> None:
        dossier_id = DossierId(desk.made_at_counter())
        apply.supplement(Call(dossier_id, city.official("ha", now()), now()))
        page = official("ha").get(f"/desk/dossiers/{dossier_id}").content.decode()
        assert "Không câu trả lời nào được sửa" in page


class TestMyWork:
    def test_is_what_one_can_do_and_not_what_a_colleague_has_taken_up(self) -> None:
        code = Dossier.objects.get(pk=desk.made_processing()).code
        desk.employ("nam.hoankiem", ("process",))
        nam = sign_in(Client(SERVER_NAME="localhost"), Account.objects.get(username="nam.hoankiem"))
        assert code in official("minh").get("/desk/").content.decode()
        assert code not in nam.get("/desk/").content.decode()
        assert code in nam.get("/desk/dossiers/").content.decode()


class TestMovedSince:
    def test_counts_the_filed_dossiers_of_ones_units_that_moved(self) -> None:
        before, ha = now(), city.official("ha", now())
        desk.made_submitted()
        assert queues.moved_since(ha, before) == 1
        assert queues.moved_since(ha, now()) == 0
        assert queues.moved_since(city.official("lananh", now()), before) == 0

    def test_is_told_on_the_page_that_asks_again(self) -> None:
        ha, before = official("ha"), now()
        desk.made_submitted()
        page = ha.get("/desk/", {"since": before.isoformat()}).content.decode()
        assert "1 hồ sơ vừa thay đổi" in page
        assert "hồ sơ vừa thay đổi" not in ha.get("/desk/").content.decode()


class TestLongList:
    @pytest.mark.parametrize("order", ["", "newest"])
    def test_of_two_hundred_is_turned_over_page_by_page_and_shows_each_once(self, order: str) -> None:
        two_hundred(desk.made_accepted())
        ha, seen = official("ha"), list[str]()
        page = ha.get("/desk/dossiers/", {"order": order}).content.decode()
        assert "200 hồ sơ" in page
        seen += codes(page)
        while following := re.search(r'href="(\?[^"]*after=[^"]*)"', page):
            page = ha.get("/desk/dossiers/" + unescape(following[1])).content.decode()
            seen += codes(page)
        assert len(seen) == len(set(seen)) == 200
        assert seen == sorted(seen, reverse=order == "newest")

    def test_costs_no_statement_a_row(self) -> None:
        first, ha = desk.made_accepted(), official("ha")
        ha.get("/desk/dossiers/")
        one = statements(ha)
        two_hundred(first)
        assert statements(ha) == one


def two_hundred(dossier_id: UUID) -> None:
    """Copy a dossier and its steps until there are two hundred, each filed and promised a minute later."""
    first = Dossier.objects.get(pk=dossier_id)
    steps, dossiers = list(first.steps.order_by("number")), [first]
    for number in range(1, 200):
        later, copied = timedelta(minutes=number), copy(first)
        copied.id, copied.code = new_id(), f"{first.code[:-4]}{number + 1000}"
        assert first.due_at is not None
        assert first.submitted_at is not None
        copied.due_at, copied.submitted_at = first.due_at + later, first.submitted_at + later
        dossiers.append(copied)
    Dossier.objects.bulk_create(dossiers[1:])
    Step.objects.bulk_create(_step(step, one) for one in dossiers[1:] for step in steps)


def _step(step: Step, dossier: Dossier) -> Step:
    copied = copy(step)
    copied.id, copied.dossier = new_id(), dossier
    return copied


def codes(page: str) -> list[str]:
    """Return the codes of the rows, in their order."""
    return re.findall(r">(H26[^<]+)</a></th>", page)


def statements(browser: Client) -> int:
    """Return how many statements a page of the list costs."""
    with CaptureQueriesContext(connection) as seen:
        assert browser.get("/desk/dossiers/").status_code == 200
    return len(seen)


class TestCalendar:
    DAY = {"on-day": "1", "on-month": "12", "on-year": "2027", "name_vi": "Mất điện", "name_en": "Power cut",
           "instrument": "12/QĐ-UBND"}  # fmt: skip
    ON = date(2027, 12, 1)

    def test_says_what_a_closing_day_does_before_it_is_set(self) -> None:
        thao = official("thao")
        page = thao.post("/desk/calendar/close/", self.DAY).content.decode()
        assert "0 hồ sơ đang mở được hẹn vào ngày này hoặc sau đó" in page
        assert not CalendarDay.objects.filter(unit_id__isnull=False).exists()

    def test_counts_the_open_dossiers_that_were_promised_for_that_day(self) -> None:
        dossier_id = desk.made_accepted()
        due = localtime(Dossier.objects.get(pk=dossier_id).due_at).date()
        that_day = {"on-day": str(due.day), "on-month": str(due.month), "on-year": str(due.year)}
        page = official("thao").post("/desk/calendar/close/", {**self.DAY, **that_day}).content.decode()
        assert "1 hồ sơ được hẹn đúng ngày này" in page
        official("thao").post("/desk/calendar/close/", {**self.DAY, **that_day, "step": "confirm"})
        assert localtime(Dossier.objects.get(pk=dossier_id).due_at).date() == due

    def test_sets_and_withdraws_a_day_and_keeps_what_was_believed(self) -> None:
        thao, unit = official("thao"), city.official("thao", now()).holdings[0].unit_id
        for _ in range(2):
            assert thao.post("/desk/calendar/close/", {**self.DAY, "step": "confirm"}).status_code in (
                302,
                422,
            )
        assert not calendar_of(unit, now()).is_working_day(self.ON)
        assert "12/QĐ-UBND" in thao.get("/desk/calendar/?year=2027").content.decode()
        address = f"/desk/calendar/{self.ON}/withdraw/"
        assert thao.post(address, {"reason": ""}).status_code == 422
        for _ in range(2):
            assert thao.post(address, {"reason": "13/QĐ-UBND"}).status_code == 302
        assert calendar_of(unit, now()).is_working_day(self.ON)
        page = thao.get("/desk/calendar/?year=2027").content.decode()
        assert all(said in page for said in ("Đặt ngày", "12/QĐ-UBND", "Rút ngày", "13/QĐ-UBND"))
        acts = [one.said["act"] for one in history_of(urn(settings.NODE, "calendar", unit))]
        assert acts == ["agencies.calendar.remove-day", "agencies.calendar.set-day"]
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from agencies_calendarday_past where unit_id = %s", [unit])
            assert cursor.fetchone() == (1,)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"on-day": "31", "on-month": "2"}, "một ngày có thật"),
            ({"on-year": "2031"}, "chưa được nhập"),
            ({"on-day": "4"}, "vốn đã không phải ngày làm việc"),
            ({"name_vi": " "}, "Ghi lý do đóng cửa"),
            ({"instrument": ""}, "Ghi văn bản quyết định"),
        ],
    )
    def test_refuses_with_words_beside_the_field(self, typed: dict[str, str], said: str) -> None:
        answer = official("thao").post("/desk/calendar/close/", {**self.DAY, **typed, "step": "confirm"})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not CalendarDay.objects.filter(unit_id__isnull=False).exists()

    def test_is_complete_in_english(self) -> None:
        thao = official("thao")
        thao.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert "Working calendar 2027" in thao.get("/desk/calendar/?year=2027").content.decode()
