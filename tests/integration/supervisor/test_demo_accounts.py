"""`dothi demo accounts`: what a newcomer types to sign in as an official, from the folder of the node."""

import os
import subprocess
import sys
from pathlib import Path

from dothi.config.demo.accounts import credentials
from dothi.config.demo.people import officials
from dothi.foundation.keys.roots import create_root_key, read_root_keys

COMMAND = [sys.executable, "-m", "dothi.config.cli", "demo", "accounts"]


def _run(var: Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DOTHI_")}
    environ["DOTHI_VAR"] = str(var)
    return subprocess.run(COMMAND, env=environ, capture_output=True, text=True, check=False, timeout=60)


class TestDemoAccounts:
    def test_prints_each_official_from_the_key_of_the_node(self, tmp_path: Path) -> None:
        (tmp_path / "secrets").mkdir()
        create_root_key(tmp_path / "secrets/root.key")
        told = _run(tmp_path)
        assert told.returncode == 0, told.stderr
        assert len(told.stdout.splitlines()) == len(officials())
        for found in credentials(read_root_keys(tmp_path / "secrets/root.key")):
            assert f"{found.password}  {found.secret}" in told.stdout

    def test_says_what_to_do_where_no_node_is(self, tmp_path: Path) -> None:
        told = _run(tmp_path)
        assert told.returncode == 2
        assert "make run" in told.stderr
