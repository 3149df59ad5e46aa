"""
The folder of ciphertexts: written aside, made durable, renamed, and only then named by a row.

A crash at any point leaves either no file, or a file without a row, which `sweep` removes.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ASIDE = "aside"


@dataclass(frozen=True)
class Keep:
    """The folder `root`, with one sub-folder for each first byte of a hash."""

    root: Path

    def path(self, name: bytes) -> Path:
        """Return where the ciphertext with the SHA-256 `name` lies."""
        return self.root / name.hex()[:2] / name.hex()

    def write(self, pieces: Iterable[bytes]) -> bytes:
        """Keep `pieces` durably and return their SHA-256."""
        aside = self._folder(self.root / ASIDE)
        descriptor, temporary = tempfile.mkstemp(dir=aside)
        try:
            name = _write_all(descriptor, pieces)
            target = self.path(name)
            self._folder(target.parent)
            Path(temporary).rename(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return name

    def everything(self) -> Iterator[Path]:
        """Yield every file in the folder, also those aside."""
        return (path for path in self.root.glob("*/*") if path.is_file())

    def _folder(self, folder: Path) -> Path:
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(folder.parent)
        return folder


def _write_all(descriptor: int, pieces: Iterable[bytes]) -> bytes:
    digest = sha256()
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.digest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
