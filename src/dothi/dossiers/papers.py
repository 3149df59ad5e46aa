"""
Papers of a dossier: a receipt when it is filed, the slip of each form that an act produces, the result.

Each is ordered in the transaction of its act and made by a job; its id follows from the act, so that
a repeated act orders the same paper. What it says is collected when it is made; the proof of the act
in the ledger goes in before the signature.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings

from dothi.dossiers.models import Dossier
from dothi.foundation.papers.actions import order
from dothi.foundation.papers.types import Order, PaperId
from dothi.kernel.ids import urn

PAPERS = UUID("5b3b2a6c-7d0d-4c7e-9f0b-3f3b6c1c2a10")
"""Namespace of the ids that are made from an act (RFC 9562, version 5)."""

FILING, RECEIPT, RESULT = "dossiers.filing", "dossiers.receipt", "dossiers.result"
CORRECTION, REFUSAL = "dossiers.correction", "dossiers.refusal"
APOLOGY, STOP = "dossiers.apology", "dossiers.stop"

PRODUCED: Mapping[str, str] = {
    "filing-receipt": FILING,
    "slip-01": RECEIPT,
    "slip-02": CORRECTION,
    "slip-03": REFUSAL,
    "slip-04": APOLOGY,
    "slip-05": STOP,
    "result-paper": RESULT,
    "draft-result": "process.show_draft",
    "proposal": "process.propose",
    "vault-result": "conclude.sign",
}
"""What an act produces, by the names that procedures' documents use: a kind of paper, or where it is made."""


def paper_id_of(kind: str, entry_id: UUID) -> PaperId:
    """Return the id of the paper of a kind about one act."""
    return PaperId(uuid5(PAPERS, f"{kind}:{entry_id}"))


def about(dossier_id: UUID) -> str:
    """Return the urn that papers of a dossier are about."""
    return urn(settings.NODE, "dossier", dossier_id)


def order_paper(kind: str, dossier: Dossier, entry_id: UUID, at: datetime) -> UUID:
    """Order the paper that proves the act `entry_id`; the same act orders the same paper."""
    wanted = Order(paper_id_of(kind, entry_id), kind, about(dossier.id), dossier.owner_id)
    return order(wanted=wanted, at=at)
