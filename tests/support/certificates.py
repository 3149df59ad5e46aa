"""Certificates for tests of TLS: an authority, and what it vouches for."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, in files (PEM)."""

    certificate: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the certificate, in hex."""
        return x509.load_pem_x509_certificate(self.certificate.read_bytes()).fingerprint(SHA256()).hex()


class Authority:
    """Vouches for certificates, which it leaves in a folder."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder, self._name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._made(name, self._key, authority=True).certificate

    def made(self, name: str) -> Pair:
        """Return a new certificate for this machine and whoever is called `name`."""
        return self._made(name, ec.generate_private_key(ec.SECP256R1()), authority=False)

    def _made(self, name: str, key: ec.EllipticCurvePrivateKey, *, authority: bool) -> Pair:
        at = datetime.now(UTC)
        here = x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")
        built = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named(self._name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(minutes=5))
            .not_valid_after(at + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(here), critical=False)
            .sign(self._key, SHA256())
        )
        pair = Pair(self._folder / f"{self._name}-{name}.pem", self._folder / f"{self._name}-{name}.key")
        pair.certificate.write_bytes(built.public_bytes(Encoding.PEM))
        pair.key.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
        return pair


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
