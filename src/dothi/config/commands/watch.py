"""`dothi watch`: the process that follows readings: through the rules of alerts, and to where units are."""

import signal
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

NAME = "watch"
HELP = "Put readings of devices through the rules of alerts, and move the units that devices tell of."


def add_arguments(parser: ArgumentParser) -> None:
    """Take whether to stop when nothing waits."""
    parser.add_argument("--once", action="store_true", help="stop when nothing waits")


def run(args: Namespace) -> int:
    """Watch until SIGTERM or SIGINT."""
    import django

    django.setup()
    from dothi.alerts.serving import once, watch
    from dothi.foundation.clock import now
    from dothi.incidents import positions

    if args.once:
        once(now)
        positions.once(now)
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # Apart, so that a rule that takes long keeps no unit where it is not.
    together(lambda: watch(now, stop, _say), lambda: positions.follow(now, stop, _say), stop)
    return 0


def together(here: Callable[[], None], apart: Callable[[], None], stop: threading.Event) -> None:
    """
    Run both until `stop`, `apart` in a thread of its own; when one ends, so does the other.

    Raises what one of them raised: half a watcher would look alive, and nobody would start it anew.
    """

    def ending() -> None:
        try:
            apart()
        finally:
            stop.set()

    with ThreadPoolExecutor(1, "positions") as threads:
        moving = threads.submit(ending)
        try:
            here()
        finally:
            stop.set()
    moving.result()


def _say(line: str) -> None:
    print(line, flush=True)
