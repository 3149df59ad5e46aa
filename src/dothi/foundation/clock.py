"""
The instant: the one place where the wall clock is read.

Everything below an edge takes time as an argument. The demo city and the tests move this
clock through the file that `DOTHI_CLOCK_FILE` names: it holds an offset in whole seconds.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Return the aware instant in UTC, moved by the demo clock where there is one."""
    return datetime.now(UTC) + _offset()


def today() -> date:
    """Return the civil date in the node's zone."""
    return civil_date(now())


def civil_date(at: datetime) -> date:
    """Return the civil date of the aware instant `at` in the node's zone."""
    return at.astimezone(HANOI).date()


def acted_by(at: datetime, known_at: datetime | None) -> datetime:
    """Return until when acts count at `at` as known at `known_at`: an act is known as it is done."""
    return at if known_at is None else min(at, known_at)


def _offset() -> timedelta:
    clock_file: Path | None = settings.CLOCK_FILE
    if clock_file is None:
        return timedelta()
    try:
        return timedelta(seconds=int(clock_file.read_bytes().strip() or b"0"))
    except FileNotFoundError:
        return timedelta()
