"""
Notes: text with Ed25519 signatures below it, readable by people and programs.

Standard: C2SP signed-note. A signature by an unknown key is ignored, one by a known key must hold,
and at least one must. Base64 is read strictly: two spellings of one signature are one too many.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dothi.kernel.merkle.tree import NotProven

_ED25519 = b"\x01"
_MOST_CHARACTERS = 1_000_000
_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that notes are checked with: a name without spaces or `+`, and 32 bytes (RFC 8032)."""

    name: str
    key: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(letter.isspace() for letter in self.name):
            raise ValueError(f"no name for a key: {self.name!r}")
        if len(self.key) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart; not a fingerprint to trust."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        """The key on one line, `name+id+base64`, as other tools of transparency logs write it."""
        return f"{self.name}+{self.id.hex()}+{encode64(_ED25519 + self.key)}"


def parse_public_key(line: str) -> PublicKey:
    """Return the key written by `str(PublicKey)`. Raises ValueError."""
    name, _, rest = line.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = PublicKey(name, decode64(encoded)[1:])
    if str(key) != f"{name}+{key_id}+{encoded}":
        raise ValueError("the key and its id do not belong together")
    return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A name and the private key that signs under it."""

    name: str
    private_key: Ed25519PrivateKey

    @property
    def public_key(self) -> PublicKey:
        """The key to give to those who check."""
        return PublicKey(self.name, self.private_key.public_key().public_bytes_raw())


def sign(text: str, signers: Sequence[Signer]) -> str:
    """Return the note of `text`, which must end in a newline and hold no other control character."""
    _require_text(text)
    if not signers:
        raise ValueError("a note has at least one signature")
    lines = [_signature_line(text, signer) for signer in signers]
    return f"{text}\n{''.join(lines)}"


def read(note: str, keys: Iterable[PublicKey]) -> tuple[str, list[PublicKey]]:
    """
    Return the text of `note` and the keys whose signatures hold.

    Raises NotProven when the note is malformed, a signature by one of `keys` fails or none is there.
    """
    text, lines = _split_note(note)
    known = {(key.name, key.id): key for key in keys}
    signed_by = []
    for line in lines:
        name, key_id, signature = _parse_signature(line)
        key = known.get((name, key_id))
        if key is not None:
            _check(key, signature, text)
            signed_by.append(key)
    if not signed_by:
        raise NotProven(reason="no signature by a key that we know")
    return text, signed_by


def encode64(data: bytes) -> str:
    """Return standard base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Return the bytes of standard base64; raises ValueError unless it is the one spelling of them."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error
    if not hmac.compare_digest(encode64(data), text):
        raise ValueError("base64 with stray bits")
    return data


def _signature_line(text: str, signer: Signer) -> str:
    key = signer.public_key
    return f"{_DASH}{key.name} {encode64(key.id + signer.private_key.sign(text.encode()))}\n"


def _split_note(note: str) -> tuple[str, list[str]]:
    if len(note) > _MOST_CHARACTERS:
        raise NotProven(reason="the note is too long")
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise NotProven(reason="the note is cut off")
    try:
        _require_text(text + "\n")
    except ValueError as error:
        raise NotProven(reason=str(error)) from error
    return text + "\n", signatures[:-1].split("\n")


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        data = decode64(encoded)
    except ValueError as error:
        raise NotProven(reason="a signature is not base64") from error
    if not line.startswith(_DASH) or not name or len(data) < 5:
        raise NotProven(reason="a signature line is malformed")
    return name, data[:4], data[4:]


def _check(key: PublicKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, text.encode())
    except InvalidSignature as error:
        raise NotProven(reason=f"the signature of {key.name} does not hold") from error


def _require_text(text: str) -> None:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise ValueError("the text of a note ends in a newline and has no control characters")
    text.encode()
