"""Work in a process of its own, from whatever interpreter it is asked for."""

import subprocess
import sys

import pytest

from dothi.foundation import apart

ASK = """
import sys; sys.path.extend({path!r})
from dothi.foundation import apart
told = b'{{"trust": [], "at": "{at}"}}\\n%PDF-'
sys.stdout.buffer.write(apart.run("dothi.foundation.papers.checker", told, 60))
"""
AT = "2026-08-20T02:00:00+00:00"


class TestRun:
    def test_finds_its_packages_from_an_interpreter_that_has_them_by_its_path_alone(self) -> None:
        path = [one for one in sys.path if one]
        command = [sys.executable, "-I", "-S", "-c", ASK.format(path=path, at=AT)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert '"verdict": "unreadable"' in done.stdout, done.stderr

    def test_says_that_the_process_died(self) -> None:
        with pytest.raises(apart.Failed):
            apart.run("dothi.foundation.papers.checker", b"no JSON", 60)
