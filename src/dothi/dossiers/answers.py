"""What a dossier says of a person, sealed with the owner's key: answers, proposal, notes, faults."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from dothi.dossiers.models import Correction, Dossier
from dothi.dossiers.types import Fault
from dothi.foundation.keys.actions import seal, unseal
from dothi.procedures.types import Answers, Json

ANSWERS = "dossiers.dossier.answers"
PROPOSAL = "dossiers.dossier.proposal"
NOTE = "dossiers.step.note"
FAULTS = "dossiers.correction.faults"


def read_answers(dossier: Dossier) -> dict[str, Json]:
    """Return the answers in the clear. The caller has recorded the read. Raises SubjectErased."""
    return _open(dossier, bytes(dossier.answers), ANSWERS)


def read_answers_before(dossier: Dossier, sealed: bytes) -> dict[str, Json]:
    """Return the answers as they stood when a correction was asked for; nothing where none were kept."""
    return _open(dossier, sealed, ANSWERS)


def write_answers(dossier: Dossier, answers: Answers) -> None:
    """Seal `answers` into the dossier; the caller saves it."""
    dossier.answers = _close(dossier, answers, ANSWERS)


def read_proposal(dossier: Dossier) -> dict[str, Json]:
    """Return the proposed claims of the result in the clear."""
    return _open(dossier, bytes(dossier.proposal), PROPOSAL)


def write_proposal(dossier: Dossier, claims: Mapping[str, Json]) -> None:
    """Seal the proposed claims into the dossier; the caller saves it."""
    dossier.proposal = _close(dossier, claims, PROPOSAL)


def write_note(dossier: Dossier, note: str) -> bytes:
    """Return what an actor wrote about an act, sealed for the owner; nothing for nothing."""
    return seal(dossier.owner_id, note.encode(), NOTE) if note else b""


def read_note(dossier: Dossier, sealed: bytes) -> str:
    """Return what an actor wrote about an act."""
    return unseal(dossier.owner_id, sealed, NOTE).decode() if sealed else ""


def read_faults(dossier: Dossier, asked: Correction) -> tuple[Fault, ...]:
    """Return the faults of a correction request or a refusal in the clear."""
    plain = unseal(dossier.owner_id, bytes(asked.faults), FAULTS)
    return tuple(Fault(**fault) for fault in json.loads(plain))


def seal_faults(dossier: Dossier, faults: Sequence[Fault]) -> bytes:
    """Return the faults sealed for the owner."""
    plain = json.dumps([asdict(fault) for fault in faults], ensure_ascii=False)
    return seal(dossier.owner_id, plain.encode(), FAULTS)


def about(dossier: Dossier, **more: Json) -> dict[str, Json]:
    """Return what the claims of a result may say of the dossier itself."""
    unknown = {"number": None, "issued_on": None, "valid_until": None}
    return {"code": dossier.code, "ward": dossier.ward_code, **unknown, **more}


def _open(dossier: Dossier, sealed: bytes, context: str) -> dict[str, Json]:
    if not sealed:
        return {}
    found: dict[str, Json] = json.loads(unseal(dossier.owner_id, sealed, context))
    return found


def _close(dossier: Dossier, value: Mapping[str, Json], context: str) -> bytes:
    return seal(dossier.owner_id, json.dumps(dict(value), ensure_ascii=False).encode(), context)
