"""What a keyframe needs of the readings before its span: pure."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from dothi.telemetry.keyframes.columns import REACH, Column, Columns

Lookback = Mapping[int, timedelta]
"""How far back a moment needs every reading of a series; not at all where it is not named."""
MICROSECOND = timedelta(microseconds=1)


def needed(told: Columns, begins_us: int, lookback: Lookback) -> Columns:
    """
    Return those of `told` that a moment of a span may need, which begins at `begins_us` and ends with `told`.

    They are all of the span and of the lookback before it, and each of the reach that is the last one of its
    series by what is known at some instant of the span or after it: what no later reading has overtaken by
    the time that it was recorded, or by the begin of the span.
    """
    before = np.flatnonzero(told.at_us < begins_us)
    older = told.only(before)
    chosen = np.ones(len(told.series), bool)
    chosen[before] = older.at_us > begins_us - _back_us(older.series, lookback)
    chosen[before] |= _once_last(older, begins_us) & (older.at_us > begins_us - REACH // MICROSECOND)
    return told.only(chosen)


def _back_us(series: Column, lookback: Lookback) -> Column:
    back = np.zeros(series.max(initial=0) + 1, np.int64)
    for number, one in lookback.items():
        if number < len(back):
            back[number] = one // MICROSECOND
    return back[series]


def _once_last(told: Columns, begins_us: int) -> Column:
    """
    Tell which readings were known sooner than all later ones of their series, or by `begins_us`.

    Seen from the end, those where the least rank of recording falls; ranks of a series lie below all those
    of the next one, so that it falls as well where a series begins.
    """
    if not len(told.series):
        return np.zeros(0, bool)
    ranks = np.unique(np.maximum(told.recorded_us, begins_us), return_inverse=True)[1]
    places = np.cumsum(np.diff(told.series, prepend=told.series[0]) != 0)
    ranks = ranks + places * len(ranks)
    least = np.minimum.accumulate(ranks[::-1])[::-1]
    return np.append(ranks[:-1] < least[1:], True)
