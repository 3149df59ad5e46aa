"""
The demo clock: an offset in whole seconds, in a file that every process of a demo city reads.

It moves what is dated by `foundation.clock.now`: dossiers, deadlines, notices. It does not move what
machines compare with the outside: one-time codes, tokens of the identity provider, the tree's
checkpoints. It never stands before the real time, because the city's people and posts begin then.
"""

import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path

FARTHEST = timedelta(days=366)
REAL = "real"
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class NotMoved(Exception):
    """The wish cannot be granted; the text says why and what can be."""


def read(file: Path) -> timedelta:
    """Return how far the clock of `file` is ahead."""
    try:
        return timedelta(seconds=int(file.read_text(encoding="ascii").strip() or "0"))
    except FileNotFoundError:
        return timedelta()


def moved(ahead: timedelta, wish: str) -> timedelta:
    """Return how far ahead a clock stands after `wish`: "+3d", "+12h", "+30m" or "real". Raises NotMoved."""
    if wish == REAL:
        return timedelta()
    found = re.fullmatch(r"\+(\d{1,6})([dhm])", wish)
    if not found:
        raise NotMoved(f"'{wish}': +3d, +12h, +30m, {REAL}")
    after = ahead + timedelta(**{UNITS[found[2]]: int(found[1])})
    if after > FARTHEST:
        raise NotMoved(
            f"Đồng hồ mẫu đi trước nhiều nhất {FARTHEST.days} ngày.\n"
            f"The demo clock is at most {FARTHEST.days} days ahead."
        )
    return after


def write(file: Path, ahead: timedelta) -> None:
    """Set the clock of `file`, whole or not at all, readable for the owner of its folder."""
    descriptor, aside = tempfile.mkstemp(dir=file.parent, prefix=".clock.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as text:
            text.write(f"{int(ahead.total_seconds())}\n")
            text.flush()
            os.fsync(descriptor)
            if os.geteuid() == 0:  # by descriptor: the folder's owner could put a link in place of the name
                owner = file.parent.stat()
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.replace(aside, file)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
