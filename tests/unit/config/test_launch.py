"""A child that does not obey the parent-death signal is still gone soon after its parent."""

import os
import select
import subprocess
import sys

ORPHAN = """
import os, signal, sys, threading, time
sys.path.insert(0, "src")
from dothi.config.supervisor import launch
signal.signal(signal.SIGTERM, signal.SIG_IGN)
parent = os.getppid()
launch.die_with_parent(signal.SIGTERM, parent)
threading.Thread(target=launch.end_after_parent, args=(parent, 0.1), daemon=True).start()
print("ready", flush=True)
time.sleep(60)
"""
PARENT = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {ORPHAN!r}])
sys.stdin.read()
"""


class TestEndAfterParent:
    def test_ends_a_child_that_ignores_the_signal(self) -> None:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        assert parent.stdin
        assert parent.stdout
        with parent.stdin, parent.stdout as said:
            assert said.readline() == b"ready\n"
            parent.kill()
            parent.wait()
            # Only the orphan still holds the pipe open; its end is the end of the file.
            assert select.select([said], [], [], 15)[0]
            assert os.read(said.fileno(), 1) == b""
