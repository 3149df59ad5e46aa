"""Two residents, an official and a certificate, as the vault's tests need them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.ledger.types import ActorRef
from dothi.kernel.ids import DossierId, PersonId, PostId, UnitId, new_id
from dothi.vault import actions
from dothi.vault.types import ConsentId, Issued, ResultId, Reused

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
AN, BINH = PersonId(new_id()), PersonId(new_id())
OFFICIAL = ActorRef("official", new_id(), post_id=new_id())
OWNER = ActorRef("resident", AN)
MARRIAGE = Purpose(
    "marriage-registration", "Law on Civil Status 60/2014/QH13, art. 18", "register a marriage"
)
OWN_VIEW = Purpose("own-view", "Law 91/2025/QH15", "look at one's own results")
KIND = "marital-status-certificate"
FACTS: dict[str, Any] = {"name": "Nguyễn Thị An", "status": "single", "issued_for": "marriage"}


def certificate(**changes: Any) -> Issued:
    fields: dict[str, Any] = {
        "owner_id": AN, "kind": KIND, "procedure_code": "1.004873", "procedure_version": "2026-01",
        "dossier_id": DossierId(new_id()), "issued_on": date(2026, 11, 20), "valid_from": date(2026, 11, 20),
        "valid_to": date(2027, 5, 20), "facts": FACTS, "unit_id": UnitId(new_id()),
        "signer_post_id": PostId(new_id()),
    }  # fmt: skip
    return Issued(**{**fields, **changes})


def deposited(**changes: Any) -> ResultId:
    return deposit(certificate(**changes))


def deposit(issued: Issued) -> ResultId:
    return actions.deposit(
        issued=issued, actor=OFFICIAL, authority="post:x:sign", basis="Decree 123/2015", at=AT
    )


def consented(dossier_id: UUID | None = None, **changes: Any) -> ConsentId:
    wanted: dict[str, Any] = {
        "person": AN, "purpose": MARRIAGE, "kinds": [KIND], "text": "Đồng ý dùng lại kết quả này.",
        "actor": OWNER, "authority": "owner", "at": AT, "dossier_id": dossier_id,
    }  # fmt: skip
    return actions.give_consent(**{**wanted, **changes})


def reused(result_id: ResultId, dossier_id: UUID, **changes: Any) -> Reused:
    wanted: dict[str, Any] = {
        "result_id": result_id, "person": AN, "dossier_id": dossier_id, "procedure_code": "1.000894",
        "field_ids": ["name", "status"], "purpose": MARRIAGE, "actor": OWNER, "authority": "owner", "at": AT,
    }  # fmt: skip
    return actions.reuse(**{**wanted, **changes})


def revoke(result_id: ResultId, person: PersonId = AN) -> None:
    actions.revoke(
        result_id=result_id, person=person, reason="issued on a wrong ground", actor=OFFICIAL,
        authority="post:x:sign", basis="Decree 123/2015", at=AT,
    )  # fmt: skip


def entries(act: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where act = %s", [act])
        return int(cursor.fetchone()[0])


def events(kind: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from events_outbox where type = %s", [f"vn.dothi.vault.result.{kind}.v1"]
        )
        return int(cursor.fetchone()[0])
