"""
Certificates of the demo city: a root, an issuing authority, officials.

X.509 v3 (RFC 5280) over ECDSA P-256. In a real city the official's certificate comes from the
government's own authority and its key never leaves the official's device; these live in the system,
say "demo" in every name, and are made only where the node runs with `--demo`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization import load_der_private_key as load_key
from cryptography.x509.oid import NameOID

from dothi.foundation.papers.types import Credential

ORGANIZATION = "Dothi demo city"
AUTHORITY_DAYS = 3650
OFFICIAL_DAYS = 730
LONGEST_NAME = 64
"""Upper bound of a name in a certificate (X.520, ub-common-name)."""


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names; `post` and `unit` are empty for an authority."""

    name: str
    post: str = ""
    unit: str = ""


def new_root(at: datetime) -> Credential:
    """Return a fresh self-signed root, valid from a day before `at`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(Subject("Dothi demo root"))
    certificate = _builder(name, name, key.public_key(), key.public_key(), at, AUTHORITY_DAYS)
    return _credential(_as_authority(certificate, 1).sign(key, hashes.SHA256()), key, ())


def new_issuer(root: Credential, at: datetime) -> Credential:
    """Return a fresh issuing authority under `root`."""
    return _issue(root, Subject("Dothi demo issuing authority"), at, AUTHORITY_DAYS, "authority")


def new_official(issuer: Credential, subject: Subject, at: datetime) -> Credential:
    """Return a fresh signing certificate of the official `subject` under `issuer`."""
    return _issue(issuer, subject, at, OFFICIAL_DAYS, "official")


def names(certificate: bytes, subject: Subject) -> bool:
    """Return whether `certificate` (DER) was issued in exactly the words of `subject`."""
    return x509.load_der_x509_certificate(certificate).subject == _name(subject)


def _issue(above: Credential, subject: Subject, at: datetime, days: int, role: str) -> Credential:
    key = ec.generate_private_key(ec.SECP256R1())
    parent = x509.load_der_x509_certificate(above.certificate)
    parent_key = load_key(above.private_key, None)
    if not isinstance(parent_key, ec.EllipticCurvePrivateKey):
        raise TypeError(role)
    builder = _builder(_name(subject), parent.subject, key.public_key(), parent_key.public_key(), at, days)
    shaped = _as_authority(builder, 0) if role == "authority" else _as_end(builder)
    chain = (above.certificate, *above.chain)
    return _credential(shaped.sign(parent_key, hashes.SHA256()), key, chain)


def _credential(
    certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, chain: tuple[bytes, ...]
) -> Credential:
    return Credential(
        certificate.public_bytes(Encoding.DER),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        chain,
    )


def _name(subject: Subject) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, ORGANIZATION),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, subject.unit),
        (NameOID.TITLE, subject.post),
        (NameOID.COMMON_NAME, subject.name),
    ]
    return x509.Name([x509.NameAttribute(oid, value[:LONGEST_NAME]) for oid, value in parts if value])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey,
    above: ec.EllipticCurvePublicKey, at: datetime, days: int,
) -> x509.CertificateBuilder:  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1)).not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
    )  # fmt: skip


def _as_authority(builder: x509.CertificateBuilder, below: int) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(True, below), True).add_extension(_usage(True), True)


def _as_end(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(False, None), True).add_extension(_usage(False), True)


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
