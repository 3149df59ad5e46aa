"""`dothi prune`: remove what root's earlier starts have left in the system folder."""

from argparse import ArgumentParser, Namespace

NAME = "prune"
HELP = "List, or remove, unused copies of programs and nodes of deleted checkouts (root's starts only)."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--yes", action="store_true", help="remove instead of list")
    parser.add_argument("--with-data", action="store_true", help="also nodes that hold data; needs --yes")


def run(args: Namespace) -> int:
    """List each leftover and what became of it."""
    from dothi.config.supervisor import leftovers

    for found in leftovers.find():
        kept = not args.yes or (found.has_data and not args.with_data)
        if not kept:
            leftovers.remove(found)
        data = ", holds data: --with-data" if found.has_data and not args.with_data else ""
        print(f"{'kept   ' if kept else 'removed'} {found.folder}: {found.why}{data}")
    return 0
