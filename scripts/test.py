"""
`make test`: unit, architecture and integration tests, then the journeys in a real browser.

A missing Chromium and the clients of mosquitto are installed by apt where that is allowed; elsewhere what
needs them is left out, with one loud line.
"""

import os
import shutil
import subprocess
import sys

import memory
import stages

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CLIENTS = ("mosquitto_pub",)
NO_TESTS = 5
PYTEST = [".venv/bin/pytest", "-q"]
# Four at a time on two cores, for each waits now and then; what shares servers by one of them, and what
# takes longest first (tests/conftest.py).
TOGETHER = ["--numprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]


def main() -> int:
    """Run every stage; 1 when any fails."""
    chosen = [] if "--all" in sys.argv else ["-m", "not long"]
    plan: dict[str, stages.Stage] = {
        "unit": lambda: _pytest(*TOGETHER, "tests/unit", *chosen),
        "architecture and integration": lambda: _pytest(
            *TOGETHER, "tests/integration", "tests/architecture", *chosen
        ),
    }
    if not there(CLIENTS, "mosquitto-clients"):
        print("!!! MOSQUITTO IS SKIPPED: its clients are not here, and apt may not install them.", flush=True)
    if there(BROWSERS, "chromium"):
        plan["journeys"] = lambda: _pytest(*TOGETHER, "tests/journeys", *chosen)
    else:
        print("!!! JOURNEYS ARE SKIPPED: no Chromium, and apt may not install it here.", flush=True)
    with memory.folder() as folder:
        os.environ |= {"TMPDIR": str(folder), "DOTHI_TESTS_PREPARED": str(folder / "prepared")}
        return stages.run(plan)


def _pytest(*arguments: str) -> list[str]:
    code = subprocess.run([*PYTEST, *arguments], check=False).returncode
    return [] if code in (0, NO_TESTS) else [f"pytest ended with {code}"]


def there(programs: tuple[str, ...], package: str) -> bool:
    """Tell whether one of these programs is there, installed now from `package` where that may be."""
    return _found(programs) or (_installed(package) and _found(programs))


def _found(programs: tuple[str, ...]) -> bool:
    return any(shutil.which(name) for name in programs)


def _installed(package: str) -> bool:
    apt, environ = _apt(), {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", package])
    return bool(apt) and all(
        subprocess.run([*apt, *words], env=environ, stdout=subprocess.DEVNULL, check=False).returncode == 0
        for words in steps
    )


def _apt() -> list[str]:
    if not shutil.which("apt-get"):
        return []
    if os.geteuid() == 0:
        return ["apt-get"]
    allowed = shutil.which("sudo") and subprocess.run(
        ["sudo", "-n", "true"], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    return ["sudo", "-n", "apt-get"] if allowed else []


if __name__ == "__main__":
    sys.exit(main())
