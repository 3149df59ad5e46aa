"""
The root keys: 32 bytes outside the database from which everything secret in it hangs.

A file of exactly 32 bytes is version 1. After a rotation the file holds one `<version> <base64>`
line per key: the highest version wraps new subject keys, every version unwraps, and the lowest
one keeps the blind indexes until they have been computed anew. Without Django, without a database.

Wrapping: AES-256-GCM (NIST SP 800-38D); derivation: HKDF-SHA256 (RFC 5869).
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from hmac import digest
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
_WRAP_FORMAT = 1


class RootKeyUnusable(Exception):
    """The root key file is missing, malformed, or does not hold the version asked for."""


@dataclass(frozen=True)
class RootKeys:
    """Root keys by version, 1 to 255; never empty."""

    versions: Mapping[int, bytes]

    @property
    def current(self) -> int:
        """Return the version that wraps new keys."""
        return max(self.versions)

    def wrap(self, subject: UUID, key: bytes) -> bytes:
        """Return `key` encrypted for `subject`: format byte, version byte, nonce, ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.derive("wrap", self.current)).encrypt(nonce, key, _wrap_context(subject))
        return bytes((_WRAP_FORMAT, self.current)) + nonce + sealed

    def unwrap(self, subject: UUID, wrapped: bytes) -> bytes:
        """Return the key in `wrapped`. Raises RootKeyUnusable, cryptography's InvalidTag."""
        if wrapped[0] != _WRAP_FORMAT:
            raise RootKeyUnusable(f"unknown wrapping format {wrapped[0]}")
        nonce, sealed = wrapped[2 : 2 + NONCE_BYTES], wrapped[2 + NONCE_BYTES :]
        return AESGCM(self.derive("wrap", wrapped[1])).decrypt(nonce, sealed, _wrap_context(subject))

    def blind(self, value: str, index: str) -> bytes:
        """Return 32 bytes that stand for `value` in the lookup index `index`."""
        return digest(self.derive(f"blind {index}", min(self.versions)), value.encode(), sha256)

    def derive(self, use: str, version: int | None = None) -> bytes:
        """Return the 32-byte key of one use. Raises RootKeyUnusable for a version not held."""
        chosen = self.current if version is None else version
        if chosen not in self.versions:
            raise RootKeyUnusable(f"root key version {chosen} is not in the root key file")
        return _derived(self.versions[chosen], use)


@lru_cache(maxsize=256)
def _derived(root: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"dothi v1 {use}".encode()).derive(root)


def _wrap_context(subject: UUID) -> bytes:
    return b"dothi subject key v1 " + subject.bytes


def read_root_keys(path: Path) -> RootKeys:
    """Return the root keys in the file `path`. Raises RootKeyUnusable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RootKeyUnusable(f"cannot read the root key file {path}") from error
    if len(content) == KEY_BYTES:
        return RootKeys({1: content})
    return RootKeys(_parse_lines(content, path))


def _parse_lines(content: bytes, path: Path) -> dict[int, bytes]:
    try:
        pairs = [line.split() for line in content.decode("ascii").splitlines() if line.strip()]
        versions = {int(version): base64.b64decode(key, validate=True) for version, key in pairs}
    except ValueError as error:
        raise RootKeyUnusable(f"{path} is neither 32 bytes nor lines of version and base64") from error
    if not versions or any(len(key) != KEY_BYTES or not 0 < v < 256 for v, key in versions.items()):
        raise RootKeyUnusable(f"{path} must hold keys of 32 bytes with versions 1 to 255")
    return versions


def create_root_key(path: Path) -> None:
    """Create the root key file with mode 0600 unless it exists, durable before this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
