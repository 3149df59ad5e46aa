"""
What is wrong with the doors of devices beyond loopback: they speak TLS, with a certificate that is good now.

While something is wrong those doors stay shut; the pages and the doors on loopback open all the same.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from dothi.config.encrypting import LOOPBACK
from dothi.config.environment import Environment

PLAIN = {"mqtt_url": ("DOTHI_MQTT_URL", "mqtts"), "devices_url": ("DOTHI_DEVICES_URL", "https")}
Found = Iterator[tuple[str, str]]


def findings(environment: Environment, at: datetime) -> Found:
    """Yield what is wrong at the instant `at` and how to mend it; nothing where only loopback is served."""
    yield from _addresses(environment)
    names = environment.devices_certificate_file, environment.devices_key_file
    if any(names) and not all(names):
        yield (
            "DOTHI_DEVICES_CERTIFICATE_FILE and DOTHI_DEVICES_KEY_FILE go together",
            "name both, or neither and put a proxy with TLS before the doors",
        )
    elif all(names):
        yield from _pair(Path(names[0]), Path(names[1]), at)
    if environment.devices_client_ca_file:
        yield from _authorities(environment, Path(environment.devices_client_ca_file))


def shut(environment: Environment, at: datetime) -> bool:
    """Tell whether the doors by TLS stay shut: nobody asked for them, or something is wrong with them."""
    return not environment.devices_certificate_file or any(findings(environment, at))


def _addresses(environment: Environment) -> Found:
    """Yield a complaint for each address beyond loopback that devices would reach in the clear."""
    for field, (name, scheme) in PLAIN.items():
        told = urlsplit(getattr(environment, field))
        if told.hostname and told.scheme != scheme and told.hostname not in LOOPBACK:
            yield (
                f"{name} sends devices to {told.hostname} without TLS, and their tokens in the clear",
                f"let it begin with {scheme}://",
            )


def _pair(certificate: Path, key: Path, at: datetime) -> Found:
    try:
        told = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        private = load_pem_private_key(key.read_bytes(), None)
    except OSError as error:
        yield (
            f"{error.filename} cannot be read: {error.strerror}",
            "name a file that is there, or mend its rights",
        )
        return
    except (ValueError, TypeError) as error:
        yield (
            f"{certificate} and {key} are no certificate and key: {error}",
            "give PEM, the key without a password",
        )
        return
    if _public(told.public_key()) != _public(private.public_key()):
        yield f"{key} is not the key of {certificate}", "name the two that belong together"
    yield from _period(certificate, told, at)


def _period(file: Path, told: x509.Certificate, at: datetime) -> Found:
    if told.not_valid_after_utc <= at:
        yield f"{file} expired on {told.not_valid_after_utc:%Y-%m-%d %H:%M} UTC", "renew it, then start anew"
    elif told.not_valid_before_utc > at:
        yield (
            f"{file} is good from {told.not_valid_before_utc:%Y-%m-%d %H:%M} UTC only",
            "wait, or set the clock",
        )


def _public(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _authorities(environment: Environment, file: Path) -> Found:
    if not environment.devices_certificate_file:
        yield "DOTHI_DEVICES_CLIENT_CA_FILE needs DOTHI_DEVICES_CERTIFICATE_FILE", "name both, or neither"
        return
    try:
        x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        yield f"{file} names no authority: {error}", "give their certificates in PEM"
