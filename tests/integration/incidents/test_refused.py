"""What is refused on the pages of the center stands in the ledger, with what was tried."""

from datetime import timedelta
from json import loads

import pytest
from django.db import connection
from django.test import Client

from dothi.foundation.clock import now
from dothi.foundation.identity.models import Account
from dothi.incidents.actions import warnings as acts
from dothi.incidents.queries import public_warnings
from dothi.kernel.ids import new_id
from dothi.registers.agencies.queries import holdings_of
from tests.support.center import Center, center
from tests.support.people import signed_in
from tests.support.warnings import new


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


class TestApprovingOnesOwnWarning:
    def test_is_refused_and_recorded(self, ioc: Center) -> None:
        duties = ["operate", "draft_warning", "approve_warning"]
        browser = signed_in(Client(SERVER_NAME="localhost"), "both.ioc", duties, ioc.unit_id)
        account, at = Account.objects.get(username="both.ioc"), now()
        held = holdings_of(account.person_id, at)
        actor = type(ioc.van)(ioc.van.kind, account.person_id, account.id, 2, held)
        told = new(onset_at=at, expires_at=at + timedelta(hours=1))
        key = acts.draft(new=told, actor=actor, at=at, key=new_id())
        answer = browser.post(f"/center/warnings/{key}/approve", {"key": str(new_id())})
        assert answer.status_code == 403
        assert public_warnings(now()) == []
        (facts,) = _refusals()
        assert facts["reason"] == "same-person"
        assert facts["act"] == "incidents.approve-warning"
        assert facts["of"] == {"warning_id": str(key)}


def _refusals() -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("select body from ledger_entry where act = 'identity.act.refused'")
        bodies = [loads(bytes(row[0])) for row in cursor]
    return [body["facts"] for body in bodies]
