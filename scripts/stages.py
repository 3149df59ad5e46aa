"""Stages: commands or functions that run one after the other, each with its time and its verdict."""

import subprocess
import time
from collections.abc import Callable, Sequence

Stage = Sequence[str] | Callable[[], list[str]]


def run(stages: dict[str, Stage]) -> int:
    """Run every stage, also after a failure; print each one's seconds; 1 when any failed."""
    failed = []
    for name, stage in stages.items():
        began = time.monotonic()
        print(f"--- {name}", flush=True)
        passed = _passes(stage)
        print(f"--- {name}: {'ok' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
        if not passed:
            failed.append(name)
    if failed:
        print(f"FAILED: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def _passes(stage: Stage) -> bool:
    if callable(stage):
        complaints = stage()
        print("\n".join(complaints), flush=True, end="\n" if complaints else "")
        return not complaints
    return subprocess.run(list(stage), check=False).returncode == 0
