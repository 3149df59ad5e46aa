"""Names of quality flags, as rules write them, and their bits, as readings bear them."""

from collections.abc import Iterable, Mapping

from dothi.alerts.engine.rule import Rule
from dothi.telemetry.types import Flag

BITS: Mapping[str, int] = {flag.name.lower(): flag.value for flag in Flag if flag.name}


def bits(names: Iterable[str]) -> int:
    """Return the bit set of flags. Raises KeyError for a name that is none."""
    return sum({BITS[name] for name in names})


def rejected_by(rule: Rule) -> int:
    """
    Return the flags whose readings a rule never counts.

    To a rule of absence any word is a sign of life, but one with a wrong clock does not say when it was.
    """
    rejected = bits(rule.rejects)
    return rejected & Flag.SKEW if rule.kind == "absence" else rejected


def counted_by(rule: Rule) -> int:
    """Return the flag that a rule of kind flag counts, 0 for another kind."""
    return bits([rule.flag.flag]) if rule.flag else 0
