"""Dossiers of the demo city for tests, brought as far as a test needs them."""

from datetime import datetime, timedelta
from uuid import uuid4

from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.actions.draft import open_draft, prefill_draft, save_answers
from dothi.dossiers.types import Call
from dothi.foundation.identity.purpose import Purpose
from dothi.kernel.ids import DossierId
from tests.support.city import ANSWERS, AT, MARITAL_STATUS, official, profile_of, resident

LOOK = Purpose("test", "test", "A test looks")
CHECKED = frozenset({"components-checked"})


def drafted(key: str = "an", procedure: str = MARITAL_STATUS, at: datetime = AT) -> DossierId:
    """Open a draft of a resident, filled with profile and answers."""
    who = resident(key)
    dossier_id = open_draft(resident=who, procedure_code=procedure, ward_code="00070", at=at, key=uuid4())
    prefill_draft(dossier_id=dossier_id, resident=who, profile=profile_of(key), at=at)
    save_answers(dossier_id=dossier_id, resident=who, answers=dict(ANSWERS), at=at)
    return dossier_id


def call(dossier_id: DossierId, who: str, minutes: int, **more: object) -> Call:
    """Return a call of an official or resident, so many minutes after AT."""
    actor = resident(who) if who in ("an", "binh", "chau") else official(who)
    return Call(dossier_id, actor, AT + timedelta(minutes=minutes), **more)  # type: ignore[arg-type]


def signed(dossier_id: DossierId) -> None:
    """Bring a draft to its signed result."""
    apply.submit(call(dossier_id, "an", 1))
    receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
    receive.claim(call(dossier_id, "minh", 3))
    process.show_draft(call(dossier_id, "minh", 4))
    apply.confirm_draft(call(dossier_id, "an", 5))
    process.propose(call(dossier_id, "minh", 6))
    process.approve(call(dossier_id, "thao", 7))
    conclude.sign(call(dossier_id, "son", 8))
