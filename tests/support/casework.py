"""A dossier at a desk for tests that need no demo city: calendar and procedures only."""

from uuid import UUID, uuid4

from dothi.config.demo import load as demo
from dothi.dossiers import rules
from dothi.dossiers.actions.apply import submit
from dothi.dossiers.actions.draft import NewDraft, keep, prefill_draft
from dothi.dossiers.types import Call
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor, Kind, require
from dothi.foundation.identity.models import Account
from dothi.kernel.ids import DossierId
from tests.support.city import ANSWERS, MARITAL_STATUS
from tests.support.people import AN


def filed_dossier(owner: Account, unit_id: UUID) -> DossierId:
    """Return a dossier that `owner` has filed at the desk of `unit_id`."""
    dossier_id, actor = begun_dossier(owner, unit_id), _actor(owner)
    prefill_draft(dossier_id=dossier_id, resident=actor, profile=AN, at=now())
    submit(Call(dossier_id, actor, now()))
    return dossier_id


def begun_dossier(owner: Account, unit_id: UUID) -> DossierId:
    """Return a draft of `owner` for the desk of `unit_id`, with answers but not filed."""
    at = now()
    for _name, _total, run in (demo._calendar(), demo._procedures()):
        run(at)
    decision = require(_actor(owner), rules.OPEN_DRAFT, None, at)
    new = NewDraft(uuid4(), owner.person_id, MARITAL_STATUS, "00070", unit_id, answers=dict(ANSWERS))
    return keep(new, _actor(owner), decision, at)


def _actor(owner: Account) -> Actor:
    return Actor(Kind.RESIDENT, owner.person_id, owner.id, 2)
