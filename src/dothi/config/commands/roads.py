"""`dothi roads`: the roads by which units are sent."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

NAME = "roads"
HELP = "Take in a graph of roads, by which the center weighs whom to send; show the one that counts."
MOST_SAID = 20


def add_arguments(parser: ArgumentParser) -> None:
    """Take one of the verbs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    take = verbs.add_parser("import", help="take in a file; the same file again changes nothing")
    take.add_argument("file", type=Path, help="lines as GeoJSON (.geojson, .json) or edges as CSV (.csv)")
    take.add_argument("--source", required=True, help="whose roads these are, and under which license")
    verbs.add_parser("show", help="say which graph counts")


def run(args: Namespace) -> int:
    """Do the verb. 0: done; 1: the file cannot be read, or there is no graph."""
    import django

    django.setup()
    return _import(args.file, args.source) if args.verb == "import" else _show()


def _import(file: Path, source: str) -> int:
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM
    from dothi.incidents.actions.roads import keep_graph
    from dothi.incidents.roads.graph import Graph
    from dothi.incidents.roads.reading import RoadsUnreadable, read
    from dothi.kernel.ids import new_id

    try:
        content = file.read_bytes()
        drawn, bad = read(content, file.name)
    except (OSError, RoadsUnreadable) as trouble:
        print(f"✗ {file}: {trouble}", file=sys.stderr)
        return 1
    for one in bad[:MOST_SAID]:
        print(f"✗ {one.number}: {one.fault}; left out", file=sys.stderr)
    new = keep_graph(drawn=drawn, content=content, source=source, actor=SYSTEM, at=now(), key=new_id())
    print(f"{len(drawn.lon)} crossings, {len(drawn.tail)} edges, {len(bad)} left out")
    print(f"{Graph(drawn).joined:.1%} of the crossings reach each other; units start from those")
    print("taken in: it counts from now on" if new else "this file was taken in before: nothing has changed")
    return 0


def _show() -> int:
    from dothi.foundation.clock import now
    from dothi.incidents.queries.roads import graph_at

    found = graph_at(now())
    if found is None:
        print("there is no graph: units are weighed by distance")
        return 1
    size = f"{found.crossings} crossings, {found.edges} edges"
    print(f"{found.source}: {size}, since {found.imported_at:%F %R} UTC")
    return 0
