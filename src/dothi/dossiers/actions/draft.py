"""Drafts: opened once, saved as often as the person likes, kept until filed or forgotten."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dothi.dossiers import rules
from dothi.dossiers.acting import actor_ref, announce, facts_of, lock, name_of
from dothi.dossiers.answers import read_answers, write_answers
from dothi.dossiers.models import Dossier, Step
from dothi.dossiers.records import population_record, sources_as_json
from dothi.dossiers.writing import write_draft
from dothi.foundation.clock import civil_date
from dothi.foundation.files.actions import discard
from dothi.foundation.files.types import FileId
from dothi.foundation.identity.authority import Actor, Decision, require
from dothi.foundation.identity.types import Profile
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import Entry
from dothi.foundation.statements import insert, together
from dothi.kernel.ids import DossierId
from dothi.procedures.engine import misfilled, normalize, prefill
from dothi.procedures.queries import current_version_id, version
from dothi.procedures.types import Answers, Channel, Input, Json, Procedure, VersionId
from dothi.registers.agencies.queries import desk_of


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A draft that is to be opened: `key` is its id and makes opening it again the same draft."""

    key: UUID
    owner_id: UUID
    procedure_code: str
    ward_code: str
    unit_id: UUID
    channel: Channel = "online"
    answers: Answers = field(default_factory=dict)


def open_draft(*, resident: Actor, procedure_code: str, ward_code: str, at: datetime, key: UUID) -> DossierId:
    """
    Open a draft of a procedure at the desk of a ward; the same `key` opens one draft only.

    Raises Refused, ProcedureUnknown, DeskUnknown.
    """
    decision = require(resident, rules.OPEN_DRAFT, None, at)
    desk = desk_of(ward_code, civil_date(at))
    new = NewDraft(key, _owner(resident), procedure_code, ward_code, desk.id)
    return keep(new, resident, decision, at)


def keep(new: NewDraft, actor: Actor, decision: Decision, at: datetime) -> DossierId:
    """Write a draft that `decision` allowed, once for each key. Raises ProcedureUnknown."""
    version_id = current_version_id(new.procedure_code, civil_date(at))
    procedure = version(version_id)
    dossier = Dossier(
        id=new.key, owner_id=new.owner_id, procedure_code=procedure.code, version_id=version_id,
        unit_id=new.unit_id, ward_code=new.ward_code, state="draft", channel=new.channel,
        created_at=at, touched_at=at,
    )  # fmt: skip
    if new.answers:
        write_answers(dossier, normalize(procedure, new.answers).answers)
    step = Step(id=new.key, dossier=dossier, number=0, act="draft", state="draft", at=at,
                actor_id=actor.person_id, unit_id=new.unit_id)  # fmt: skip
    # This key opened its draft before: then the entry is refused first, and with it all that follows.
    with suppress(AlreadyRecorded), together():
        _record(dossier, procedure, actor, decision, at)
        insert(dossier)
        insert(step)
        announce("drafted", dossier, procedure, at)
    return DossierId(new.key)


def save_answers(
    *,
    dossier_id: DossierId,
    resident: Actor,
    answers: Answers,
    at: datetime,
    provenance: Mapping[str, Json] | None = None,
) -> dict[str, Json]:
    """
    Merge `answers` into the draft and return all of them; what the procedure does not know is dropped.

    `provenance` says of each prefilled field where it came from; a field written by hand loses it.
    Not an act: nothing has been filed, so the ledger says nothing. Raises DossierNotFound, Refused.
    """
    with together():
        dossier = lock(dossier_id)
        require(resident, rules.PREPARE, facts_of(dossier), at)
        procedure = version(VersionId(dossier.version_id))
        before = read_answers(dossier)
        merged = normalize(procedure, {**before, **answers}).answers
        dossier.provenance = _provenance(dossier, answers, provenance or {})
        _take_back(procedure, dossier, merged)
        _let_go(procedure, dossier, before, merged)
        write_answers(dossier, merged)
        dossier.touched_at = at
        write_draft(dossier)
    return merged


def _provenance(dossier: Dossier, answers: Answers, given: Mapping[str, Json]) -> dict[str, Json]:
    kept = {name: source for name, source in dossier.provenance.items() if name not in answers}
    return {**kept, **given}


def _take_back(procedure: Procedure, dossier: Dossier, answers: dict[str, Json]) -> None:
    """Take prefilled answers away that do not fit any more: one's own data are not the other person's."""
    kinds = {name: str(source["kind"]) for name, source in dossier.provenance.items()}
    for name in misfilled(procedure, answers, kinds):
        answers.pop(name, None)
        dossier.provenance.pop(name, None)


def _let_go(procedure: Procedure, dossier: Dossier, before: Answers, after: Answers) -> None:
    """Forget files that a draft holds no more. What was filed once stays: the desk may have seen it."""
    if dossier.code:
        return
    for file_id in _files(procedure, before) - _files(procedure, after):
        discard(FileId(UUID(file_id)))


def _files(procedure: Procedure, answers: Answers) -> set[str]:
    asked = (field.id for page in procedure.pages for field in page.fields if field.input is Input.FILE)
    kept = (answers.get(name) for name in asked)
    return {str(answer["file"]) for answer in kept if isinstance(answer, dict) and "file" in answer}


def _owner(resident: Actor) -> UUID:
    owner = resident.acting_for or resident.person_id
    assert owner is not None  # authority let only a known person through
    return owner


def _record(dossier: Dossier, procedure: Procedure, actor: Actor, decision: Decision, at: datetime) -> None:
    entry = Entry(
        id=dossier.id, act="dossiers.draft", at=at,
        actor=actor_ref(actor, decision.holding),
        authority=decision.authority, object=name_of(dossier), subjects=[dossier.owner_id],
        purpose="prepare-dossier", facts={"procedure": procedure.code, "version": procedure.version},
    )  # fmt: skip
    record(entry)


def prefill_draft(
    *, dossier_id: DossierId, resident: Actor, profile: Profile | None, at: datetime
) -> tuple[str, ...]:
    """
    Fill in what the person's profile knows, each answer with its source, and return the filled fields.

    What was answered by hand stays. Raises DossierNotFound, Refused.
    """
    if profile is None:
        return ()
    with together():
        dossier = lock(dossier_id)
        require(resident, rules.PREPARE, facts_of(dossier), at)
        procedure, answers = version(VersionId(dossier.version_id)), read_answers(dossier)
        known = prefill(procedure, [population_record(dossier.owner_id, profile, at)], answers)
        fresh = {name: value for name, value in known.answers.items() if name not in answers}
        write_answers(dossier, normalize(procedure, {**answers, **fresh}).answers)
        dossier.provenance = {**dossier.provenance, **sources_as_json(known, fresh)}
        write_draft(dossier)
    return tuple(sorted(fresh))
