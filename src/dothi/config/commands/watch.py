"""`dothi watch`: the process that puts readings through the rules and raises alerts."""

import signal
import threading
from argparse import ArgumentParser, Namespace

NAME = "watch"
HELP = "Put readings of devices through the rules, raise and clear alerts, escalate them."


def add_arguments(parser: ArgumentParser) -> None:
    """Take whether to stop when nothing waits."""
    parser.add_argument("--once", action="store_true", help="stop when nothing waits")


def run(args: Namespace) -> int:
    """Watch until SIGTERM or SIGINT."""
    import django

    django.setup()
    from dothi.alerts.serving import once, watch
    from dothi.foundation.clock import now

    if args.once:
        once(now)
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    watch(now, stop, lambda line: print(line, flush=True))
    return 0
