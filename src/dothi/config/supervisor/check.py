"""`dothi up --check`: what is wrong with this machine, and how to mend it. It changes nothing."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dothi.config import build
from dothi.config.environment import Environment, environment
from dothi.config.supervisor import check_database, check_doors, check_nats, leftovers, lock, ports
from dothi.config.supervisor.node import default_var

FREE_GB = 2
MADE_AFTER = 1_700_000_000  # no clock that is right shows an instant before this code was written


@dataclass(frozen=True)
class Finding:
    """Something wrong, and how to mend it."""

    wrong: str
    mend: str


@dataclass(frozen=True)
class Machine:
    """What the checks look at."""

    environment: Environment
    var: Path
    port: int | None


def report(port: int | None) -> int:
    """Print each check's verdict; 1 when something is wrong."""
    settings = environment()
    machine = Machine(settings, default_var(settings), port)
    wrong = 0
    for name, check in CHECKS.items():
        findings = list(check(machine))
        wrong += len(findings)
        print(f"{'ok   ' if not findings else 'SAI  '} {name}")
        for finding in findings:
            print(f"      - {finding.wrong}\n        → {finding.mend}")
    print("Không có gì sai. · Nothing is wrong." if not wrong else f"{wrong} điều cần sửa · {wrong} to mend")
    return 1 if wrong else 0


def _port(machine: Machine) -> Iterator[Finding]:
    if not machine.port:
        return
    for port in (machine.port, *(machine.port + above for above in ports.NEIGHBORS)):
        if holder := ports.holder(port):
            yield Finding(
                f"port {port} is held by {holder}", "stop that process, or choose another port with --port N"
            )


def _lock(machine: Machine) -> Iterator[Finding]:
    holder = lock.holder(machine.var / "lock")
    if holder:
        yield Finding(f"process {holder} runs on {machine.var}", f"stop it with: kill -INT {holder}")
    stale = machine.var / "pg/data/postmaster.pid"
    if not holder and _exists(stale):
        pid = stale.read_text().split()[0]
        if Path(f"/proc/{pid}").exists():
            yield Finding(f"process {pid} still uses {stale.parent}", f"stop it with: kill -INT {pid}")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _disk(machine: Machine) -> Iterator[Finding]:
    place = _existing(machine.var)
    free_gb = shutil.disk_usage(place).free / 1e9
    if free_gb < FREE_GB:
        yield Finding(
            f"{place} has {free_gb:.1f} GB free, {FREE_GB} GB are needed",
            "free space, or set DOTHI_VAR elsewhere",
        )


def _existing(path: Path) -> Path:
    """Return the nearest folder above `path` that exists."""
    return path if path.exists() else _existing(path.parent)


def _folders(machine: Machine) -> Iterator[Finding]:
    place = _existing(machine.var)
    if not os.access(place, os.W_OK | os.X_OK):
        yield Finding(f"{place} cannot be written", "set DOTHI_VAR to a folder of yours")
    if os.geteuid() != 0:
        return
    closed = [above for above in (place, *place.parents) if not above.stat().st_mode & 0o001]
    if closed:
        yield Finding(
            f"the system user cannot enter {closed[-1]}, and the children run as that user",
            "leave DOTHI_VAR unset (data then lies in /var/lib/dothi), or choose a folder that all may enter",
        )


def _leftovers(_machine: Machine) -> Iterator[Finding]:
    found = leftovers.find() if os.geteuid() == 0 else []
    if found:
        yield Finding(f"{len(found)} leftovers, the first is {found[0].folder}", "see them with: dothi prune")


def _clock(_machine: Machine) -> Iterator[Finding]:
    if time.time() < MADE_AFTER:
        yield Finding("the clock of this machine stands before 2024", "set it, for example with: timedatectl")


def _built(_machine: Machine) -> Iterator[Finding]:
    yield from (Finding(wrong, mend) for wrong, mend in build.findings())


def _database(machine: Machine) -> Iterator[Finding]:
    for wrong, mend in check_database.findings(machine.environment, machine.var):
        yield Finding(wrong, mend)


def _nats(machine: Machine) -> Iterator[Finding]:
    for wrong, mend in check_nats.findings(machine.environment.nats_url):
        yield Finding(wrong, mend)


def _doors(machine: Machine) -> Iterator[Finding]:
    for wrong, mend in check_doors.findings(machine.environment, datetime.now(UTC)):
        yield Finding(wrong, mend)


CHECKS: dict[str, Callable[[Machine], Iterator[Finding]]] = {
    "cổng · port": _port,
    "khóa · lock": _lock,
    "đĩa · disk": _disk,
    "thư mục · folders": _folders,
    "đồ thừa · leftovers": _leftovers,
    "đồng hồ · clock": _clock,
    "giao diện và bản dịch · assets and translations": _built,
    "cơ sở dữ liệu · database": _database,
    "kênh sự kiện · event channel": _nats,
    "cửa thiết bị · doors of devices": _doors,
}
