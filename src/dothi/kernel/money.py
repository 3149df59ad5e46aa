"""
Money: whole dong. The dong has had no subunit in use for decades, so nothing here is a fraction.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in dong. Adds, subtracts, multiplies by whole numbers; never meets a float."""

    dong: int

    def __post_init__(self) -> None:
        # bool is an int to Python and never an amount; a float would be rounded somewhere later.
        if type(self.dong) is not int:
            raise TypeError(f"an amount is a whole number of dong, not {self.dong!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.dong + other.dong)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.dong - other.dong)

    def __neg__(self) -> "Money":
        return Money(-self.dong)

    def __mul__(self, times: int) -> "Money":
        return Money(self.dong * times)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.dong != 0

    def format(self, language: str) -> str:
        """
        Return the amount for people: `1.500.000 đồng` in `vi`, `VND 1,500,000` in any other language.

        The spaces do not break.
        """
        grouped = f"{abs(self.dong):,}"
        sign = "\u2212" if self.dong < 0 else ""
        if language == "vi":
            return f"{sign}{grouped.replace(',', '.')}\u00a0đồng"
        return f"{sign}VND\u00a0{grouped}"
