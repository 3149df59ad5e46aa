"""
Checking a stranger's upload: bounded in bytes, seconds, memory and number at a time.

The work is done by `checker`, a process without Django, database or secrets. Whatever happens to it,
the answer is a report; the public page needs no other branch.
"""

import base64
import json
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

from dothi.foundation import apart
from dothi.foundation.papers.credentials import trust_roots
from dothi.foundation.papers.errors import CheckerBusy
from dothi.foundation.papers.types import Attachment, Report, Verdict

LARGEST = 20_971_520
"""Bytes of an upload, the limit of `files` for a PDF."""
SECONDS = 10.0
AT_ONCE = 2
_slots = threading.BoundedSemaphore(AT_ONCE)


def check_upload(source: BinaryIO, at: datetime) -> Report:
    """
    Return what can be said of the file in `source` at `at` under the roots of this node.

    Reads at most LARGEST bytes. Raises CheckerBusy when AT_ONCE files are being checked already.
    """
    pdf = source.read(LARGEST + 1)
    if len(pdf) > LARGEST or not pdf.startswith(b"%PDF-"):
        return Report(Verdict.UNREADABLE)
    if not _slots.acquire(blocking=False):
        raise CheckerBusy()
    try:
        return checked_apart(pdf, trust_roots(), at)
    finally:
        _slots.release()


def checked_apart(pdf: bytes, trust: Sequence[bytes], at: datetime) -> Report:
    """Return the report of a checker process of its own; unreadable when it dies or takes too long."""
    asked = {"trust": [base64.b64encode(root).decode() for root in trust], "at": at.isoformat()}
    told = json.dumps(asked).encode() + b"\n" + pdf
    try:
        return _report(json.loads(apart.run("dothi.foundation.papers.checker", told, SECONDS)))
    except (apart.Failed, ValueError):
        return Report(Verdict.UNREADABLE)


def _report(said: dict[str, Any]) -> Report:
    files = [Attachment(it["name"], base64.b64decode(it["content"])) for it in said.pop("attachments")]
    verdict = Verdict(said.pop("verdict"))
    signed_at = said.pop("signed_at")
    return Report(
        verdict=verdict,
        signed_at=datetime.fromisoformat(signed_at) if signed_at else None,
        attachments=tuple(files),
        **said,
    )
