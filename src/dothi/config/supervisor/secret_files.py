"""Secret files of the node: made once at first start, mode 0600, never overwritten."""

import os
import secrets
from pathlib import Path


def text(path: Path) -> str:
    """Return the secret of `path`, 256 random bits in URL-safe letters when it is new."""
    return _once(path, secrets.token_urlsafe(32).encode()).decode()


def raw(path: Path, size: int = 32) -> bytes:
    """Return the secret of `path`, `size` random bytes when it is new."""
    return _once(path, secrets.token_bytes(size))


def _once(path: Path, value: bytes) -> bytes:
    """Write `value` whole or not at all, unless the file is there; return what it holds."""
    if not path.exists():
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_bytes()
