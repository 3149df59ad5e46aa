"""What a wall has room for: nobody scrolls there, and nothing that is wrong may be cut in mid-line."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from dothi.web.center.showing import Strip

ON_WALL = 4
"""Items of one part of what is wrong that a wall shows at most."""
ROOM, HEAD = 10, 0.75
"""Items that a wall of 16:9 has room for beside its map, and how many of them a heading takes."""


def on_wall(strip: Sequence[Strip]) -> list[Strip]:
    """Return the parts with as many items as a wall has room for: one of each, then more of the first."""
    return [
        replace(part, items=part.items[:count], beyond=len(part.items) - count)
        for part, count in zip(strip, _counts(strip), strict=True)
    ]


def _counts(strip: Sequence[Strip]) -> list[int]:
    left = max(0, ROOM - ceil(len(strip) * HEAD))
    shown = [0] * len(strip)
    for most in (1, ON_WALL):
        for place, part in enumerate(strip):
            more = min(min(len(part.items), most) - shown[place], left)
            shown[place] += more
            left -= more
    return shown
