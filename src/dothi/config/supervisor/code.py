"""
The code that children run: the checkout itself, or for root a copy that the user `dothi` can read.

The copies belong to root, byte code included: a child that was broken into cannot change what the
next child, which holds other secrets, will run.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from dothi.config.supervisor import runtime

PACKAGE = Path(__file__).resolve().parents[2]
NOT_FOR_CHILDREN = {"playwright", "mypy", "mypyc", "ruff", "pip"}
IMPORTED = (
    "dothi.config.urls", "dothi.config.wsgi", "dothi.config.live", "dothi.config.feeding",
    "dothi.config.playing", "dothi.config.demo.load", "dothi.config.demo.idp.app", "dothi.context.api.app",
    "dothi.telemetry.edge.server", "dothi.alerts.serving", "dothi.foundation.jobs.working",
    "dothi.foundation.events.publisher", "dothi.foundation.ledger.sequencer",
    "waitress", "uvicorn", "uvloop", "procrastinate", "nats",
)  # fmt: skip
"""What the children import between them."""
NOT_IN_AN_INTERPRETER = ("test", "site-packages", "config-*", "idlelib", "tkinter", "__pycache__")


@dataclass(frozen=True)
class Code:
    """How to start a program of ours: interpreter with flags, folders to import from, environment."""

    interpreter: tuple[str, ...]
    launcher: Path
    path: tuple[str, ...]
    environ: dict[str, str]


def checkout() -> Code:
    """Return the code of this checkout, run by this interpreter."""
    return Code((sys.executable, "-I"), PACKAGE / "config/supervisor/launch.py", (), {})


def readable_copy(place: Path) -> Code:
    """Return code that the user `dothi` can run; our own package is copied into `place`."""
    python = _python()
    site = _site()
    application = _application(place)
    environ = (
        {"LD_LIBRARY_PATH": str(python.parent.parent / "lib")} if python != runtime.base_python() else {}
    )
    code = Code(
        (str(python), "-I", "-S"),
        application / "dothi/config/supervisor/launch.py",
        (str(application), str(site)),
        environ,
    )
    _compile(code, application)
    return code


def _python() -> Path:
    base = runtime.base_python()
    if runtime.reachable(base) and runtime.reachable(Path(os.__file__)):
        return base
    version = ".".join(map(str, sys.version_info[:3]))
    origin = hashlib.sha256(str(base).encode()).hexdigest()[:8]
    return runtime.copied(f"python-{version}-{origin}", _fill_python) / "bin" / base.name


def _fill_python(aside: Path) -> None:
    prefix = Path(sys.base_prefix)
    library = Path(os.__file__).parent
    (aside / "bin").mkdir()
    shutil.copy(runtime.base_python().resolve(), aside / "bin" / runtime.base_python().name)
    shutil.copytree(
        library,
        aside / library.relative_to(prefix),
        ignore=shutil.ignore_patterns(*NOT_IN_AN_INTERPRETER),
    )
    for shared in (prefix / "lib").glob("libpython*.so*"):
        shutil.copy(shared, aside / "lib" / shared.name, follow_symlinks=False)


def _site() -> Path:
    installed = Path(sysconfig.get_path("purelib"))
    names = sorted(entry.name for entry in installed.glob("*.dist-info"))
    mark = hashlib.sha256("\n".join([sys.version, *names]).encode()).hexdigest()[:12]

    def fill(aside: Path) -> None:
        for entry in installed.iterdir():
            if entry.name in NOT_FOR_CHILDREN or entry.suffix == ".pth":
                continue
            if entry.is_dir():
                shutil.copytree(entry, aside / entry.name, copy_function=_link, symlinks=True)
            else:
                _link(str(entry), str(aside / entry.name))

    return runtime.copied(f"site-{mark}", fill)


def _link(source: str, target: str) -> None:
    """Link a file that everybody may read; copy it where that is not possible."""
    try:
        if os.stat(source).st_mode & 0o004:
            os.link(source, target)
            return
    except OSError:
        pass
    shutil.copyfile(source, target)
    os.chmod(target, 0o644)


def digest() -> str:
    """Return the digest of every file of our package."""
    state = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            state.update(f"{file.relative_to(PACKAGE)}\0".encode())
            state.update(hashlib.sha256(file.read_bytes()).digest())
    return state.hexdigest()[:16]


def _application(place: Path) -> Path:
    target = place / digest() / "src"
    if not target.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o755)
        place.chmod(0o755)
        shutil.copytree(
            PACKAGE,
            target.with_name("aside") / "dothi",
            ignore=shutil.ignore_patterns("__pycache__"),
            copy_function=shutil.copyfile,
        )
        runtime.open_to_all(target.parent)
        target.with_name("aside").rename(target)
    return target


def _compile(code: Code, application: Path) -> None:
    """Import once as root what the children will, so that byte code lies beside the copies."""
    mark = application / "compiled"
    if mark.exists():
        return
    script = (
        f"import sys; sys.path.extend({list(code.path)!r}); import django; django.setup();"
        f"import {', '.join(IMPORTED)}"
    )
    environ = {**code.environ, "PATH": os.defpath, "DJANGO_SETTINGS_MODULE": "dothi.config.settings"}
    subprocess.run(
        [*code.interpreter, "-c", script], env=environ, cwd="/", check=False, capture_output=True, umask=0o022
    )
    mark.touch()
