"""
Checking: is this paper whole, who signed it, when, under which authority, and what does it carry?

A paper is genuine when it holds exactly one signature, the signature covers the whole file, nothing
was added after it, and its certificate leads to a trusted root. Revocation lists are not asked: the
demo authority issues none (`docs/explanation/papers.md` says what a real city must add).
"""

import io
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from dothi.foundation.papers.certificates import ORGANIZATION
from dothi.foundation.papers.types import Attachment, Report, Verdict

MOST_ATTACHMENTS = 20
LARGEST_ATTACHMENT = 1_000_000
"""Bytes of one attachment once unpacked; a proof needs a few thousand."""

# pyHanko logs what it dislikes in each foreign file; the report says it already.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def check(pdf: bytes, trust: Sequence[bytes], at: datetime) -> Report:
    """
    Return what can be said of `pdf` at `at` (aware) when the DER roots in `trust` are believed.

    Never raises for a bad file: the verdict says unreadable. Files of strangers go through
    `uploads.check_upload`, which bounds time and memory.
    """
    try:
        return _check(pdf, trust, at)
    except (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError,
            IndexError, AttributeError, RecursionError, NotImplementedError, OverflowError):  # fmt: skip
        return Report(Verdict.UNREADABLE)


def _check(pdf: bytes, trust: Sequence[bytes], at: datetime) -> Report:
    reader = PdfFileReader(io.BytesIO(pdf))
    attachments = tuple(_attachments(reader))
    signatures = reader.embedded_signatures
    if not signatures:
        return Report(Verdict.UNSIGNED, attachments=attachments)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in trust],
        allow_fetching=False, revocation_mode="soft-fail", moment=at,
    )  # fmt: skip
    status = validate_pdf_signature(signatures[0], context)
    return _report(status, attachments, verdict=_verdict(status, len(signatures)))


def _verdict(status: PdfSignatureStatus, count: int) -> Verdict:
    untouched = (
        count == 1
        and status.intact
        and status.valid
        and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level == ModificationLevel.NONE
    )
    if not untouched:
        return Verdict.CHANGED
    return Verdict.GENUINE if _trusted(status) else Verdict.UNKNOWN_AUTHORITY


def _trusted(status: PdfSignatureStatus) -> bool:
    stamp = status.timestamp_validity
    return bool(status.trusted and (stamp is None or (stamp.valid and stamp.intact and stamp.trusted)))


def _report(status: PdfSignatureStatus, attachments: tuple[Attachment, ...], verdict: Verdict) -> Report:
    subject = status.signing_cert.subject.native
    issuer = status.signing_cert.issuer.native
    stamp = status.timestamp_validity
    return Report(
        verdict=verdict,
        signer=str(subject.get("common_name", "")),
        post=str(subject.get("title", "")),
        unit=str(subject.get("organizational_unit_name", "")),
        issuer=str(issuer.get("common_name", "")),
        signed_at=stamp.timestamp if stamp else status.signer_reported_dt,
        stamped=bool(stamp and stamp.valid and stamp.trusted),
        demo=issuer.get("organization_name") == ORGANIZATION,
        attachments=attachments,
    )


def _attachments(reader: PdfFileReader) -> Iterator[Attachment]:
    """Yield the files of the name tree, at most MOST_ATTACHMENTS of at most LARGEST_ATTACHMENT bytes."""
    tree: object = reader.root
    for step in ("/Names", "/EmbeddedFiles", "/Names"):
        if not isinstance(tree, generic.DictionaryObject) or step not in tree:
            return
        tree = tree[step]  # only the brackets follow a reference
    if not isinstance(tree, generic.ArrayObject):
        return
    for index in range(1, min(len(tree), 2 * MOST_ATTACHMENTS), 2):
        stream = tree[index]["/EF"]["/F"]
        if isinstance(stream, generic.StreamObject) and len(stream.data) <= LARGEST_ATTACHMENT:
            yield Attachment(str(tree[index]["/F"]), bytes(stream.data))
