"""Ports of loopback: choosing them, and naming who holds one."""

import os
import socket
from pathlib import Path

PREFERRED = 8000
TRIES = 20
LISTENING = "0A"
LIVE, IDP, BROKER, MQTT, HTTP = 1, 2, 3, 4, 5
"""How far above the port of the pages each other door stands, where that port is free."""
NEIGHBORS = (LIVE, IDP, BROKER, MQTT, HTTP)


class Occupied(Exception):
    """The port `port` is held by `holder`, a text for people."""

    def __init__(self, port: int, holder: str) -> None:
        super().__init__(f"port {port} is held by {holder}")
        self.port = port
        self.holder = holder


def listen(port: int | None, host: str = "127.0.0.1") -> socket.socket:
    """
    Return a listening socket on `port`; 0 takes any, None the first free one from 8000.

    Raises Occupied, which names the holder.
    """
    candidates = [port] if port is not None else [*range(PREFERRED, PREFERRED + TRIES), 0]
    for candidate in candidates[:-1]:
        try:
            return _bind(host, candidate)
        except OSError:
            continue
    try:
        return _bind(host, candidates[-1])
    except OSError as error:
        raise Occupied(candidates[-1], holder(candidates[-1]) or str(error)) from error


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def free_port() -> int:
    """Return a port of loopback that was free a moment ago."""
    with _bind("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Return `name (process id)` of who listens on `port`; empty when nobody or not to be seen."""
    inodes = _listening_inodes(port)
    if not inodes:
        return ""
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process, inodes):
            return f"{_name(process)} (process {process.name})"
    return "a process of another user"


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = Path(table).read_text().splitlines()[1:] if Path(table).exists() else []
        for columns in (row.split() for row in rows):
            if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{columns[9]}]")
    return found


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        return any(os.readlink(link) in inodes for link in (process / "fd").iterdir())
    except OSError:  # gone meanwhile, or of another user
        return False


def _name(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        return " ".join(words).strip()[:80] or (process / "comm").read_text().strip()
    except OSError:
        return "a process"
