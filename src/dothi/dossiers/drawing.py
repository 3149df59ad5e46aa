"""
What the papers of a dossier say: collected when a paper is made, from the dossier as it stands.

Collecting is the office's own read of the owner's data and is recorded as one. The proof of the act
is inside the receipt before it is signed; while the act is not sealed yet, the paper waits.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from dothi.dossiers import clock
from dothi.dossiers.answers import read_answers, read_proposal
from dothi.dossiers.models import Dossier, Step
from dothi.dossiers.papers import FILING, RECEIPT, RESULT, paper_id_of
from dothi.dossiers.printing import in_full, printed
from dothi.foundation.clock import HANOI, civil_date
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.identity.queries import profile_of
from dothi.foundation.ledger.queries import proof
from dothi.foundation.papers.kinds import register
from dothi.foundation.papers.types import Draft, Official, Order
from dothi.kernel.problems import NotFound, msg
from dothi.procedures.engine import components
from dothi.procedures.queries import version
from dothi.procedures.types import Json, Procedure, VersionId
from dothi.registers.agencies.queries import post_of, unit_of

PRINT = Purpose(
    "print-paper", "Decree 61/2018/ND-CP, art. 17", msg("A paper of the dossier was made for its owner")
)
PLACE = "Hà Nội"
FOOT = "Giấy tờ điện tử của Dothi; kiểm tra chữ ký và dấu trong sổ cái tại trang kiểm tra giấy tờ."


def register_papers() -> None:
    """Let the papers room know how papers of dossiers are filled."""
    register(FILING, draw_filing)
    register(RECEIPT, draw_receipt)
    register(RESULT, draw_result)


def draw_filing(wanted: Order, at: datetime) -> Draft:
    """Return the receipt of filing, under the seal of the desk, with the proof of the act."""
    dossier, step = found(wanted)
    unit = unit_of(dossier.unit_id, civil_date(step.at))
    seal = Official(unit.id, UUID(int=0), unit.name.vi, "Dấu điện tử của bộ phận một cửa", unit.name.vi)
    return _receipt(dossier, step, seal, "filing", at)


def draw_receipt(wanted: Order, at: datetime) -> Draft:
    """Return the receipt and appointment slip, form 01, signed by who accepted, with the proof."""
    dossier, step = found(wanted)
    return _receipt(dossier, step, official_of(step, at), "receipt", at)


def draw_result(wanted: Order, at: datetime) -> Draft:
    """Return the result, signed by who signed it."""
    dossier, step = found(wanted)
    procedure = version(VersionId(dossier.version_id))
    signer, claims = official_of(step, at), read_proposal(dossier)
    data = {
        **common(dossier, step, signer, str(claims.get("number") or "")),
        "submitter": submitter(dossier, at),
        **printed(procedure, claims, civil_date(step.at), signer.unit),
    }
    name = f"{procedure.result.kind}-{dossier.code}.pdf"
    return Draft(procedure.result.template, data, signer, name, proofs(dossier, step), place=PLACE)


def _receipt(dossier: Dossier, step: Step, signer: Official, template: str, at: datetime) -> Draft:
    procedure, answers = version(VersionId(dossier.version_id)), read_answers(dossier)
    reading = clock.reading_from(procedure, dossier, clock.steps_of(dossier), step.at)
    data = {
        **common(dossier, step, signer, dossier.code),
        "submitter": submitter(dossier, at),
        "procedure": {"code": procedure.code, "name": procedure.title.vi},
        "components": _components(procedure, answers, civil_date(step.at)),
        "sets": 1,
        "legal_time": f"{reading.rule.term.count} ngày làm việc",
        "received_at": local(step.at),
        "due_at": local(reading.due_at or reading.answer_due_at or step.at),
        "collect_at": signer.unit,
    }
    return Draft(template, data, signer, f"{dossier.code}.pdf", proofs(dossier, step), place=PLACE)


def found(wanted: Order) -> tuple[Dossier, Step]:
    """Return the dossier and the act that the paper is about; the paper's id follows from the act."""
    dossier_id = wanted.about.rpartition(":")[2]
    for step in Step.objects.filter(dossier_id=dossier_id).select_related("dossier").order_by("number"):
        if paper_id_of(wanted.kind, step.id) == wanted.id:
            return step.dossier, step
    raise NotFound


def official_of(step: Step, at: datetime) -> Official:
    """
    Return who acted, through which post; the name is read at `at`.

    Raises NotFound for an act of nobody's post.
    """
    on = civil_date(step.at)
    if step.post_id is None or step.actor_id is None:
        raise NotFound
    post = post_of(step.post_id, on)
    profile = profile_of(step.actor_id, reader=SYSTEM, authority="system", purpose=PRINT, at=at)
    name = profile.full_name if profile else ""
    return Official(step.actor_id, step.post_id, name, post.title.vi, post.unit.vi)


def common(dossier: Dossier, step: Step, signer: Official, number: str) -> dict[str, object]:
    """Return what every paper says: agency, signer, code, and where the act can be checked."""
    leaf = proof(step.id).leaf_hash.hex()
    return {
        "agency": {"parent": "Ủy ban nhân dân thành phố Hà Nội", "name": signer.unit},
        "place": PLACE,
        "issued_on": str(civil_date(step.at)),
        "number": number,
        "code": dossier.code,
        "signer": {"post": signer.post, "name": signer.name},
        "foot": FOOT,
        "tracking": {
            "url": f"{settings.PUBLIC_URL}/track/{dossier.code}/",
            "code": dossier.code,
            "leaf": leaf,
        },
    }


def proofs(dossier: Dossier, step: Step) -> Mapping[str, bytes]:
    """Return the proof of the act as files to attach. Raises NotSealedYet."""
    receipt = proof(step.id, disclose_to=[dossier.owner_id])
    return receipt.attachments


def submitter(dossier: Dossier, at: datetime) -> dict[str, object]:
    """Return name and address of the owner; the read is recorded as the office's own."""
    profile = profile_of(dossier.owner_id, reader=SYSTEM, authority="system", purpose=PRINT, at=at)
    if profile is None:
        return {"name": "", "address": ""}
    residence: dict[str, Json] = {"ward": profile.ward, "line": profile.address}
    address = in_full(residence, civil_date(at))
    return {"name": profile.full_name, "address": address, "personal_number": profile.personal_number}


def _components(procedure: Procedure, answers: Mapping[str, Json], on: date) -> list[dict[str, object]]:
    asked = components(procedure, answers, [], on)
    return [
        {
            "name": one.component.title.vi,
            "originals": str(one.component.originals),
            "certified": str(one.component.certified_copies),
            "copies": str(one.component.copies),
        }
        for one in asked
    ]


def local(at: datetime) -> str:
    """Return an instant as the templates read it, in Hanoi's time."""
    return at.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M")
