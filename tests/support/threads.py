"""Work done by several threads at once, each with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def together(work: Callable[[int], object], workers: int = 8) -> None:
    """Run `work(number)` in `workers` threads to their end; raise what failed in any."""
    failures: list[BaseException] = []
    start = threading.Barrier(workers)

    def run(number: int) -> None:
        try:
            start.wait(10)
            work(number)
        except BaseException as failure:  # noqa: BLE001 - handed to the test's own thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]
