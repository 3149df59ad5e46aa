"""What is believable of each series, as columns that the number of the series is the place in."""

from typing import Final

import numpy as np
import numpy.typing as npt

from dothi.telemetry.types import Measure

Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

SECOND: Final = 1e6
INTERVALS: Final = 3
"""After so many intervals without a reading there was a gap, where the profile tells no other time."""
COLUMNS: Final = ("low", "high", "step", "stuck_us", "rest", "gap_us", "near")


class Limits:
    """
    Limits of series by number, each column (most + 1,) float64, NaN where nothing is asked.

    `low`, `high`, `step`, `rest`, `near` in the unit of the measure; `stuck_us` and `gap_us` in microseconds.
    """

    def __init__(self) -> None:
        self._columns = {name: np.full(1024, np.nan) for name in COLUMNS}

    def keep(self, series: int, measure: Measure) -> None:
        """Keep what a profile says of a series."""
        while series >= len(self._columns["low"]):
            self._columns = {
                name: np.concatenate((column, np.full(len(column), np.nan)))
                for name, column in self._columns.items()
            }
        gap_s = measure.gap_s
        if gap_s is None and measure.interval_s is not None:
            gap_s = INTERVALS * measure.interval_s
        told = (measure.low, measure.high, measure.step, _us(measure.stuck_s), measure.rest, _us(gap_s),
                measure.near)  # fmt: skip
        for name, value in zip(COLUMNS, told, strict=True):
            self._columns[name][series] = np.nan if value is None else value

    def of(self, name: str, series: Numbers) -> Values:
        """Return one limit of each of `series` (n,): (n,)."""
        return self._columns[name][series]


def _us(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * SECOND
