"""What every figure shares: value and floor measured in turn, medians, one JSON line."""

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """One line. `spread` is (largest - smallest) / median of the values; `ratio` is value / floor."""

    bench: str
    value: float
    unit: str
    floor: float
    ratio: float
    n: int
    spread: float
    note: str

    def line(self) -> str:
        """Return the figure as one JSON line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def interleave(
    value: Callable[[int], float], floor: Callable[[int], float], rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """Call `value` and `floor` in turn with the number of the round and return what they gave."""
    pairs = [(value(number), floor(number)) for number in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def figure(name: str, values: list[float], floors: list[float], *, unit: str, n: int, note: str) -> Figure:
    """Return the figure of measured `values` and `floors`, by their medians."""
    value, floor = statistics.median(values), statistics.median(floors)
    spread = (max(values) - min(values)) / value if value else 0.0
    ratio = value / floor if floor else 0.0
    return Figure(name, _short(value), unit, _short(floor), round(ratio, 3), n, round(spread, 3), note)


def _short(value: float) -> float:
    return round(value, 4) if value < 1 else round(value, 1)
