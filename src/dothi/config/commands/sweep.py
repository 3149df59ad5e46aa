"""`dothi sweep`: remove files that no row names any more."""

from argparse import ArgumentParser, Namespace
from datetime import timedelta

NAME = "sweep"
HELP = "Remove stored files that no row names, once they are older than a grace period."


def add_arguments(parser: ArgumentParser) -> None:
    """Take the grace period."""
    parser.add_argument("--grace-hours", type=float, default=24.0, help="keep younger files (default 24)")


def run(args: Namespace) -> int:
    """Sweep and print how many files went."""
    import django

    django.setup()
    from dothi.foundation.clock import now
    from dothi.foundation.files.actions import sweep

    print(sweep(at=now(), grace=timedelta(hours=args.grace_hours)))
    return 0
