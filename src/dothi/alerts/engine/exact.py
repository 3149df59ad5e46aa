"""
Sums that grow and shrink and stay exact: the same samples give the bits that `math.fsum` gives of them.

A double is a whole number of units of 2 to the power of -1074; Python adds those without an error, and
its division rounds once, correctly.
"""

UNIT_BITS = 1074


def units(value: float) -> int:
    """Return a finite number in units of 2 to the power of -1074."""
    above, below = value.as_integer_ratio()
    return above << (UNIT_BITS + 1 - below.bit_length())


def number(of_units: int) -> float:
    """Return the double that is nearest to so many units."""
    return of_units / _ONE


_ONE = 1 << UNIT_BITS
