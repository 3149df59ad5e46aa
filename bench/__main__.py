"""
`python -m bench NAME [--small]`: one JSON line a figure; `all` runs every benchmark.

A benchmark is a module of this package with `main(arguments) -> exit code`. Its docstring fixes data,
seed, concurrency, client, durability, and what is checked afterwards.
"""

import importlib
import os
import pkgutil
import sys

import django

import bench

NOT_BENCHMARKS = {
    "__main__", "harness", "checking", "city", "lifecycle", "lifecycle_floor", "walker", "residents",
    "plain_server", "patcher", "listener", "devices", "doors", "mqtt_devices", "node", "year",
}  # fmt: skip


def names() -> list[str]:
    """Return the names of all benchmarks."""
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in NOT_BENCHMARKS)


def main(arguments: list[str]) -> int:
    """Run what `arguments` name; 2 when there is no such benchmark."""
    chosen = names() if arguments[:1] == ["all"] else arguments[:1]
    if not chosen or not set(chosen) <= set(names()):
        print(f"python -m bench {{{','.join(['all', *names()])}}} [--small]", file=sys.stderr)
        return 2
    # What the benchmarks share with the tests knows models.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dothi.config.settings")
    django.setup()
    codes = [importlib.import_module(f"bench.{name}").main(arguments[1:]) for name in chosen]
    return int(max(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
