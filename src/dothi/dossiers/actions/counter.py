"""At the counter: an official enters a dossier for the person who stands there with the papers."""

from datetime import datetime
from uuid import UUID

from dothi.dossiers import rules
from dothi.dossiers.acting import KIND
from dothi.dossiers.actions.draft import NewDraft, keep
from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, CaseFacts, require
from dothi.kernel.ids import DossierId
from dothi.procedures.types import Answers
from dothi.registers.agencies.queries import desk_of


def open_at_counter(
    *,
    official: Actor,
    owner_id: UUID,
    procedure_code: str,
    ward_code: str,
    answers: Answers,
    at: datetime,
    key: UUID,
) -> DossierId:
    """
    Enter the answers of a person who came to the desk; the same `key` opens one draft only.

    Only who receives at that desk may, never for oneself. Raises Refused, ProcedureUnknown, DeskUnknown.
    """
    desk = desk_of(ward_code, civil_date(at))
    case = CaseFacts(KIND, frozenset({owner_id}), desk.id, territory=ward_code)
    decision = require(official, rules.OPEN_AT_COUNTER, case, at)
    new = NewDraft(key, owner_id, procedure_code, ward_code, desk.id, "counter", answers)
    return keep(new, official, decision, at)
