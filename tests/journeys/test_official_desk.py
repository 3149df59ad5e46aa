"""Officials at the one-stop desk: list, open, accept, ask for corrections, pause, apologize, refuse."""

from dataclasses import replace

from playwright.sync_api import expect

from dothi.dossiers.actions import process
from dothi.dossiers.types import Act, Call
from tests.journeys.axe import assert_accessible, walk_by_keyboard
from tests.journeys.conftest import Shoot
from tests.journeys.officials import open_act, press, shots
from tests.support.desk import Desk


class TestLists:
    def test_show_code_act_clock_and_who_claimed_it_but_no_name(self, desk: Desk, shot: Shoot) -> None:
        for make in (desk.submitted, desk.accepted, desk.processing, desk.proposed):
            make()
        paused = desk.processing()
        desk.do(paused_on_a_ground, paused, "minh")
        ha = desk.at("ha")
        ha.goto("/desk/")
        body = ha.inner_text("main")
        assert "H26." in body
        assert "Mới" in body
        assert "Nguyễn Thị An" not in body
        shots(ha, shot, "desk-work")
        ha.goto("/desk/dossiers/")
        rows = ha.inner_text("table")
        assert "Tạm dừng" in rows
        assert "Quá hạn" not in rows
        assert "Nguyễn Thị An" not in rows
        shots(ha, shot, "desk-dossiers")
        walk_by_keyboard(ha)

    def test_are_filtered_by_an_address_that_can_be_kept(self, desk: Desk) -> None:
        desk.proposed()
        ha = desk.at("ha")
        ha.goto("/desk/dossiers/")
        ha.select_option("#state", label="Đã trình")
        ha.click(".dt-filter button")
        ha.wait_for_url("**state=proposed**")
        expect(ha.locator("tbody td:nth-child(2)").first).to_have_text("Đã trình")
        states = {cell.strip() for cell in ha.locator("tbody td:nth-child(2)").all_inner_texts()}
        assert states == {"Đã trình"}
        ha.goto("/desk/dossiers/?due=late")
        assert ha.locator("tbody tr").count() == 0

    def test_find_a_dossier_by_its_code(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.submitted()
        ha = desk.at("ha")
        ha.goto("/desk/find/?code=sai")
        assert ha.locator("#code-error").count() == 1
        shots(ha, shot, "desk-find")
        code = desk.code(dossier_id)
        ha.goto("/desk/")
        ha.fill("#find-code", code.lower())
        ha.press("#find-code", "Enter")
        ha.wait_for_url(f"**/desk/dossiers/{dossier_id}")

    def test_are_walked_by_single_keys_that_can_be_switched_off(self, desk: Desk, shot: Shoot) -> None:
        desk.submitted()
        ha = desk.at("ha")
        ha.goto("/desk/")
        ha.keyboard.press("j")
        first = ha.evaluate("document.activeElement.textContent")
        assert first.startswith("Hồ sơ: H26.")
        ha.keyboard.press("/")
        assert ha.evaluate("document.activeElement.id") == "find-code"
        ha.keyboard.type("j?")
        assert ha.input_value("#find-code") == "j?"
        ha.evaluate("document.activeElement.blur()")
        ha.keyboard.press("?")
        assert ha.is_visible("dialog[data-keys]")
        assert_accessible(ha)
        shot(ha, "desk-keys")
        ha.click("label[for=keys-on]")
        ha.click("dialog[data-keys] button")
        ha.keyboard.press("j")
        assert not str(ha.evaluate("document.activeElement.textContent")).startswith("Hồ sơ: H26.")
        ha.click("[data-keys-open]")
        ha.click("label[for=keys-on]")
        ha.click("dialog[data-keys] button")
        ha.keyboard.press("j")
        ha.keyboard.press("Enter")
        ha.wait_for_url("**/desk/dossiers/**")


class TestDossier:
    def test_is_a_recorded_read_that_its_owner_sees(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.submitted()
        ha = desk.at("ha")
        ha.goto(f"/desk/dossiers/{dossier_id}")
        assert "Nguyễn Thị An" in ha.inner_text("main")
        assert desk.reads(dossier_id, "ha") == 1
        shots(ha, shot, "desk-dossier")
        walk_by_keyboard(ha)
        assert desk.reads(dossier_id, "ha") == 1
        ha.reload()
        assert desk.reads(dossier_id, "ha") == 2

    def test_is_accepted_once_the_documents_are_confirmed(self, desk: Desk) -> None:
        dossier_id = desk.submitted()
        ha = desk.at("ha")
        ha.goto(f"/desk/dossiers/{dossier_id}")
        press(ha, Act.ACCEPT)
        assert "Chưa thực hiện" in ha.inner_text("main")
        assert desk.state(dossier_id) == "submitted"
        ha.click("label[for=accept-components-checked]")
        press(ha, Act.ACCEPT)
        assert "đã được tiếp nhận" in ha.inner_text("main")
        assert desk.state(dossier_id) == "accepted"

    def test_is_claimed_by_one_and_the_other_is_told_that_a_colleague_has_it(self, desk: Desk) -> None:
        dossier_id = desk.accepted()
        minh, late = desk.at("minh"), desk.colleague("nam.hoankiem", ("process",))
        for page in (minh, late):
            page.goto(f"/desk/dossiers/{dossier_id}")
        press(minh, Act.CLAIM)
        press(late, Act.CLAIM)
        assert "Đồng nghiệp đã nhận" in late.inner_text("main")
        assert "Minh" not in late.inner_text("main .dt-notification")
        assert desk.acts(dossier_id).count("claim") == 1

    def test_is_asked_to_be_corrected_once_for_all_faults(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.processing()
        minh = desk.at("minh")
        minh.goto(f"/desk/dossiers/{dossier_id}")
        open_act(minh, Act.REQUEST_SUPPLEMENT)
        press(minh, Act.REQUEST_SUPPLEMENT)
        assert "Chưa thực hiện" in minh.inner_text("main")
        shots(minh, shot, "desk-correction")
        minh.click("label[for=fault-name-differs]")
        minh.fill("#note-name-differs", "Thiếu chữ đệm")
        assert minh.locator("#fault-divorce-not-found").count() == 0
        minh.click("label[for=fault-residence-not-found]")
        press(minh, Act.REQUEST_SUPPLEMENT)
        assert desk.state(dossier_id) == "supplement"
        body = minh.inner_text("main")
        assert "Thiếu chữ đệm" in body
        assert "Chờ người nộp" in body
        shots(minh, shot, "desk-supplement")

    def test_is_paused_on_a_ground_and_goes_on(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.processing()
        minh = desk.at("minh")
        minh.goto(f"/desk/dossiers/{dossier_id}")
        open_act(minh, Act.PAUSE)
        press(minh, Act.PAUSE)
        assert desk.state(dossier_id) == "processing"
        minh.click("label[for=pause-verification-by-other-ward]")
        press(minh, Act.PAUSE)
        assert desk.state(dossier_id) == "paused"
        assert "Tạm dừng" in minh.inner_text(".dt-dossier__head")
        shots(minh, shot, "desk-paused")
        press(minh, Act.RESUME)
        assert desk.state(dossier_id) == "processing"

    def test_is_extended_once_with_an_apology(self, desk: Desk) -> None:
        dossier_id = desk.processing()
        minh = desk.at("minh")
        for again in (False, True):
            minh.goto(f"/desk/dossiers/{dossier_id}")
            open_act(minh, Act.EXTEND)
            minh.fill("#extend-days", "1")
            minh.fill("#extend-note", "Chờ xác minh")
            press(minh, Act.EXTEND)
            assert ("Chưa thực hiện" in minh.inner_text("main")) == again
        assert minh.input_value("#extend-note") == "Chờ xác minh"
        assert desk.acts(dossier_id).count("extend") == 1

    def test_is_refused_on_a_ground(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.submitted()
        ha = desk.at("ha")
        ha.goto(f"/desk/dossiers/{dossier_id}")
        open_act(ha, Act.REFUSE)
        ha.click("label[for=refuse-other-office]")
        ha.fill("#refuse-note", "Nộp tại phường Ba Đình")
        press(ha, Act.REFUSE)
        assert desk.state(dossier_id) == "refused"
        shots(ha, shot, "desk-refused")

    def test_keeps_what_was_typed_when_it_has_moved_meanwhile(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.processing()
        minh = desk.at("minh")
        minh.goto(f"/desk/dossiers/{dossier_id}")
        open_act(minh, Act.STOP)
        minh.fill("#stop-note", "Người nộp đã rút")
        desk.do(paused_on_a_ground, dossier_id, "minh")
        press(minh, Act.STOP)
        assert "đã có người xử lý" in minh.inner_text("main")
        assert minh.input_value("#stop-note") == "Người nộp đã rút"
        assert desk.state(dossier_id) == "paused"
        shots(minh, shot, "desk-moved")


def paused_on_a_ground(call: Call) -> None:
    """Pause a dossier beside the browser."""
    process.pause(replace(call, ground="verification-by-other-ward"))
