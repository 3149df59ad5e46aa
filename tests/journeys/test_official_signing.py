"""From the draft to the signed result: apart, by a fresh proof, once; and the other ward is refused."""

import json
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import connection

from dothi.dossiers.types import Act
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import Shoot
from tests.journeys.officials import posted, press, shots, until_ready
from tests.support.desk import DEVICE, PRESS, Desk


def refusals(reason: str) -> int:
    """Return how many refused acts of this reason stand in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("select body from ledger_entry where act = 'identity.act.refused'")
        return sum(json.loads(bytes(body))["facts"]["reason"] == reason for (body,) in cursor.fetchall())


class TestProposal:
    def test_goes_by_the_draft_to_another_who_approves(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.processing()
        minh, thao = desk.at("minh"), desk.at("thao")
        minh.goto(f"/desk/dossiers/{dossier_id}")
        press(minh, Act.PROPOSE)
        assert "chưa được xem bản dự thảo" in minh.inner_text("main")
        press(minh, Act.SHOW_DRAFT)
        assert desk.state(dossier_id) == "draft-shown"
        shots(minh, shot, "desk-draft-shown")
        desk.confirm_draft(dossier_id)
        minh.goto(f"/desk/dossiers/{dossier_id}")
        press(minh, Act.PROPOSE)
        assert minh.locator(PRESS[Act.APPROVE]).count() == 0
        thao.goto(f"/desk/dossiers/{dossier_id}")
        assert "Kết quả dự kiến" in thao.inner_text("main")
        shots(thao, shot, "desk-proposed")
        press(thao, Act.APPROVE)
        assert desk.state(dossier_id) == "approved"

    def test_is_refused_to_who_proposed_it_and_the_ledger_says_so(self, desk: Desk, shot: Shoot) -> None:
        both = desk.colleague("kien.hoankiem", ("process", "approve"))
        dossier_id = desk.proposed_by("kien.hoankiem")
        before = desk.town.do(refusals, "same-person")
        status = posted(both, dossier_id, Act.APPROVE)
        assert status == 403
        assert desk.state(dossier_id) == "proposed"
        assert desk.town.do(refusals, "same-person") == before + 1
        assert "phải do người khác làm" in both.inner_text("main")
        assert_accessible(both)
        shot(both, "desk-same-person")


class TestSignature:
    def test_asks_for_a_fresh_proof_and_needs_nothing_typed_again(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.approved()
        son = desk.at("son")
        device = son.context.new_cdp_session(son)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        son.goto("/account/security/passkey/")
        son.click("form[data-passkey] button")
        son.wait_for_url("**/account/security/")
        son.click(".dt-menu summary")
        son.click(".dt-menu__out")
        son.goto("/account/official/?next=/desk/")
        son.click("form[data-passkey] button")
        # Not a pattern: the address of the sign-in page ends in "next=/desk/" too.
        son.wait_for_url(lambda url: urlsplit(url).path == "/desk/")
        desk.forget_proof("son")
        son.goto(f"/desk/dossiers/{dossier_id}")
        press(son, Act.SIGN)
        son.wait_for_url("**/account/confirm/**")
        son.click("form[data-passkey] button")
        son.wait_for_url(f"**/desk/dossiers/{dossier_id}?proven=1")
        assert "Đã xác minh danh tính" in son.inner_text("main")
        assert_accessible(son)
        press(son, Act.SIGN)
        assert desk.state(dossier_id) == "signed"
        shots(son, shot, "desk-signed")
        until_ready(son, dossier_id, "Kết quả đã ký")
        shots(son, shot, "desk-paper")
        ha = desk.at("ha")
        ha.goto(f"/desk/dossiers/{dossier_id}")
        press(ha, Act.GIVE_BACK)
        assert desk.state(dossier_id) == "returned"


class TestOtherWard:
    def test_is_refused_at_every_address_and_the_ledger_says_so(self, desk: Desk, shot: Shoot) -> None:
        dossier_id = desk.approved()
        lananh = desk.at("lananh")
        before = desk.town.do(refusals, "other-unit")
        lananh.goto(f"/desk/dossiers/{dossier_id}")
        assert "thuộc đơn vị khác" in lananh.inner_text("main")
        assert_accessible(lananh)
        shot(lananh, "desk-other-ward")
        nothing = uuid4()
        pages = ("", f"/files/{nothing}", f"/files/{nothing}/view", f"/results/{nothing}",
                 f"/results/{nothing}/paper", f"/papers/{nothing}")  # fmt: skip
        for page in pages:
            answer = lananh.request.get(f"/desk/dossiers/{dossier_id}{page}")
            assert answer.status == 403, page
        assert posted(lananh, dossier_id, Act.ACCEPT) == 403
        assert desk.town.do(refusals, "other-unit") == before + len(pages) + 2
        assert desk.state(dossier_id) == "approved"
        lananh.goto("/desk/dossiers/")
        assert desk.code(dossier_id) not in lananh.inner_text("main")
