"""The door by TLS: the certificate of a device lets it in, and no other."""

import hashlib
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.devices import TOKEN, ingest, until
from tests.support.packets import field, heard
from tests.support.servers import free_port

ACCEPTED, REFUSED = b"\x20\x02\x00\x00", b"\x20\x02\x00\x04"


class Authority:
    """A certificate authority of the test, and what it signs, as files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        own = self._built("authority", self._key.public_key(), ca=True)
        (folder / "ca.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def certify(self, name: str) -> bytes:
        """Write NAME.pem and NAME.key; return the SHA-256 of the certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._built(name, key.public_key(), ca=False)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (self.folder / f"{name}.key").write_bytes(private)
        return hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).digest()

    def _built(self, name: str, key: ec.EllipticCurvePublicKey, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def answer(port: int, folder: Path, certificate: str, user: str, token: bytes = b"") -> bytes:
    """Return the answer to CONNECT of a device with a certificate, maybe with a token too."""
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if certificate:
        context.load_cert_chain(folder / f"{certificate}.pem", folder / f"{certificate}.key")
    body = field(b"MQTT") + bytes([4, 0xC2 if token else 0x82, 0, 0]) + field(b"c") + field(user.encode())
    body += field(token) if token else b""
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.sendall(bytes([0x10, len(body)]) + body)
        return heard(connection, 4)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.certify("door")
    return made


class TestTls:
    def test_lets_devices_in_by_certificate_or_token(
        self, dsn: str, tmp_path: Path, authority: Authority
    ) -> None:
        hashed = authority.certify("s1")
        authority.certify("stranger")
        with psycopg.connect(dsn) as connection:
            connection.execute(
                "update telemetry.device set certificate_hash = %s, token_hash = null where id = 's1'",
                [hashed],
            )
        port = free_port()
        told = ("--certificate", "door.pem"), ("--key", "door.key"), ("--client-ca", "ca.pem")
        options = [text for name, file in told for text in (name, str(tmp_path / file))]
        with ingest(dsn, tmp_path / "log", 0, "--tls", str(port), *options) as door:
            until(lambda: answer(port, tmp_path, "s1", "s1") == ACCEPTED)
            assert answer(port, tmp_path, "s1", "") == ACCEPTED
            assert answer(port, tmp_path, "s1", "s2") == REFUSED
            assert answer(port, tmp_path, "stranger", "s1") == REFUSED
            assert answer(port, tmp_path, "", "s1") == REFUSED
            assert answer(port, tmp_path, "", "s2", TOKEN) == ACCEPTED
            with psycopg.connect(dsn) as connection:
                connection.execute("update telemetry.device set revoked_at = now() where id = 's1'")
            until(lambda: answer(port, tmp_path, "s1", "s1") == REFUSED)
            with socket.create_connection(("127.0.0.1", port), 10) as plain:
                plain.sendall(b"\x10\x00 no tls")
                assert plain.recv(100)[:1] in (b"", b"\x15")  # the end, or an alert (RFC 8446, section 6)
            assert door.process.poll() is None
