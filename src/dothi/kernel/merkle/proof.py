"""
Proof: one text that shows offline that an entry is in a log.

Standard: C2SP tlog-proof. The extra data is not authenticated: whoever uses it must check it by the
entry it helps to rebuild.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dothi.kernel.merkle import checkpoint as checkpoints
from dothi.kernel.merkle import note
from dothi.kernel.merkle.tree import HASH_BYTES, NotProven, verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"
# A tree of 2^63 leaves has audit paths of 63 hashes.
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """Leaf `index`, its audit path from the leaf upwards, the signed checkpoint verbatim, extra data."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def __str__(self) -> str:
        """The proof as the text of a `.tlog-proof` file."""
        lines = [_HEADER]
        lines += [f"extra {note.encode64(self.extra)}"] if self.extra else []
        lines += [f"index {self.index}", *(note.encode64(sibling) for sibling in self.path)]
        return "\n".join([*lines, "", self.checkpoint])


def parse(text: str) -> Proof:
    """Return the proof in the text of a `.tlog-proof` file. Raises NotProven when it is malformed."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != _HEADER:
        raise NotProven(reason="this is no proof")
    try:
        extra = note.decode64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
        index = _parse_index(lines)
        path = tuple(note.decode64(line) for line in lines)
    except ValueError as error:
        raise NotProven(reason=str(error)) from error
    if len(path) > _MOST_HASHES or any(len(sibling) != HASH_BYTES for sibling in path):
        raise NotProven(reason="the audit path is malformed")
    return Proof(index, path, checkpoint, extra)


def verify(proof: Proof, leaf: bytes, keys: Iterable[note.PublicKey], origin: str) -> checkpoints.Checkpoint:
    """
    Return the checkpoint that covers the entry with leaf hash `leaf`.

    Needs no network: only the proof and the log's public keys. Raises NotProven.
    """
    covering = checkpoints.read(proof.checkpoint, keys, origin)
    verify_inclusion(leaf, proof.index, covering.size, proof.path, covering.root)
    return covering


def _parse_index(lines: list[str]) -> int:
    word, _, number = (lines.pop(0) if lines else "").partition(" ")
    if word != "index" or not checkpoints.NUMBER.fullmatch(number):
        raise ValueError("the proof names no index")
    return int(number)
