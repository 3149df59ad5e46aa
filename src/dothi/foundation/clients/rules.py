"""What a right has to say to be one, and what a fingerprint looks like: pure."""

import re
from collections.abc import Sequence
from typing import Final

from dothi.foundation.clients.types import READ, WRITE, Terms

FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
TENANT: Final = re.compile(r"[A-Za-z0-9._~-]{0,200}")
WORD: Final = re.compile(r"[^\s\x00,;|()]{1,1024}")
"""A name, an IRI or a scope: what the broker reads as one word."""


def problem_of(terms: Terms) -> str:
    """Return what is wrong with the terms of a right; nothing where they can be granted."""
    if not terms.operations or not set(terms.operations) <= {READ, WRITE}:
        return "operations"
    if not TENANT.fullmatch(terms.tenant):
        return "tenant"
    if not terms.basis.strip():
        return "basis"
    narrowed = {"types": terms.types, "scopes": terms.scopes, "attributes": terms.attributes}
    return next((name for name, told in narrowed.items() if not _says(told)), "")


def is_fingerprint(text: str) -> bool:
    """Tell whether a text is the SHA-256 of something, in hex."""
    return FINGERPRINT.fullmatch(text) is not None


def _says(told: Sequence[str] | None) -> bool:
    if told is None:
        return True
    return not isinstance(told, str) and len(told) > 0 and all(WORD.fullmatch(one) for one in told)
