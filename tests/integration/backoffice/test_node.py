"""What the administrator of the node sees and does: work that gave up, and what everybody may read."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from dothi.foundation.clients import actions as clients
from dothi.foundation.clients.queries import rights_at
from dothi.foundation.clients.types import Terms
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.jobs.actions import defer
from dothi.foundation.jobs.queries import dead_letters
from dothi.foundation.ledger.queries import history_of
from dothi.kernel.ids import new_id, urn
from dothi.registers.agencies.founding import center_unit_id
from dothi.sectors.models import iri
from tests.support.jobs import do_waiting_jobs
from tests.support.people import found_center, give_post, official, sign_in

WORK, PUBLIC = "/backoffice/work/", "/backoffice/public/"


def administrator() -> Client:
    """Found the center and return its administrator's browser."""
    account = official("duc.ioc", "Hoàng Minh Đức")
    give_post(account, ["administer"], found_center())
    return sign_in(Client(SERVER_NAME="localhost"), account)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def post(browser: Client, where: str, **fields: Any) -> Any:
    return browser.post(where, {"key": str(new_id()), **fields})


class TestWork:
    def test_that_failed_is_seen_with_its_reason_and_tried_again_once(self, fresh_database: str) -> None:
        duc = administrator()
        assert "Không có việc nào bị bỏ dở" in text(duc.get(WORK))
        with transaction.atomic():
            defer("tests.fail", number=70071)
        do_waiting_jobs()
        [letter] = dead_letters()
        page = text(duc.get(WORK))
        assert re.search(r"tests\.fail.*70071.*ValueError", page, re.DOTALL)
        assert letter.reason == "ValueError"
        assert letter.failed_at
        one = f"{WORK}{letter.number}/"
        assert post(duc, one, reason="").status_code == 422
        key = str(new_id())
        assert [duc.post(one, {"key": key, "reason": "đã cấp thêm đĩa"}).status_code for _ in range(2)] == [
            302,
            302,
        ]
        assert dead_letters() == []
        [entry] = history_of(urn(settings.NODE, "job", str(letter.number)))
        assert (entry.said["act"], entry.said["basis"]) == ("jobs.wake", "đã cấp thêm đĩa")
        assert post(duc, one, reason="again").status_code == 404


@pytest.fixture
def duc(db: None) -> Client:
    return administrator()


class TestPublic:
    def test_types_are_published_and_closed_for_a_reason(self, duc: Client) -> None:
        assert "Chưa mở loại dữ liệu nào" in text(duc.get(PUBLIC))
        assert post(duc, f"{PUBLIC}publish/", type="School", reason="").status_code == 422
        assert post(duc, f"{PUBLIC}publish/", type="Teapot", reason="x").status_code == 422
        assert post(duc, f"{PUBLIC}publish/", type="School", reason="Quyết định 12").status_code == 302
        [right] = rights_at(now())
        assert (right.terms.types, right.terms.basis) == ([iri("School")], "Quyết định 12")
        page = text(duc.get(PUBLIC))
        assert "School" in page
        assert "Quyết định 12" in page
        assert 'value="School"' not in text(duc.get(f"{PUBLIC}publish/"))
        assert post(duc, f"{PUBLIC}{right.id}/withdraw/", reason="").status_code == 422
        assert post(duc, f"{PUBLIC}{right.id}/withdraw/", reason="có sai sót").status_code == 302
        assert rights_at(now()) == []
        told = [one.said.get("basis") for one in history_of(urn(settings.NODE, "right", str(right.id)))]
        assert told[0] == "có sai sót"
        assert duc.get(f"{PUBLIC}{right.id}/withdraw/").status_code == 404

    def test_are_not_opened_again_by_a_form_that_comes_again(self, duc: Client) -> None:
        sent = {"key": str(new_id()), "type": "School", "reason": "Quyết định 12"}
        assert [duc.post(f"{PUBLIC}publish/", sent).status_code for _ in range(2)] == [302, 302]
        [right] = rights_at(now())
        assert post(duc, f"{PUBLIC}publish/", type="School", reason="khác").status_code == 422
        assert post(duc, f"{PUBLIC}{right.id}/withdraw/", reason="có sai sót").status_code == 302
        assert duc.post(f"{PUBLIC}publish/", sent).status_code == 409
        assert rights_at(now()) == []

    def test_rights_of_programs_are_not_closed_here(self, duc: Client) -> None:
        unit = center_unit_id(settings.NODE)
        clients.register(name="weather", description="", unit_id=unit, actor=SYSTEM, at=now())
        terms = Terms(operations=["read"], basis="x")
        own = clients.grant(client="weather", terms=terms, actor=SYSTEM, at=now())
        assert post(duc, f"{PUBLIC}{own}/withdraw/", reason="x").status_code == 404

    def test_navigation_shows_what_ones_duties_open(self, duc: Client) -> None:
        page = text(duc.get(PUBLIC))
        assert WORK in page
        assert "/backoffice/devices/" not in page
