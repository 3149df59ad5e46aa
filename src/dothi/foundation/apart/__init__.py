"""
Work on a stranger's bytes in a process of its own, so that a bomb takes only that process down.

    run    start a module with bytes on its standard input, and return what it wrote
    bound  what that module calls before it reads the first byte

Such a module has no Django, no database and no secret; its environment says where
packages are and nothing else.
"""

import os
import resource
import subprocess
import sys


class Failed(Exception):
    """The process died, was stopped at one of its bounds, or took too long."""


def run(module: str, told: bytes, seconds: float) -> bytes:
    """Return the standard output of `module`, given `told`. Raises Failed."""
    environ = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            [sys.executable, "-m", module], input=told, capture_output=True, timeout=seconds, check=True,
            env=environ, cwd="/",
        ).stdout  # fmt: skip
    except subprocess.SubprocessError as error:
        raise Failed(module) from error


def bound(memory_bytes: int, processor_seconds: int) -> None:
    """Bound this process in memory and time of the processor; it can write no file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
