"""`dothi up`: every process of the node on this machine, watched until Ctrl-C."""

import sys
from argparse import ArgumentParser, Namespace

NAME = "up"
HELP = "Start PostgreSQL, NATS and every process of the node, and watch them until Ctrl-C."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--demo", action="store_true", help="build the demo city and its identity provider")
    parser.add_argument(
        "--port", type=int, help="port of the pages; 0 takes any, default the first free from 8000"
    )
    parser.add_argument(
        "--check", action="store_true", help="name what is wrong and how to mend it; start nothing"
    )
    parser.add_argument("--listen-fd", type=int, help="a listening socket that `make run` has opened")


def run(args: Namespace) -> int:
    """Run the node; 0 after Ctrl-C, 1 when it cannot start."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a terminal or a file, both can
    from dothi.config.supervisor import check, run_node

    if args.check:
        return check.report(args.port)
    return run_node.run(port=args.port, demo=args.demo, listen_fd=args.listen_fd)
