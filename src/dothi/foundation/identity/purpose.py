"""Purpose: why personal data are read. Every query that returns them demands one and records it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """
    Why data are read: `slug` for the ledger, `basis` the article of law, `text` a msgid that the
    person whose data are read is shown.

    Source: Law on Personal Data Protection 91/2025/QH15 (one purpose per reading); verified: false.
    """

    slug: str
    basis: str
    text: str
