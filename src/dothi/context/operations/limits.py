"""
How many subscriptions and registrations a tenant may have: the broker holds all of them in memory.

NGSI-LD has no error for an operation that there is no room for: TooManyResults is of queries (table
6.3.2-1), 429 would be of too many requests. RFC 9110, 15.5.4 has 403 for what is understood and refused.
"""

from dataclasses import dataclass
from typing import Final

from dothi.context.errors import Forbidden


@dataclass(frozen=True)
class Limits:
    """What each tenant may have; subscriptions to entities and to registrations are counted together."""

    subscriptions: int = 20_000
    registrations: int = 2_000


USUAL: Final = Limits()


def check(there: int, most: int, what: str) -> None:
    """Refuse one more where `most` are there. Raises Forbidden."""
    if there >= most:
        raise Forbidden(f"the tenant has {there} {what}, and may have {most}: delete some, or ask for more")
