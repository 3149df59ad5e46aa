"""`dothi city`: what feeds the demo city: the storm of 2025 as of now, or a city that is made up."""

import os
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.config.city import Doors
    from dothi.config.playing import Timeline
    from dothi.sectors.importing.city import City

NAME = "city"
NICE = 10
"""A day of readings is told at each start: people who wait for a page come first."""
HELP = "Feed the demo city with the storm of DOTHI_DATA, or with generated readings, until stopped."


def add_arguments(parser: ArgumentParser) -> None:
    """Take nothing."""


def run(_args: Namespace) -> int:
    """Feed until stopped; 1 when a door does not open."""
    from dothi.config import playing
    from dothi.config.city import own_doors
    from dothi.sectors.doors.broker import Unanswered

    os.nice(NICE)
    doors = own_doors()
    folder = doors.folder
    try:
        doors.await_broker()
        city, _ = doors.city(folder)
        _import(doors, city, folder)
        playing.told(doors, _timeline(doors, city, folder))
    except (Unanswered, OSError) as trouble:
        print(f"city: {trouble}", file=sys.stderr)
        return 1
    return 0


def _import(doors: "Doors", city: "City", folder: Path | None) -> None:
    """Bring in wards, and the places that a folder has; readings of years come by `dothi import`."""
    from dothi.sectors.importing.reading import read
    from dothi.sectors.importing.rows import NoSuchData

    for kind in ("wards", "hospitals", "routes", "stops") if folder else ("wards",):
        try:
            doors.bring(read(kind, city, folder or Path()))
        except NoSuchData as missing:
            print(f"{kind}: {missing}", flush=True)


def _timeline(doors: "Doors", city: "City", folder: Path | None) -> "Timeline":
    from dothi.config import playing
    from dothi.config.supervisor.layout import Layout
    from dothi.config.supervisor.node import default_var
    from dothi.sectors.importing.rows import NoSuchData

    if folder:
        try:
            demo = Layout(default_var(doors.settings)).demo
            timeline = playing.circle(doors, city, folder, demo / "city.json")
        except NoSuchData as missing:
            print(f"storm: {missing}", flush=True)
        else:
            print("The storm of 2025 is replayed as of now.", flush=True)
            return timeline
    print("These readings are generated: nobody measured them.", flush=True)
    return playing.generate(doors, city, 1, datetime.now(UTC) - playing.BACK)
