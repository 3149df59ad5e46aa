"""`dothi replay storm`: the storm of 2025 through the door of devices, at any speed."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

NAME = "replay"
HELP = "Tell the storm of 29 September to 1 October 2025 again, through the door of devices, at any speed."


def add_arguments(parser: ArgumentParser) -> None:
    """Take what to replay, how fast, from which folder and from which instant, and as of when."""
    parser.add_argument("what", choices=["storm"])
    parser.add_argument("--speed", type=float, default=1.0, help="seconds of the storm in one; 0: at once")
    parser.add_argument("--from", dest="folder", type=Path, help="folder of the files; else DOTHI_DATA")
    parser.add_argument(
        "--begin", default="", help="instant of the storm at which to begin, 2025-09-30T10:00"
    )
    parser.add_argument(
        "--as-of-now", action="store_true",
        help="shift instants so that --begin is now; without it they are those of 2025",
    )  # fmt: skip


def run(args: Namespace) -> int:
    """Replay to the end; 1 when a file is missing or a door does not open, 2 on what cannot be meant."""
    from dothi.config import playing
    from dothi.config.city import own_doors
    from dothi.config.environment import environment
    from dothi.sectors.doors.broker import Unanswered
    from dothi.sectors.importing import storm
    from dothi.sectors.importing.rows import NoSuchData
    from dothi.sectors.playing.pace import Pace

    data = environment().data
    folder = args.folder or (Path(data) if data else None)
    if folder is None:
        print("--from: the folder of the files, or DOTHI_DATA", file=sys.stderr)
        return 2
    try:
        begin = _instant(args.begin) if args.begin else storm.BEGIN
        pace = Pace(begin, datetime.now(UTC), args.speed, shifted=args.as_of_now)
    except ValueError as wrong:
        print(f"replay: {wrong}", file=sys.stderr)
        return 2
    doors = own_doors()
    try:
        city, _ = doors.city(folder)
        count = playing.told(doors, playing.replay(doors, city, folder, pace))
    except (NoSuchData, Unanswered, OSError) as trouble:
        print(f"replay: {trouble}", file=sys.stderr)
        return 1
    print(f"readings: {count} stored", flush=True)
    return 0


def _instant(told: str) -> datetime:
    """Return an instant; without an offset it is Hanoi's. Raises ValueError."""
    at = datetime.fromisoformat(told)
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
