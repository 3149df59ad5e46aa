"""The pages of incidents, units, runbooks and warnings: every act by its form, and nothing said as HTML."""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from dothi.foundation.bitemporal import facts
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Holding
from dothi.foundation.identity.models import Account
from dothi.foundation.ledger.queries import history_of
from dothi.incidents.actions import warnings as acts
from dothi.incidents.actions.runbooks import begin, take_step
from dothi.incidents.models import PublicWarning
from dothi.incidents.queries import incident, public_warnings, runs_of, timeline, units_at, whole_of
from dothi.incidents.shifts.actions import Left, hand_over
from dothi.incidents.shifts.queries import handovers
from dothi.incidents.types import EntryKind, IncidentId
from dothi.incidents.warning_types import Status
from dothi.kernel.ids import new_id, urn
from dothi.registers.agencies.models import Post, PostHolding
from dothi.web.accounts import sessions
from dothi.web.center.urls import urlpatterns
from tests.support import center as centers
from tests.support.center import HOAN_KIEM, Center, call, center, later, opened, unit
from tests.support.people import give_post, signed_in
from tests.support.warnings import WORDS, approved, drafted, issued, new, updated

BEFORE_ANY_POST = "2025-01-01T00:00:00Z"
EVIL = '"><script>alert(1)</script><img src=x onerror=1>'


@dataclass(frozen=True)
class Desk:
    """A center of an hour ago, and the browsers of who operates it and of who approves."""

    ioc: Center
    van: Client
    bao: Client


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    began = now() - timedelta(hours=1)
    monkeypatch.setattr(centers, "AT", began)
    monkeypatch.setattr("tests.support.warnings.AT", began)
    ioc = center()
    of = {"van.trang": ["operate", "dispatch", "draft_warning"], "bao.trang": ["operate", "approve_warning"]}
    browsers = [
        signed_in(Client(SERVER_NAME="localhost"), name, duties, ioc.unit_id) for name, duties in of.items()
    ]
    return Desk(ioc, *browsers)


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def do(browser: Client, path: str, **sent: object) -> str:
    """Press a button; return the page that follows."""
    answer = browser.post(path, {"key": str(new_id()), **sent}, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def forms(shown: str) -> set[str]:
    """Return the acts that a page offers, by the last part of their address."""
    return {found.split("?")[0].split("/")[-1] for found in re.findall(r'<form[^>]*action="([^"]+)"', shown)}


class TestIncident:
    def test_offers_every_act_that_is_possible_and_to_nobody_else(self, desk: Desk) -> None:
        key, _other = opened(desk.ioc), opened(desk.ioc)
        unit(desk.ioc, "Bơm 1")
        path = f"/center/incidents/{key}"
        every = {
            "note", "join-word", "merge", "close-roads", "assess", "stabilize", "close", "send",
            "begin-runbook",
        }  # fmt: skip
        assert forms(page(desk.van, path)) >= every
        assert not forms(page(desk.bao, path)) & {"send"}
        do(desk.van, f"{path}/close", cause="gone", note="x")
        assert not forms(page(desk.van, path)) & every

    def test_gathers_a_call_and_merges_and_both_codes_lead_to_it(self, desk: Desk) -> None:
        one, other = opened(desk.ioc), opened(desk.ioc)
        shown = do(
            desk.van,
            f"/center/incidents/{other}/join-word",
            origin="call",
            note="Nước vào nhà",
            reference="7",
        )
        assert "Nước vào nhà" in shown
        code = incident(other, now()).code
        shown = do(desk.van, f"/center/incidents/{other}/merge", into=str(one))
        assert f"/center/incidents/{one}/note" in shown
        assert code in shown
        assert f"/center/incidents/{one}" in page(desk.van, f"/center/incidents/{other}")
        answer = desk.van.get("/center/incidents/", {"code": code.lower()})
        assert answer["Location"] == f"/center/incidents/{one}"
        assert len(whole_of(one)) == 2

    def test_is_shown_after_the_post_that_acted_has_ended(self, desk: Desk) -> None:
        days_ago = -3 * 24 * 60
        key = opened(desk.ioc, days_ago)
        begin(call(key, desk.ioc.van, days_ago + 1), code="flooded-point", device="ngap-1")
        (run,) = runs_of(key)
        take_step(call(key, desk.ioc.van, days_ago + 2), run_id=run.id, step_id="close-road")
        hand_over(note="Xong", left=Left(1, 0), actor=desk.ioc.van, at=later(days_ago + 3), key=new_id())
        ended = DateRange(civil_date(now()) - timedelta(days=1), None)
        post_id = desk.ioc.van.holdings[0].post_id
        held = PostHolding.objects.get(post_id=post_id).key
        gone = [facts.retract(PostHolding, held, ended), facts.retract(Post, post_id, ended)]
        facts.record(gone, at=now())
        assert "bằng tay: Công chức" in page(desk.bao, f"/center/incidents/{key}")
        assert "Xong" in page(desk.bao, "/center/shifts/")

    def test_of_an_unknown_code_says_so_beside_the_list(self, desk: Desk) -> None:
        opened(desk.ioc)
        answer = desk.van.get("/center/incidents/", {"code": EVIL})
        assert answer.status_code == 404
        shown = answer.content.decode()
        assert "Ngập phố Hàng Bài" in shown
        assert "<script>alert" not in shown

    def test_runs_through_a_runbook_by_hand(self, desk: Desk) -> None:
        key = opened(desk.ioc)
        path = f"/center/incidents/{key}"
        answer = desk.van.post(
            f"{path}/begin-runbook?code=flooded-point", {"key": str(new_id()), "device": ""}
        )
        assert answer.status_code == 409
        shown = do(desk.van, f"{path}/begin-runbook?code=flooded-point", device="ngap-1")
        assert "Rào chắn" in shown
        assert "ngap-1" in shown
        (run,) = runs_of(key)
        shown = do(desk.van, f"{path}/take-step?run={run.id}&step=close-road")
        assert "bằng tay: Công chức" in shown
        shown = do(desk.van, f"{path}/take-step?run={run.id}&step=pump")
        assert "chờ cảm biến" in shown
        answer = desk.van.post(f"{path}/close", {"key": str(new_id()), "cause": "handled", "note": "xong"})
        assert answer.status_code == 409
        assert "Bật máy bơm" in answer.content.decode()

    def test_bears_any_form(self, desk: Desk) -> None:
        key = opened(desk.ioc)
        sent = {"note": EVIL, "into": EVIL, "alert": "", "radius": EVIL, "device": EVIL}
        for path in (
            "take-step?run=x&step=y", f"take-step?run={UUID(int=3)}&step=pump", "merge", "join-alert",
            "send?unit=x", "close-roads", "begin-runbook", "no-such",
        ):  # fmt: skip
            answer = desk.van.post(f"/center/incidents/{key}/{path}", {"key": str(new_id()), **sent})
            assert answer.status_code in (404, 409, 422), path
            assert "<script>alert" not in answer.content.decode()
        assert len(timeline(key, now())) == 1

    def test_shows_what_was_written_as_text(self, desk: Desk) -> None:
        key = opened(desk.ioc, title=EVIL[:100])
        do(desk.van, f"/center/incidents/{key}/note", note=EVIL)
        shown = page(desk.van, f"/center/incidents/{key}")
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert" not in shown

    def test_sent_twice_is_done_once(self, desk: Desk) -> None:
        key, once = opened(desk.ioc), str(new_id())
        for _ in range(2):
            sent = {"key": once, "origin": "report", "note": "Ảnh", "seen": "1"}
            assert desk.van.post(f"/center/incidents/{key}/join-word", sent).status_code == 302
        kinds = [line.kind for line in timeline(IncidentId(key), now())]
        assert kinds == [EntryKind.OPENED, EntryKind.REPORT_JOINED]


class TestUnits:
    def test_are_taken_off_and_put_on_and_told_where_they_are(self, desk: Desk) -> None:
        pump = unit(desk.ioc, "Bơm 1")
        unit(desk.ioc, "Bơm 2", seen=None)
        shown = page(desk.van, "/center/units/")
        assert "vị trí cũ" in shown
        assert "coi như đang ở trụ sở" in shown
        do(desk.van, f"/center/units/{pump}/off")
        assert units_at(now())[0].state == "off"
        do(desk.van, f"/center/units/{pump}/on")
        assert not forms(page(desk.bao, "/center/units/")) & {"on", "off", "bind"}
        answer = desk.van.post(f"/center/units/{pump}/bind", {"key": str(new_id()), "device": EVIL})
        assert answer.status_code == 422
        assert "<script>alert" not in answer.content.decode()

    def test_roads_are_closed_and_opened(self, desk: Desk) -> None:
        key = opened(desk.ioc)
        do(desk.van, f"/center/incidents/{key}/close-roads", radius="100")
        shown = page(desk.van, "/center/units/")
        (path,) = re.findall(r'action="(/center/roads/[^"]+)"', shown)
        theirs = desk.ioc.ward.holdings[0].unit_id
        ward = signed_in(Client(SERVER_NAME="localhost"), "phuong.trang", ["operate", "dispatch"], theirs)
        assert "open" not in forms(page(ward, "/center/units/"))
        assert "open" not in forms(do(desk.van, path))


class TestRunbooks:
    def test_are_listed_with_their_steps_and_conditions(self, desk: Desk) -> None:
        shown = page(desk.bao, "/center/runbooks/")
        assert "Xử lý điểm ngập" in shown
        assert "dưới 0,05 m" in shown
        assert "chưa kiểm chứng" in shown


def listed(shown: str) -> list[str]:
    """Return the ids of the warnings on a page of the list, in its order."""
    return re.findall(r'id="warning-([^"]+)"', shown)


class TestWarnings:
    def test_are_listed_by_how_they_stand_and_page_by_page(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dothi.web.center.views.warnings.PAGE", 2)
        soon = centers.AT + timedelta(minutes=30)
        over = [issued(desk.ioc, number, expires_at=soon) for number in range(4)]
        refused = drafted(desk.ioc)
        acts.refuse(warning_id=refused, note="Nước đã rút", actor=desk.ioc.bao, at=later(5), key=new_id())
        stands, waits = issued(desk.ioc, 6, status=Status.EXERCISE), drafted(desk.ioc, 7)
        first = page(desk.bao, "/center/warnings/")
        assert listed(first) == [str(one) for one in (waits, stands, refused, over[3])]
        for said in ("chờ duyệt", "Diễn tập", "đang có hiệu lực", "bị từ chối", "Hoàn Kiếm"):
            assert said in first
        found, shown = listed(first), first
        while path := re.search(r'rel="next" href="([^"]+)"', shown):
            shown = page(desk.bao, path[1])
            found += listed(shown)
        assert found[4:] == [str(one) for one in (over[2], over[1], over[0])]
        assert 'href="/center/warnings/">Mới nhất' in shown
        assert listed(page(desk.bao, "/center/warnings/?before=x")) == listed(first)

    def test_of_another_center_are_read_once_they_are_issued(self, desk: Desk) -> None:
        draft, stands = drafted(desk.ioc), issued(desk.ioc, 1)
        update = acts.draft_update(new=new(), replaces=stands, actor=desk.ioc.van, at=later(2), key=new_id())
        duties, theirs = ["draft_warning", "approve_warning"], desk.ioc.ward.holdings[0].unit_id
        ward = signed_in(Client(SERVER_NAME="localhost"), "phuong.trang", duties, theirs)
        assert listed(page(ward, "/center/warnings/")) == [str(stands)]
        shown = page(ward, f"/center/warnings/{stands}")
        assert not forms(shown) & {"cancel", "approve", "refuse", "discard"}
        assert str(update) not in shown
        for hidden in (draft, update):
            assert ward.get(f"/center/warnings/{hidden}").status_code == 404
        assert ward.get(f"/center/warnings/{stands}/update").status_code == 403

    def test_go_back_in_time_as_they_stood(self, desk: Desk) -> None:
        stood = issued(desk.ioc, 0)
        waited, shelved = drafted(desk.ioc, 1), drafted(desk.ioc, 2)
        acts.refuse(warning_id=shelved, note="Nước đã rút", actor=desk.ioc.bao, at=later(10), key=new_id())
        approved(desk.ioc, waited, 11)
        update = updated(desk.ioc, stood, 12)
        moments = {
            0.5: [stood], 5: [waited, shelved, stood], 10.5: [waited, stood, shelved],
            11.5: [waited, stood, shelved], 13: [update, waited, shelved, stood],
        }  # fmt: skip
        for minutes, standing in moments.items():
            shown = page(desk.bao, _then(minutes))
            assert listed(shown) == [str(one) for one in standing], minutes
            assert "warnings/new" not in page(desk.van, _then(minutes))
        assert page(desk.bao, _then(5)).count("chờ duyệt") == 2

    def test_are_as_known_what_had_been_done_by_then(self, desk: Desk) -> None:
        soon = centers.AT + timedelta(minutes=20)
        stood, later_one = issued(desk.ioc, 0, expires_at=soon), issued(desk.ioc, 10)
        update = updated(desk.ioc, stood, 12)
        asked = _then(15)
        assert listed(page(desk.bao, asked)) == [str(one) for one in (update, later_one, stood)]
        known = f"{asked}&{urlencode({'known_at': later(5).isoformat()})}"
        assert listed(page(desk.bao, known)) == [str(stood)]
        shown = page(desk.bao, known.replace("/warnings/", f"/warnings/{stood}"))
        assert "đang có hiệu lực" in shown
        assert str(update) not in shown
        assert not forms(shown) & {"cancel", "update"}
        # That a warning had ended by itself one needs not to be told.
        known = f"{_then(25)}&{urlencode({'known_at': later(5).isoformat()})}"
        assert "hết hiệu lực" in page(desk.bao, known)
        assert listed(page(desk.bao, known)) == [str(stood)]
        assert "đang có hiệu lực" not in page(desk.bao, known.replace("/warnings/", f"/warnings/{stood}"))

    def test_lead_back_to_the_list_of_the_same_moment(self, desk: Desk) -> None:
        key = drafted(desk.ioc, 5)
        query = _then(6).partition("?")[2]
        shown = page(desk.bao, f"/center/warnings/{key}?{query}")
        assert f'href="/center/warnings/?{html.escape(query)}"' in shown
        assert "chờ duyệt" in shown
        assert not forms(shown) & {"approve", "refuse", "discard"}
        assert desk.bao.get(_then(4).replace("?", f"{key}?")).status_code == 404
        assert html.escape(query) in page(desk.bao, _then(6).replace("warnings/", ""))

    @pytest.mark.parametrize("at", ["0001-01-01", "9999-12-31T23:59", "NaN", "2026-13-01", "-1", "x" * 9000])
    @pytest.mark.parametrize("path", ["", "warnings/", "incidents/", "timeline", "situation"])
    def test_of_no_moment_are_refused(self, desk: Desk, path: str, at: str) -> None:
        assert desk.bao.get(f"/center/{path}", {"at": at}).status_code == 422


def _then(minutes: float) -> str:
    """Return the address of the list so many minutes after the center began."""
    return f"/center/warnings/?{urlencode({'at': later(minutes).isoformat()})}"


class TestThePast:
    def test_from_before_one_s_post_is_shown_by_the_authority_of_now(self, desk: Desk) -> None:
        paths = [reverse(f"center:{one.name}") for one in urlpatterns if "<" not in str(one.pattern)]
        paths += ["/center/layers/stops", "/center/figures/floods", "/center/figures/late"]
        shown = [path for path in paths if desk.van.get(path).status_code == 200]
        assert {"/center/", "/center/warnings/", "/center/timeline"} <= set(shown)
        before = {path: desk.van.get(path, {"at": BEFORE_ANY_POST}).status_code for path in shown}
        assert before == dict.fromkeys(shown, 200)


class TestFigures:
    def test_lead_to_what_they_are_made_of_at_the_same_moment(self, desk: Desk) -> None:
        query = html.escape(_then(30).partition("?")[2])
        shown = page(desk.bao, _then(30).replace("warnings/", ""))
        ways = (
            "figures/rain",
            "figures/river",
            "figures/floods",
            "figures/air",
            "incidents/",
            "figures/late",
        )
        for way in (*ways, "figures/due_today"):
            assert f'href="/center/{way}?{query}"' in shown
        for name in ("late", "due_today"):
            made_of = page(desk.bao, f"/center/figures/{name}?{query.replace('&amp;', '&')}")
            assert "Không có hồ sơ đến hạn hôm nay hoặc quá hạn" in made_of


class TestTwoPosts:
    """Who holds a post of a ward and one of the center acts in the center by the post of the center."""

    @pytest.fixture
    def both(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Client:
        account = Account.objects.get(username="van.trang")
        self.ward = give_post(account, ["process", "sign"])
        ward = self.ward.unit_id

        def all_of_them(holdings: tuple[Holding, ...], _post: UUID | None) -> tuple[Holding, ...]:
            return tuple(sorted(holdings, key=lambda one: one.unit_id != ward))

        monkeypatch.setattr(sessions, "_through", all_of_them)
        return desk.van

    def test_hand_over_and_plan_for_the_center(self, desk: Desk, both: Client) -> None:
        assert "Bàn giao ca" in page(both, "/center/shifts/")
        do(both, "/center/shifts/hand", note="Bơm Hàng Bài đang chạy")
        (given,) = handovers(desk.ioc.unit_id, now())
        assert given.given_post != self.ward.post_id
        assert "Bơm Hàng Bài" in page(both, "/center/shifts/")
        entry = history_of(urn(settings.NODE, "center", desk.ioc.unit_id), limit=1)[0]
        assert entry.said["actor"]["post"] == str(given.given_post)
        do(desk.bao, "/center/shifts/take")
        (taken,) = handovers(desk.ioc.unit_id, now())
        assert taken.taken_at is not None

    def test_order_and_open_the_report_of_the_center(self, desk: Desk, both: Client) -> None:
        answer = both.post("/center/reports/", {"key": str(new_id())})
        # It is the center's, so it is there and only not made yet.
        assert both.get(f"{answer['Location']}.pdf").status_code == 503


class TestChoices:
    def test_are_told_with_their_reasons_and_without_who_is_on_the_way(self, desk: Desk) -> None:
        key, pump = opened(desk.ioc), unit(desk.ioc, "Bơm 1", seen=None)
        unit(desk.ioc, "Xe thang", kind="fire-engine")
        for number in range(12):
            unit(desk.ioc, f"Tổ bơm {number}", seen=None)
        shown = do(desk.van, f"/center/incidents/{key}/send?unit={pump}")
        assert "đang ở sự cố khác" not in shown
        assert "không đúng loại" in shown
        assert "thêm 1" in shown
        assert "Gần nhất trong số phù hợp, tính theo khoảng cách." in shown


class TestNavigation:
    def test_leads_everywhere_and_marks_where_one_is(self, desk: Desk) -> None:
        key = opened(desk.ioc)
        shown = page(desk.bao, f"/center/incidents/{key}")
        named = ("timeline", "incidents/", "warnings/", "units/", "runbooks/", "rules/", "shifts/")
        for name in ("", *named):
            assert f'<a href="/center/{name}"' in shown
        assert '<a href="/center/incidents/" aria-current="true">' in shown
        assert '<a href="/center/" aria-current="page">' in page(desk.bao, "/center/")
        assert "ct-nav" not in page(desk.bao, "/center/?wall=1")
        assert "/center/warnings/new" not in page(desk.bao, "/center/")
        assert "/center/warnings/new" in page(desk.van, "/center/")


class TestWarning:
    def sent(self, **changes: object) -> dict[str, object]:
        words = {
            f"{part}_{language}": getattr(WORDS[language], part)
            for language in WORDS for part in ("headline", "description", "instruction")
        }  # fmt: skip
        return {"severity": "Severe", "urgency": "Immediate", "certainty": "Observed", "hours": "6",
                "wards": [HOAN_KIEM], **words, **changes}  # fmt: skip

    def test_is_updated_and_taken_back_by_two(self, desk: Desk) -> None:
        first = issued(desk.ioc, 1)
        path = f"/center/warnings/{first}"
        assert WORDS["vi"].headline in page(desk.van, f"{path}/update")
        shown = do(desk.van, f"{path}/update", **self.sent(headline_vi="Nước đang rút", severity="Minor"))
        (second,) = re.findall(r'action="/center/warnings/([^/]+)/discard"', shown)
        assert [row.severity for row in public_warnings(now())] == ["Severe"]
        assert second in page(desk.bao, path)
        do(desk.bao, f"/center/warnings/{second}/approve")
        assert [row.words["vi"].headline for row in public_warnings(now())] == ["Nước đang rút"]
        shown = do(desk.van, f"/center/warnings/{second}/cancel", **self.sent(headline_vi="Hết ngập"))
        (last,) = re.findall(r'action="/center/warnings/([^/]+)/discard"', shown)
        assert len(public_warnings(now())) == 1
        do(desk.bao, f"/center/warnings/{last}/approve")
        assert public_warnings(now()) == []
        cap = desk.van.get(f"/center/warnings/{last}/cap.xml")
        assert b"<references>" in cap.content
        assert desk.van.get(f"/center/warnings/{first}/update").status_code == 200
        answer = desk.van.post(f"{path}/update", {"key": str(new_id()), **self.sent()})
        assert answer.status_code == 409

    def test_shows_chosen_wards_first_and_takes_a_group_without_losing_words(self, desk: Desk) -> None:
        path = f"/center/warnings/new?incident={opened(desk.ioc)}"
        shown = page(desk.van, path)
        first, *others = re.findall(r'<details class="dt-choices".*?</details>', shown, re.DOTALL)
        assert re.findall(r'value="(\d+)" checked', first) == [HOAN_KIEM]
        assert not any(" checked" in one or " open>" in one for one in others)
        form = shown.index('<form class="ct-wide-form"')
        assert "name=" not in shown[shown.index("<button", form) :].partition(">")[0], "of Enter in a line"
        codes = re.findall(r'name="wards" type="checkbox" value="(\d+)"', shown)
        assert len(codes) == len(set(codes)) == 2
        answer = desk.van.post(path, {"key": str(new_id()), **self.sent(take="alerts", headline_vi="Tạm")})
        assert answer.status_code == 200
        assert 'value="Tạm"' in answer.content.decode()
        assert not PublicWarning.objects.exists()

    def test_update_cannot_make_an_exercise_actual(self, desk: Desk) -> None:
        first = issued(desk.ioc, 1, status=Status.EXERCISE)
        shown = do(desk.van, f"/center/warnings/{first}/update", **self.sent(status="Actual", hazard="storm"))
        (second,) = re.findall(r'action="/center/warnings/([^/]+)/discard"', shown)
        do(desk.bao, f"/center/warnings/{second}/approve")
        assert public_warnings(now()) == []

    def test_says_what_is_wrong_and_loses_nothing(self, desk: Desk) -> None:
        first = issued(desk.ioc, 1)
        answer = desk.van.post(
            f"/center/warnings/{first}/update",
            {"key": str(new_id()), **self.sent(headline_en="", description_vi=EVIL)},
        )
        assert answer.status_code == 422
        shown = answer.content.decode()
        assert "words.en" in shown
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert" in shown
