"""What every series is. It changes seldom: a process keeps one edition, and asks whether it is the latest."""

import atexit
import gc
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from dothi.foundation.statements import Row, Statement, ask
from dothi.operations.rules import indicator_of, patience_s
from dothi.operations.types import Place, Text, Thing


class Edition(NamedTuple):
    """Every series by its number, and the name under which they are all there."""

    name: object
    things: Mapping[int, Thing]


_NONE = Edition(None, {})
_kept = [_NONE]
atexit.register(gc.unfreeze)  # DuckDB calls leaked what of it is still frozen when the process ends


def things() -> Mapping[int, Thing]:
    """Return every series by its number; one statement, another where something was edited."""
    name = ask(Statement(_sql("edition"), {}))[0][0][0]
    if _kept[0].name != name:
        # Read after its name: what was edited meanwhile has another name, and is read anew next time.
        rows = ask(Statement(_sql("things"), {}))[0]
        _kept[0] = Edition(name, {row[0]: _thing(row) for row in rows})
        # They stay: walking through all of them again and again would cost each fourth screen 90 ms.
        gc.collect()
        gc.freeze()
    return _kept[0].things


def _thing(row: Row) -> Thing:
    number, device, measure, group, unit, vi, en, lon, lat, ward, interval_s = row
    place = Place(Text(vi or device, en or device), lon, lat, ward)
    indicator = indicator_of(measure)
    return Thing(number, device, measure, group, unit, place, indicator, patience_s(indicator, interval_s))


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
