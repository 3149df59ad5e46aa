"""
The bootstrap: uv, the locked packages, assets and translations, with nothing but Python's own library.

Every cache lies in the checkout's var/, unless the operator has named another place.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VAR = PROJECT / "var"
TOOLS = VAR / "tools"
UV = "uv==0.13.*"
OLDEST_UV = (0, 8)
OLDEST_NODE = (20, 19)
PYTHON = PROJECT / ".venv/bin/python"
RUN_GROUPS = ("--no-dev", "--group", "build")


class Trouble(Exception):
    """The machine lacks something; the text says what and how to mend it."""


def prepare(begin: Callable[[str], None], groups: tuple[str, ...] = RUN_GROUPS) -> None:
    """Install the packages of `groups` and build; `begin` hears the key of each step. Raises Trouble."""
    _check_python()
    begin("tools")
    uv = find_uv()
    begin("packages")
    if not node_is_new_enough() and (PROJECT / "frontend/package.json").exists():
        groups += ("--group", "node")
    # --inexact keeps what `make test` has installed beside.
    _run([*uv, "sync", "--frozen", "--inexact", "--quiet", "--python", sys.executable, *groups], "Packages")
    begin("assets")
    _run([str(PYTHON), "-m", "dothi.config.cli", "build", "assets"], "Assets")
    begin("translations")
    _run([str(PYTHON), "-m", "dothi.config.cli", "build", "translations"], "Translations")


def _check_python() -> None:
    if sys.version_info[:2] != (3, 11):
        raise Trouble(
            f"Cần Python 3.11, đang có {sys.version.split()[0]}. · Python 3.11 is needed.\n"
            "Debian 12: apt install python3.11 python3.11-venv; rồi · then: make run PYTHON=python3.11"
        )


def find_uv() -> list[str]:
    """Return the command line of uv: the machine's when it is new enough, else our own copy."""
    found = shutil.which("uv")
    if found and _version([found]) >= OLDEST_UV:
        return [found]
    for own in ([str(TOOLS / "uv/bin/uv")], [sys.executable, str(TOOLS / "uv-target/bin/uv")]):
        if Path(own[-1]).exists():
            return own[-1:]
    return _install_uv()


def _install_uv() -> list[str]:
    TOOLS.mkdir(parents=True, exist_ok=True)
    made = _try([sys.executable, "-m", "venv", str(TOOLS / "uv")])
    if made and _try([str(TOOLS / "uv/bin/python"), "-m", "pip", "install", "--quiet", UV]):
        return [str(TOOLS / "uv/bin/uv")]
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    target = TOOLS / "uv-target"
    if _try([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), UV]):
        return [str(target / "bin/uv")]
    raise Trouble(
        "Python của máy thiếu cả ensurepip lẫn pip. · This Python has neither ensurepip nor pip.\n"
        "Debian, Ubuntu: apt install python3.11-venv   (hoặc · or: python3-pip)"
    )


def _try(command: list[str]) -> bool:
    return subprocess.run(command, env=_environ(), capture_output=True, check=False).returncode == 0


def _version(command: list[str]) -> tuple[int, ...]:
    told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", told)
    return tuple(map(int, found.groups())) if found else (0, 0)


def node_is_new_enough() -> bool:
    """Tell whether the machine's own Node and npm can build the assets."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v(\d+)\.(\d+)", told)
    return bool(found) and tuple(map(int, found.groups())) >= OLDEST_NODE


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, cwd=PROJECT, env=_environ(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"{what}: {' '.join(command[:3])}\n{(done.stdout + done.stderr)[-3000:]}")


def _environ() -> dict[str, str]:
    """Return our environment with every cache inside var/, unless the operator has named another."""
    ours = {
        "UV_CACHE_DIR": str(VAR / "cache/uv"),
        "PIP_CACHE_DIR": str(VAR / "cache/pip"),
        "npm_config_cache": str(VAR / "cache/npm"),
        "XDG_CACHE_HOME": str(VAR / "cache"),
        "HOME": str(VAR / "cache"),
        "UV_PYTHON_DOWNLOADS": "never",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_PROGRESS": "1",
    }
    return {**ours, **os.environ, "UV_PROJECT_ENVIRONMENT": str(PROJECT / ".venv")}
