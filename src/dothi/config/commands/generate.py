"""`dothi generate`: a city of made-up readings through the doors of devices, and says so."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta

NAME = "generate"
HELP = (
    "Make up rain, rivers, dust and traffic by season and hour, through the door of devices, until stopped."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Take the seed, how much of the past comes first, and whether to stop then."""
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes up the same city")
    parser.add_argument("--hours", type=float, default=26.0, help="hours of the past that come first")
    parser.add_argument("--past-only", action="store_true", help="stop when the past is told")


def run(args: Namespace) -> int:
    """Generate until stopped; 1 when a door does not open."""
    from dothi.config import playing
    from dothi.config.city import own_doors
    from dothi.sectors.doors.broker import Unanswered

    doors = own_doors()
    print("These readings are generated: nobody measured them.", flush=True)
    now = datetime.now(UTC)
    try:
        city, _ = doors.city(doors.folder)
        timeline = playing.generate(doors, city, args.seed, now - timedelta(hours=args.hours))
        if args.past_only:
            timeline = playing.Timeline(playing.until(timeline.samples, now), timeline.pace)
        count = playing.told(doors, timeline)
    except (Unanswered, OSError) as trouble:
        print(f"generate: {trouble}", file=sys.stderr)
        return 1
    print(f"readings: {count} stored", flush=True)
    return 0
