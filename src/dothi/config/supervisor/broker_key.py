"""
The key of the broker's tokens (Ed25519): who issues them signs, the broker checks.

The broker is given the public half alone, so that a broken broker makes no token.
"""

from pathlib import Path

from dothi.config.supervisor import secret_files


def make(private: Path, public: Path) -> None:
    """Make the 32 bytes of the key in `private` at first need; write the public half (PEM) for everybody."""
    from dothi.foundation.clients.tokens import public_pem, read_key

    secret_files.raw(private)
    public.write_bytes(public_pem(read_key(private)))
    public.chmod(0o644)
