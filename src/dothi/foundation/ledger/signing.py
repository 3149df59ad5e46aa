"""The signing key of the ledger: a file with 32 bytes of Ed25519 that only the sequencer reads."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dothi.kernel.merkle.note import Signer


def origin(node: str) -> str:
    """Return the name of the node's log, which is also the name of its key."""
    return f"{node}/ledger"


def read_signer(path: Path, node: str) -> Signer:
    """Return the signer in the file `path`, made with mode 0600 when there is none. Raises ValueError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Signer(origin(node), Ed25519PrivateKey.from_private_bytes(path.read_bytes()))
    key = Ed25519PrivateKey.generate()
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    return Signer(origin(node), key)
