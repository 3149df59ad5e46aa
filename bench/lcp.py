"""
`lcp`: milliseconds until the largest paint of a resident's page on a slow line, and bytes on the wire.

    python -m bench lcp [--small]

Data    the page of text size and contrast: the residents' frame, two questions, both fonts, cold cache.
Value   largest contentful paint in Chromium at 360 px under Lighthouse's slow 4G (1.6 Mb/s down, 150 ms
        round trip) on a processor slowed four times. Aim: 2,500 ms.
Floor   the same of the plain page (one small style sheet, no font, no script), interleaved: what the
        line, the browser and the server cost in any case.
Client  Chromium by its debugging protocol, a context of its own a load; 5 rounds, medians.
Server  the pages process as in production, on a database of its own.
After   each load must have brought all fonts, the style sheet and the module, at most 100 KB in all, or
        the run fails: a page without its font paints early and is no figure.
Durability  none: a read writes nothing.
"""

import argparse
from collections.abc import Sequence

from playwright.sync_api import Browser
from tests.journeys.measure import Load, first_load, phone
from tests.support.chromium import CHROMIUM, FLAGS
from tests.support.driver import playing
from tests.support.pages import serving
from tests.support.prepared import TEMPLATE, migrated

from bench.harness import ROUNDS, figure

PAGE, PLAIN = "/components/view/", "/components/plain/"
MOST_BYTES = 100 * 1000
FILES = 8


def main(arguments: Sequence[str]) -> int:
    """Measure and print one JSON line a figure."""
    parser = argparse.ArgumentParser(prog="bench lcp", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one round, as a test of correctness")
    rounds = 1 if parser.parse_args(arguments).small else ROUNDS
    with migrated() as cluster, playing() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with serving(cluster.dsn("dothi_app", TEMPLATE)) as address:
            loads = [(_load(browser, address + PAGE), _load(browser, address + PLAIN)) for _ in range(rounds)]
        browser.close()
    for value, _ in loads:
        _check(value)
    values, floors = [value.lcp_ms for value, _ in loads], [plain.lcp_ms for _, plain in loads]
    note = f"slow 4G, processor slowed 4 times, {loads[0][0].transferred} bytes on the wire"
    print(figure("lcp", values, floors, unit="ms", n=rounds, note=note).line())
    return 0


def _load(browser: Browser, address: str) -> Load:
    context = browser.new_context(locale="vi-VN")
    load = first_load(phone(context), address, slow=True)
    context.close()
    return load


def _check(load: Load) -> None:
    if len(load.by_address) < FILES or load.transferred > MOST_BYTES:
        raise SystemExit(f"{load.transferred} bytes in {len(load.by_address)} files: {load.by_address}")


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
