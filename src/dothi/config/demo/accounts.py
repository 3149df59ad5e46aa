"""
How the demo city's officials sign in: password and authenticator secret, made from the root key.

So a demo city that somebody leaves open on a network has no password that stands in a repository,
and nothing more has to be kept: who can read the root key can print them again. Without a database.
"""

import time
from base64 import b32encode
from dataclasses import dataclass

from dothi.config.demo.people import Official, officials
from dothi.foundation.identity.rules import code_of, step_of
from dothi.foundation.keys.roots import RootKeys


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a demo official types: password, and the codes of the base32 `secret` (RFC 6238)."""

    official: Official
    password: str
    secret: str

    def code(self) -> str:
        """Return the code that an authenticator application shows now."""
        return code_of(self.secret, step_of(time.time()))


def credentials(roots: RootKeys) -> list[Credentials]:
    """Return those of each official, in the order of `people.yaml`."""
    return [_of(official, roots) for official in officials()]


def _of(official: Official, roots: RootKeys) -> Credentials:
    letters = b32encode(roots.blind(official.username, "demo.password")).decode().lower()
    password = "-".join(letters[start : start + 4] for start in range(0, 16, 4))
    secret = b32encode(roots.blind(official.username, "demo.totp")[:20]).decode()
    return Credentials(official, password, secret)
