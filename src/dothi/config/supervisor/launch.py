"""
The launcher: what a child runs first, so that no child outlives the supervisor and no secret leaks.

It reads its order (one JSON object) from an inherited pipe, becomes the order's user, asks the
kernel for a signal when its parent is gone, and only then becomes the program. The order of these
steps matters: a change of user clears the parent-death signal, and a parent that died before the
request is told by no signal, so the parent is compared afterwards.

Secrets arrive in the order, never in the environment block that /proc shows. A program of ours
runs in this same process, not dumpable after the change of user: no other process of that user
can read its memory or its environment. Standard library only.
"""

import ctypes
import json
import os
import resource
import runpy
import sys
import time
from threading import Thread
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
ORPHAN_SECONDS = 5.0
"""
The signal asks an orphan to end as on any other day; with the database gone as well, a worker was
seen to wait for it longer than 10 s.
"""


def main(order_fd: int) -> None:
    """Carry out the order that waits in the pipe `order_fd`; does not return for foreign programs."""
    with os.fdopen(order_fd) as pipe:
        order: dict[str, Any] = json.load(pipe)
    _become(order["uid"], order["gid"])
    die_with_parent(order["signal"], order["parent"])
    if order["argv"]:
        os.execve(order["argv"][0], order["argv"], order["environ"])  # noqa: S606 - that is its purpose
    _protect()
    Thread(target=end_after_parent, args=(order["parent"],), name="parent", daemon=True).start()
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.path.extend(order["path"])
    sys.argv = ["dothi", *order["dothi"]]
    runpy.run_module("dothi.config.cli", run_name="__main__", alter_sys=True)


def die_with_parent(number: int, parent: int) -> None:
    """Have the kernel send signal `number` when the thread that made this process is gone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("The supervisor is gone.")


def end_after_parent(parent: int, grace_s: float = ORPHAN_SECONDS) -> None:
    """Wait until `parent` is gone, then end this process, at the latest `grace_s` afterwards."""
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(grace_s)
    os._exit(1)


def _become(uid: int, gid: int) -> None:
    if os.geteuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def _protect() -> None:
    """Keep other processes of the same user, and core files, away from this process's secrets."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
