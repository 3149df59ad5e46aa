"""The proof inside a paper: whether its act stands in the ledger, by the ledger's public keys alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dothi.foundation.ledger.receipts import LEAF_NAME, PROOF_NAME, read_receipt, verify
from dothi.foundation.papers.types import Report
from dothi.kernel.merkle.note import PublicKey
from dothi.kernel.merkle.tree import NotProven


class Finding(StrEnum):
    """What the attachments of a paper prove."""

    NONE = "none"
    HOLDS = "holds"
    BROKEN = "broken"


@dataclass(frozen=True)
class Proven:
    """The finding and, where it holds, the act, its instant and its place in which ledger."""

    finding: Finding
    act: str = ""
    at: datetime | None = None
    ledger: str = ""
    index: int = -1


def proven(report: Report, keys: Sequence[PublicKey]) -> Proven:
    """Return what the attachments in `report` prove under the ledger's public `keys`. Never raises."""
    attached = {it.name: it.content for it in report.attachments}
    if PROOF_NAME not in attached or LEAF_NAME not in attached:
        return Proven(Finding.NONE)
    try:
        receipt = read_receipt(attached[PROOF_NAME].decode(), attached[LEAF_NAME].decode())
        found = verify(receipt, keys)
        at = datetime.fromisoformat(str(found.entry.get("occurred_at")))
    except (NotProven, ValueError):
        return Proven(Finding.BROKEN)
    return Proven(Finding.HOLDS, str(found.entry.get("act")), at, found.signed_by, found.index)
