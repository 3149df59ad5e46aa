"""
Signing: a paper gets one PAdES baseline signature (ETSI EN 319 142-1, B-B).

ECDSA P-256 with SHA-256. Attachments go in before the signature, which covers the whole file.
`bytes_reserved` spares pyHanko a trial signature to learn its size: measured 19 ms without, 11 ms with.
pyHanko runs a loop of its own, so this is called from threads and processes, not from a coroutine.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from asn1crypto import keys, x509
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from dothi.foundation.papers.types import Credential, Signer

FIELD = "Signature"
# Printable and off the sheet: PDF/A forbids a hidden field, PDF/UA wants a visible one in the structure.
_FIELD = fields.SigFieldSpec(
    FIELD, invis_sig_settings=fields.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
)
RESERVED = 16_384
"""Hexadecimal digits kept for the signature: three certificates need about 5,000."""


def sign(pdf: bytes, signer: Signer, at: datetime, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """Return `pdf` with `attachments`, signed by `signer` at `at` (aware); the old bytes stay a prefix."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for name, content in (attachments or {}).items():
        _embed(writer, name, content, at)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=signer.reason or None,
        location=signer.place or None,
    )
    at = at.replace(microsecond=0)  # PDF knows no less than a second
    engine = _DatedSigner(metadata, signer=_engine(signer.credential), new_field_spec=_FIELD)
    engine.at = at
    signed: bytes = engine.sign_pdf(writer, bytes_reserved=RESERVED).getvalue()
    return signed


class _DatedSigner(signers.PdfSigner):
    """pyHanko's signer with the instant as an argument: it reads the wall clock otherwise."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        """Open a session that takes place at `at`."""
        session: PdfSigningSession = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def attach(pdf: bytes, name: str, content: bytes, at: datetime) -> bytes:
    """Return `pdf` with the file `name` inside it. Only before signing: afterwards it breaks the seal."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    _embed(writer, name, content, at)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _embed(writer: IncrementalPdfFileWriter, name: str, content: bytes, at: datetime) -> None:
    stream = embed.EmbeddedFileObject.from_file_data(
        writer, data=content, mime_type="application/json" if name.endswith(".json") else "text/plain",
        params=embed.EmbeddedFileParams(creation_date=at, modification_date=at),
    )  # fmt: skip
    embed.embed_file(
        writer,
        embed.FileSpec(
            file_spec_string=name, file_name=name, embedded_data=stream, description=name,
            af_relationship=generic.pdf_name("/Supplement"),
        ),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _engine(credential: Credential) -> signers.SimpleSigner:
    """Return pyHanko's signer of `credential`, kept: parsing certificates costs more than signing."""
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(credential.certificate),
        signing_key=keys.PrivateKeyInfo.load(credential.private_key),
        cert_registry=_store(credential),
    )


def _store(credential: Credential) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(above) for above in credential.chain])
    return store
