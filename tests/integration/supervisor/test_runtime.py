"""The system user is one, however many starts find it missing."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dothi.kernel.ids import new_id

CREATE = """
import sys
from dothi.config.supervisor import runtime
runtime.SYSTEM_USER = sys.argv[1]
print("ready", flush=True)
sys.stdin.readline()
print(runtime.system_user().pw_uid)
"""
STARTS = 4


@pytest.fixture
def nobody_yet() -> Iterator[str]:
    """The name of a system user that is not there; gone afterwards."""
    if os.geteuid() != 0:
        pytest.skip("only root creates the user")
    name = f"dothi-{new_id().hex[-8:]}"
    yield name
    subprocess.run(["userdel", name], check=False)


class TestSystemUser:
    def test_is_created_once_by_starts_at_the_same_time(self, nobody_yet: str) -> None:
        starts = [
            subprocess.Popen(
                [sys.executable, "-c", CREATE, nobody_yet],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for _ in range(STARTS)
        ]  # fmt: skip
        for start in starts:
            assert start.stdout
            assert start.stdout.readline() == "ready\n"
        for start in starts:
            print(file=start.stdin, flush=True)
        numbers = [start.communicate(timeout=60)[0].strip() for start in starts]
        known = subprocess.run(["id", "-u", nobody_yet], capture_output=True, text=True, check=True)
        assert numbers == [known.stdout.strip()] * STARTS
