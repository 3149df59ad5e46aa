"""Work done by several threads at once, each with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection

from tests.support.waiting import HELD_UP, PATIENCE_S


def together(work: Callable[[int], object], workers: int = 8) -> None:
    """Run `work(number)` in `workers` threads to their end; raise what failed in any."""
    failures: list[BaseException] = []
    start = threading.Barrier(workers)

    def run(number: int) -> None:
        try:
            start.wait(PATIENCE_S)
            work(number)
        except BaseException as failure:  # noqa: BLE001 - handed to the test's own thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    if failures:
        raise failures[0]


def somebody_waits() -> bool:
    """Tell whether anybody waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_UP)
        return bool(cursor.fetchone()[0])
