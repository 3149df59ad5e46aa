"""`dothi worker`: the process that runs deferred jobs."""

import asyncio
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

NAME = "worker"
HELP = "Run deferred jobs."


def add_arguments(parser: ArgumentParser) -> None:
    """Take how many at once."""
    parser.add_argument("--threads", type=int, default=4, help="jobs at once (default 4)")
    parser.add_argument("--once", action="store_true", help="stop when no job is left")


def run(args: Namespace) -> int:
    """Work until SIGTERM or SIGINT."""
    import django

    django.setup()
    from dothi.foundation.jobs.working import work

    asyncio.run(work(lambda: datetime.now(UTC), threads=args.threads, wait=not args.once))
    return 0
