"""
Slips of the one-stop desk: what is to be corrected, why a dossier is refused, an apology, a stop.

Forms 02 to 04 of Circular 01/2018/TT-VPCP and 05 of Circular 03/2025/TT-VPCP. Each is signed by the
official whose act it tells, and carries the proof of that act.
"""

from collections.abc import Sequence
from datetime import datetime

from dothi.dossiers import clock
from dothi.dossiers.answers import read_faults, read_note
from dothi.dossiers.drawing import PLACE, common, found, local, official_of, proofs, submitter
from dothi.dossiers.models import Correction, Dossier, Step
from dothi.dossiers.papers import APOLOGY, CORRECTION, REFUSAL, STOP
from dothi.dossiers.types import Act, Fault
from dothi.foundation.papers.kinds import register
from dothi.foundation.papers.types import Draft, Order
from dothi.procedures.queries import version
from dothi.procedures.types import Basis, PauseGround, Procedure, Reason, VersionId

APPEAL = (
    "Không đồng ý với việc từ chối, quý vị có quyền khiếu nại tới cơ quan đã ra phiếu này hoặc khởi kiện "
    "tại Tòa án (Luật Khiếu nại số 02/2011/QH13, Điều 7)."
)
"""The right to complain, in the words of the form. Source: Law 02/2011/QH13, art. 7; verified: false."""

RESUME_WHEN = "Khi không còn lý do tạm dừng nêu trên."
AT_MOST = "Khi không còn lý do tạm dừng nêu trên, chậm nhất sau {days} ngày làm việc."


def register_slips() -> None:
    """Let the papers room know how slips are filled."""
    register(CORRECTION, draw_correction)
    register(REFUSAL, draw_refusal)
    register(APOLOGY, draw_apology)
    register(STOP, draw_stop)


def draw_correction(wanted: Order, at: datetime) -> Draft:
    """Return the one full request to complete a dossier, form 02."""
    dossier, step, procedure = _about(wanted)
    items = [_item(procedure, fault) for fault in _faults(dossier, step)]
    return _slip("correction", dossier, step, procedure, at, items=items)


def draw_refusal(wanted: Order, at: datetime) -> Draft:
    """Return the refusal with its ground and the right to complain, form 03."""
    dossier, step, procedure = _about(wanted)
    fault = _faults(dossier, step)[0]
    reason = _reason(procedure.refusals, fault.reason)
    words = _joined(reason.title.vi, fault.note)
    return _slip(
        "refusal",
        dossier,
        step,
        procedure,
        at,
        reason=words,
        basis=_cite(procedure, reason.basis),
        appeal=APPEAL,
    )


def draw_apology(wanted: Order, at: datetime) -> Draft:
    """Return the apology with the old and the one new date, form 04."""
    dossier, step, procedure = _about(wanted)
    before, after = (
        _promised(procedure, dossier, step, extended=False),
        _promised(procedure, dossier, step, extended=True),
    )
    return _slip(
        "apology", dossier, step, procedure, at,
        received_at=local(dossier.submitted_at or step.at), due_at=local(before), new_due_at=local(after),
        reason=read_note(dossier, bytes(step.note)),
    )  # fmt: skip


def draw_stop(wanted: Order, at: datetime) -> Draft:
    """Return the notice that work pauses, or stops for good, form 05."""
    dossier, step, procedure = _about(wanted)
    ground = next((one for one in procedure.clock.pauses if one.id == step.ground), None)
    row = next(one for one in procedure.transitions if one.act == step.act)
    basis, title = (ground.basis, ground.title.vi) if ground else (row.basis, "")
    return _slip(
        "stop", dossier, step, procedure, at,
        final=step.act == Act.STOP, stopped_at=local(step.at), basis=_cite(procedure, basis),
        reason=_joined(title, read_note(dossier, bytes(step.note))), resume_when=_resume_when(ground),
    )  # fmt: skip


def _about(wanted: Order) -> tuple[Dossier, Step, Procedure]:
    dossier, step = found(wanted)
    return dossier, step, version(VersionId(dossier.version_id))


def _slip(
    template: str, dossier: Dossier, step: Step, procedure: Procedure, at: datetime, **facts: object
) -> Draft:
    signer = official_of(step, at)
    data = {
        **common(dossier, step, signer, dossier.code),
        "submitter": submitter(dossier, at),
        "procedure": {"code": procedure.code, "name": procedure.title.vi},
        **facts,
    }
    name = f"{template}-{dossier.code}.pdf"
    return Draft(template, data, signer, name, proofs(dossier, step), place=PLACE)


def _faults(dossier: Dossier, step: Step) -> tuple[Fault, ...]:
    return read_faults(dossier, Correction.objects.get(pk=step.id))


def _item(procedure: Procedure, fault: Fault) -> dict[str, str]:
    reason = _reason(procedure.corrections, fault.reason)
    return {
        "name": title_of(procedure, fault.about or reason.about) or "Hồ sơ",
        "reason": _joined(reason.title.vi, fault.note),
        "basis": _cite(procedure, reason.basis),
    }


def title_of(procedure: Procedure, about: str) -> str:
    """Return the Vietnamese name of a field or a component; empty when the procedure has none such."""
    fields = {field.id: field.label.vi for page in procedure.pages for field in page.fields}
    parts = {part.id: part.title.vi for part in procedure.components}
    return fields.get(about) or parts.get(about) or ""


def _promised(procedure: Procedure, dossier: Dossier, step: Step, *, extended: bool) -> datetime:
    last = step.number if extended else step.number - 1
    steps = [one for one in clock.steps_of(dossier) if one.number <= last]
    return clock.reading_from(procedure, dossier, steps, step.at).due_at or step.at


def _reason(reasons: Sequence[Reason], reason_id: str) -> Reason:
    return next(one for one in reasons if one.id == reason_id)


def _cite(procedure: Procedure, basis: Basis) -> str:
    source = next(
        (one.number or one.title.vi for one in procedure.sources if one.id == basis.source), basis.source
    )
    return ", ".join(part for part in (basis.clause, source) if part)


def _joined(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _resume_when(ground: PauseGround | None) -> str:
    days = ground.at_most_working_days if ground else None
    return AT_MOST.format(days=days) if days else RESUME_WHEN
