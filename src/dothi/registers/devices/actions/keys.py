"""By what a device proves who it is: a token, renewed, or a client certificate instead of one."""

from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from dothi.foundation.identity.authority import Actor
from dothi.foundation.statements import together, write
from dothi.registers.devices.errors import CertificateUnreadable
from dothi.registers.devices.owners import administers
from dothi.registers.devices.recording import By, Happened, allowed, in_service, locked, tell
from dothi.registers.devices.rules import OVERLAP
from dothi.registers.devices.statements import sql
from dothi.registers.devices.tokens import hash_of, token_of
from dothi.registers.devices.types import DeviceId, Issued

ISSUE = administers("devices.issue-token")
CERTIFY = administers("devices.accept-certificate")


def issue_token(*, device_id: DeviceId, overlap: bool, key: UUID, actor: Actor, at: datetime) -> Issued:
    """
    Give a device a new token, which is kept nowhere; with `overlap` the one before is taken for a day more.

    A certificate is no longer taken then. The same key again returns the same token and changes nothing.
    Raises Refused, DeviceUnknown, DeviceRevoked.
    """
    by, token = By(actor, at, key), token_of(key)
    with together():
        kept = locked(device_id)
        decision = allowed(ISSUE, by, kept.owner)
        in_service(kept)
        if kept.token_hash != hash_of(token):
            until = at + OVERLAP if overlap else None
            write(sql("rotate"), {"id": device_id, "token_hash": hash_of(token), "until": until})
            tell(ISSUE, by, decision, device_id, Happened.REKEYED, facts={"overlap": overlap})
    return Issued(device_id, token)


def accept_certificate(*, device_id: DeviceId, pem: str, key: UUID, actor: Actor, at: datetime) -> None:
    """
    Take a client certificate (X.509, PEM) instead of a token from now on.

    The door compares the whole certificate (SHA-256 of its DER) and asks no authority about it.
    Raises Refused, DeviceUnknown, DeviceRevoked, CertificateUnreadable.
    """
    by, fingerprint = By(actor, at, key), _fingerprint(pem)
    with together():
        kept = locked(device_id)
        decision = allowed(CERTIFY, by, kept.owner)
        in_service(kept)
        if kept.certificate_hash != fingerprint:
            write(sql("certify"), {"id": device_id, "certificate_hash": fingerprint})
            facts = {"certificate": fingerprint.hex()}
            tell(CERTIFY, by, decision, device_id, Happened.REKEYED, facts=facts)


def _fingerprint(pem: str) -> bytes:
    try:
        return x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA256())
    except ValueError as error:
        raise CertificateUnreadable from error
