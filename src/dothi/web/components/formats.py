"""How dates and figures are written for people: day/month/year, the weekday on deadlines."""

import re
from datetime import date, datetime, time
from typing import Final

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

WEEKDAYS: Final = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip

UNITS: Final = ("B", "KB", "MB", "GB")


def day(value: date | None) -> str:
    """Return a date, or an instant's date in the node's zone, as 24/11/2026."""
    return f"{_local_date(value):%d/%m/%Y}" if value else ""


def read_day(typed: str) -> date:
    """Return the date that a person typed, as 24/11/2026 or 2026-11-24. Raises ValueError."""
    local = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", typed.strip(), re.ASCII)
    return date(*map(int, reversed(local.groups()))) if local else date.fromisoformat(typed.strip())


def read_clock(typed: str) -> time:
    """Return the time of day that a person typed, as 09:30, 9h30 or 9h. Raises ValueError."""
    told = re.fullmatch(r"(\d{1,2})(?:[:h.](\d{2})|h)?", typed.strip().lower(), re.ASCII)
    if told is None:
        raise ValueError(typed)
    return time(int(told[1]), int(told[2] or 0))


def weekday(value: date | None) -> str:
    """Return a deadline with its weekday: "Thứ Ba, 24/11/2026"."""
    return f"{WEEKDAYS[_local_date(value).weekday()]}, {day(value)}" if value else ""


def moment(value: datetime | None) -> str:
    """Return an instant in the node's zone: "09:30, 24/11/2026"."""
    return f"{localtime(value):%H:%M, %d/%m/%Y}" if value else ""


def span(begins: datetime, ends: datetime) -> str:
    """Return a stretch of time, its day said once where it is one: "09:30 – 15:30, 24/11/2026"."""
    one_day = _local_date(begins) == _local_date(ends)
    return f"{f'{localtime(begins):%H:%M}' if one_day else moment(begins)} – {moment(ends)}"


def size(count: int) -> str:
    """
    Return a number of bytes in the largest unit that it fills: "1 MB", "2,5 MB", "640 KB".

    Cut off, not rounded, and a unit is 1,000 of the one below: what is told as a limit is always allowed.
    """
    power = next((power for power in (3, 2, 1) if count >= 1000**power), 0)
    tenths = count * 10 // 1000**power
    places = 1 if power and tenths < 100 and tenths % 10 else 0
    return f"{number_format(tenths / 10 if places else tenths // 10, places)} {UNITS[power]}"


def file_kinds(accept: str) -> str:
    """Return ".pdf,.jpg" as "PDF, JPG"."""
    return ", ".join(kind.strip().lstrip(".").upper() for kind in accept.split(","))


def _local_date(value: date) -> date:
    return localtime(value).date() if isinstance(value, datetime) else value
