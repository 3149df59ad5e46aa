"""Whether a door keeps to its OpenAPI document: schemathesis asks whatever the document tells, and more."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("schemathesis")
EVERY = "examples,coverage,fuzzing,stateful"
TIMEOUT_S = 1_800


def keeps_to_its_document(
    port: int, config: Path, folder: Path, *also: str, phases: str, examples: int, seed: int
) -> None:
    """Let schemathesis ask a door by a configuration, from a folder. Raises AssertionError with its finds."""
    command = [
        str(PROGRAM), "--no-color", "--config-file", str(config), "run",
        f"http://127.0.0.1:{port}/-/openapi.json", "--phases", phases, "--max-examples", str(examples),
        "--seed", str(seed), "--continue-on-failure", "--warnings", "off", *also,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, f"seed {seed}\n{done.stdout[-20_000:]}{done.stderr[-2_000:]}"
