"""Pure rules of the vault: what facts may be kept, and in which bytes."""

import re
from collections.abc import Mapping

from dothi.kernel.canonical import NotCanonical, canonical
from dothi.vault.errors import FactsUnfit
from dothi.vault.types import Value

FIELD_ID = re.compile(r"[a-z][a-z0-9_.-]{0,79}")
MOST_FIELDS = 200
LARGEST_FACTS = 65_536
"""Bytes of one result's facts; a certificate needs about 1,000."""


def packed(facts: Mapping[str, Value]) -> bytes:
    """Return `facts` as canonical JSON (RFC 8785). Raises FactsUnfit."""
    if len(facts) > MOST_FIELDS or not all(FIELD_ID.fullmatch(name) for name in facts):
        raise FactsUnfit(fields=len(facts))
    try:
        body = canonical(dict(facts))
    except NotCanonical as error:
        raise FactsUnfit() from error
    if len(body) > LARGEST_FACTS:
        raise FactsUnfit(bytes=len(body))
    return body
