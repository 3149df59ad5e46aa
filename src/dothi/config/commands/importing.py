"""`dothi import`: files of the city through the node's own doors."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

NAME = "import"
HELP = "Bring wards, stations and their readings, stops, routes or hospitals from a folder into the node."
KINDS = ("wards", "storm", "rain", "air", "stops", "routes", "hospitals", "all")


def add_arguments(parser: ArgumentParser) -> None:
    """Take the kind, the folder, and how exact the shapes of wards are to be."""
    parser.add_argument("kind", choices=KINDS, help="what to import; all: each of them that the folder has")
    parser.add_argument(
        "--from", dest="folder", type=Path,
        help="folder of the files; without it wards are approximate, and nothing else is there",
    )  # fmt: skip
    parser.add_argument(
        "--detail", choices=["simplified", "full"], default="simplified", help="shapes of wards"
    )


def run(args: Namespace) -> int:
    """Import; 1 when nothing, or not all of it, could be brought in, with the reason."""
    from dothi.config.city import Doors, say_bad
    from dothi.config.city_token import broker_token
    from dothi.config.environment import environment
    from dothi.sectors.doors.broker import Unanswered
    from dothi.sectors.importing.reading import read
    from dothi.sectors.importing.rows import NoSuchData

    settings = environment()
    folder = args.folder or (Path(settings.data) if settings.data else None)
    doors = Doors(settings, broker_token(settings))
    city, bad = doors.city(folder, args.detail)
    say_bad(bad)
    code = 0
    for kind in KINDS[:-1] if args.kind == "all" else [args.kind]:
        try:
            doors.bring(read(kind, city, folder or Path()))
        except NoSuchData as missing:
            print(f"{kind}: {missing}", file=sys.stderr)
            code = code if args.kind == "all" else 1
        except (Unanswered, OSError) as trouble:
            print(f"{kind}: {trouble}", file=sys.stderr)
            return 1
    return code
