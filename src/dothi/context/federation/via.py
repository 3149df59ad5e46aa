"""
The header Via (clause 6.3.18, RFC 7230): the aliases of the brokers that a request came through.

    via.aliases(["1.1 city, 1.1 ward"])      ("city", "ward")
    via.onward(("city",), "ward")            "1.1 city, 1.1 ward"
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

HEADER: Final = "Via"
HOP: Final = re.compile(r"\s*(?:[A-Za-z0-9.+-]+/)?[0-9.]+\s+([^\s,()]+)[^,]*")
MOST_HOPS: Final = 20
"""Brokers on one way; a longer one is taken for a loop through somebody who drops what he is told."""


def aliases(told: Iterable[str]) -> tuple[str, ...]:
    """Return the aliases that the values of the header tell, the first broker first."""
    hops = (HOP.fullmatch(one) for value in told for one in value.split(","))
    return tuple(hop[1] for hop in hops if hop)


def onward(before: Sequence[str], alias: str) -> str:
    """Return the value of the header for a request that goes on from the broker `alias`."""
    return ", ".join(f"1.1 {one}" for one in (*before, alias))


def is_loop(before: Sequence[str], alias: str) -> bool:
    """Tell whether a request was here before, or has gone through too many."""
    return alias in before or len(before) >= MOST_HOPS
