"""`dothi import`: files of the city through the node's own doors."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.sectors.importing.city import City, Imported

NAME = "import"
HELP = (
    "Bring wards, stations and their readings, stops, routes, hospitals or things of any model into the node."
)
KINDS = ("wards", "storm", "rain", "air", "stops", "routes", "hospitals", "features", "all")
FEATURES, ALL = KINDS[-2:]


def add_arguments(parser: ArgumentParser) -> None:
    """Take the kind, the folder or file, the type of features, and how exact shapes of wards are to be."""
    parser.add_argument("kind", choices=KINDS, help="what to import; all: each of them that the folder has")
    parser.add_argument(
        "--from", dest="folder", type=Path,
        help="folder of the files, of features their GeoJSON file; without it wards are approximate",
    )  # fmt: skip
    parser.add_argument("--type", default="", help="what features are, such as School, Road, Parcel")
    parser.add_argument(
        "--detail", choices=["simplified", "full"], default="simplified", help="shapes of wards"
    )


def run(args: Namespace) -> int:
    """Import; 1 when nothing, or not all of it, could be brought in, 2 on what cannot be meant; says why."""
    from dothi.config.city import own_doors, say_bad
    from dothi.sectors.doors.broker import Unanswered
    from dothi.sectors.importing.rows import NoSuchData

    if wrong := _unclear(args):
        print(wrong, file=sys.stderr)
        return 2
    doors = own_doors()
    city, bad = doors.city(
        doors.folder if args.kind == FEATURES else args.folder or doors.folder, args.detail
    )
    say_bad(bad)
    code = 0
    for kind, read in _reads(args, city, doors.folder):
        try:
            doors.bring(read())
        except NoSuchData as missing:
            print(f"{kind}: {missing}", file=sys.stderr)
            code = code if args.kind == ALL else 1
        except (Unanswered, OSError) as trouble:
            print(f"{kind}: {trouble}", file=sys.stderr)
            return 1
    return code


def _unclear(args: Namespace) -> str:
    """Return what is wrong with the words, empty where nothing is."""
    from dothi.sectors.models import models

    if args.kind == FEATURES and args.type not in models():
        return f"--type: one of {', '.join(sorted(models()))}"
    return "--from: the GeoJSON file" if args.kind == FEATURES and args.folder is None else ""


def _reads(
    args: Namespace, city: "City", folder: Path | None
) -> Iterator[tuple[str, Callable[[], "Imported"]]]:
    """Yield each kind that is wanted and what reads it."""
    from dothi.sectors.importing import features
    from dothi.sectors.importing.reading import read

    if args.kind == FEATURES:
        yield args.type, partial(features.read, city, args.folder, args.type)
        return
    for kind in KINDS[: KINDS.index(FEATURES)] if args.kind == ALL else [args.kind]:
        yield kind, partial(read, kind, city, args.folder or folder or Path())
