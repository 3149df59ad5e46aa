"""Once only: a document is taken from the applicant's own vault instead of being asked for again."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dothi.dossiers import rules
from dothi.dossiers.acting import actor_ref, facts_of, lock
from dothi.dossiers.answers import read_answers, write_answers
from dothi.dossiers.errors import ComponentUnknown
from dothi.dossiers.models import Component, Dossier
from dothi.dossiers.offers import REUSE, offered
from dothi.dossiers.records import sources_as_json, vault_record
from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, Decision, require
from dothi.kernel.ids import DossierId, PersonId
from dothi.procedures.engine import components, normalize, prefill
from dothi.procedures.queries import version
from dothi.procedures.types import Procedure, VersionId
from dothi.vault.actions import give_consent
from dothi.vault.actions import reuse as take
from dothi.vault.types import Result, ResultId


def use_result(
    *, dossier_id: DossierId, resident: Actor, result_id: ResultId, shown: str, at: datetime
) -> tuple[str, ...]:
    """
    Take a result of the applicant's own vault for the components that it satisfies, with consent.

    `shown` are the words that the person agreed to. Answers that the result knows are filled in with
    their provenance; returns the ids of the fields that need not be answered. Taking it again is the same.
    Raises ComponentUnknown, ResultNotUsable, ResultUnknown, Refused, DossierNotFound.
    """
    with transaction.atomic():
        dossier = lock(dossier_id)
        decision = require(resident, rules.PREPARE, facts_of(dossier), at)
        found = [one for one in offered(dossier=dossier, resident=resident, at=at) if one.id == result_id]
        if not found:
            raise ComponentUnknown(result=str(result_id))
        _agree(dossier, resident, decision, found[0], shown, at)
        # Filled in first: what the result says of the other partner decides which document it is.
        filled = _fill(dossier, found[0], at)
        _take(dossier, resident, decision, found[0], at)
        return filled


def _agree(
    dossier: Dossier, resident: Actor, decision: Decision, result: Result, shown: str, at: datetime
) -> None:
    give_consent(
        person=PersonId(dossier.owner_id), purpose=REUSE, kinds=[result.kind], text=shown,
        actor=actor_ref(resident, None), authority=decision.authority, at=at,
        dossier_id=DossierId(dossier.id),
    )  # fmt: skip


def _take(dossier: Dossier, resident: Actor, decision: Decision, result: Result, at: datetime) -> None:
    procedure = version(VersionId(dossier.version_id))
    reused = take(
        result_id=result.id, person=PersonId(dossier.owner_id), dossier_id=DossierId(dossier.id),
        procedure_code=procedure.code, field_ids=sorted(result.facts), purpose=REUSE,
        actor=actor_ref(resident, None), authority=decision.authority, at=at,
    )  # fmt: skip
    source = reused.provenance[0]
    kept = {"kind": result.kind, "version": str(result.version), "consent": str(source.consent_id)}
    for slot in _slots(procedure, dossier, result, at):
        _put(dossier, slot, result.id, kept, at)


def _slots(procedure: Procedure, dossier: Dossier, result: Result, at: datetime) -> Iterable[str]:
    asked = components(procedure, read_answers(dossier), [vault_record(result, at)], civil_date(at))
    return [one.component.id for one in asked if one.result is not None]


def _put(dossier: Dossier, slot: str, result_id: UUID, provenance: dict[str, str], at: datetime) -> None:
    now = Component.objects.filter(dossier=dossier, slot=slot, replaced_at=None)
    if now.filter(result_id=result_id).exists():
        return
    now.update(replaced_at=at)
    Component.objects.create(
        dossier=dossier, slot=slot, result_id=result_id, provenance=provenance, added_at=at
    )


def _fill(dossier: Dossier, result: Result, at: datetime) -> tuple[str, ...]:
    procedure = version(VersionId(dossier.version_id))
    filled = prefill(procedure, [vault_record(result, at)])
    answers = normalize(procedure, {**read_answers(dossier), **filled.answers}).answers
    write_answers(dossier, answers)
    dossier.provenance = {**dossier.provenance, **sources_as_json(filled, filled.answers)}
    dossier.touched_at = at
    dossier.save(update_fields=["answers", "provenance", "touched_at"])
    return tuple(sorted(filled.answers))
