"""`make install`: everything that tests and checks need, by the same bootstrap as `make run`."""

import sys
import time

sys.dont_write_bytecode = True

import bootstrap  # noqa: E402 - byte code is refused first


def main() -> int:
    """Install and build, and say how long it took."""
    began = time.monotonic()
    try:
        bootstrap.prepare(lambda _: None, ())
    except bootstrap.Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"install: {time.monotonic() - began:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
