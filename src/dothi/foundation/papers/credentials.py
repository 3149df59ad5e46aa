"""
Credentials: the certificate by which an official signs, and the roots that a check believes.

Only a node with `--demo` makes them, at first need, under one lock; private keys are sealed with a key
of their own. An official gets a new one when the post, the printed words or the period change.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from cryptography import x509
from django.conf import settings
from django.db import connection, transaction

from dothi.foundation.keys.actions import seal, unseal
from dothi.foundation.papers import certificates, models
from dothi.foundation.papers.certificates import Subject
from dothi.foundation.papers.errors import SignerMissing
from dothi.foundation.papers.types import Credential, Official
from dothi.kernel.ids import new_id

CONTEXT = "papers.credential.key"
RENEWAL = timedelta(days=30)
"""A certificate with less time left is not used for a new paper."""
ONE_AT_A_TIME = 7_201_001
"""Number of the advisory lock under which authorities and certificates are made."""


def credential_of(official: Official, at: datetime) -> models.Credential:
    """
    Return the row by which `official` signs at `at`; in a demo city it is made at first need.

    One SQL statement once it exists. Raises SignerMissing.
    """
    found = _standing(official, at)
    if found is not None:
        return found
    if not settings.DEMO:
        raise SignerMissing(post_id=official.post_id)
    with transaction.atomic():
        _lock()
        return _standing(official, at) or _new_official(official, at)


def trust_roots() -> Sequence[bytes]:
    """Return the roots that a check believes, DER, oldest first; one SQL statement."""
    rows = models.Credential.objects.filter(role="root").order_by("id")
    return [bytes(row.certificate) for row in rows]


@lru_cache(maxsize=256)
def usable(credential_id: UUID) -> Credential:
    """Return the credential with its private key and its chain, kept in this process: it never changes."""
    row = models.Credential.objects.select_related("above__above").get(pk=credential_id)
    chain = [above for above in (row.above, row.above.above if row.above else None) if above]
    return Credential(
        bytes(row.certificate),
        unseal(row.id, bytes(row.key_sealed), CONTEXT),
        tuple(bytes(above.certificate) for above in chain),
    )


def _standing(official: Official, at: datetime) -> models.Credential | None:
    row = (
        models.Credential.objects.filter(
            role="official", holder_id=official.person_id, post_id=official.post_id,
            valid_from__lte=at, valid_to__gt=at + RENEWAL,
        )
        .order_by("-valid_to", "-id")
        .first()
    )  # fmt: skip
    if row is None or not certificates.names(bytes(row.certificate), _subject(official)):
        return None
    return row


def _new_official(official: Official, at: datetime) -> models.Credential:
    issuer = _authority("issuer", at)
    made = certificates.new_official(usable(issuer.id), _subject(official), at)
    return _kept("official", made, issuer, official)


def _authority(role: str, at: datetime) -> models.Credential:
    """Return the authority of `role`, made with those above it when there is none; under the lock."""
    found = models.Credential.objects.filter(role=role).order_by("id").first()
    if found is not None:
        return found
    if role == "root":
        return _kept("root", certificates.new_root(at), None)
    above = _authority("root", at)
    return _kept(role, certificates.new_issuer(usable(above.id), at), above)


def _kept(
    role: str, made: Credential, above: models.Credential | None, official: Official | None = None
) -> models.Credential:
    certificate = x509.load_der_x509_certificate(made.certificate)
    row_id = new_id()
    return models.Credential.objects.create(
        id=row_id, role=role, above=above, certificate=made.certificate,
        holder_id=official.person_id if official else None,
        post_id=official.post_id if official else None,
        key_sealed=seal(row_id, made.private_key, CONTEXT),
        valid_from=certificate.not_valid_before_utc, valid_to=certificate.not_valid_after_utc,
    )  # fmt: skip


def _subject(official: Official) -> Subject:
    return Subject(official.name, official.post, official.unit)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
