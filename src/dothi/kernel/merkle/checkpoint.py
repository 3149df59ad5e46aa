"""
Checkpoints: the size and root of a log at one moment, signed.

Standard: C2SP tlog-checkpoint. Extension lines are refused: monitors cannot audit them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dothi.kernel.merkle import note
from dothi.kernel.merkle.tree import HASH_BYTES, NotProven

NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the log, e.g. `hanoi.example/ledger`; `root` is the 32-byte root of `size` leaves."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or self.size < 0 or len(self.root) != HASH_BYTES:
            raise ValueError("a checkpoint has an origin, a size and a root of 32 bytes")

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{note.encode64(self.root)}\n"


def sign(checkpoint: Checkpoint, signers: Sequence[note.Signer]) -> str:
    """Return the signed note of a checkpoint. A log signs only sizes that continue what it signed before."""
    return note.sign(checkpoint.text, signers)


def read(signed: str, keys: Iterable[note.PublicKey], origin: str) -> Checkpoint:
    """
    Return the checkpoint in a signed note, checked against the log's keys and its origin.

    Raises NotProven.
    """
    text, _signed_by = note.read(signed, keys)
    checkpoint = parse(text)
    if checkpoint.origin != origin:
        raise NotProven(reason=f"this is a checkpoint of {checkpoint.origin}")
    return checkpoint


def parse(text: str) -> Checkpoint:
    """Return the checkpoint in unsigned text. Raises NotProven."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not NUMBER.fullmatch(lines[1]):
        raise NotProven(reason="this is no checkpoint")
    try:
        return Checkpoint(lines[0], int(lines[1]), note.decode64(lines[2]))
    except ValueError as error:
        raise NotProven(reason=str(error)) from error
