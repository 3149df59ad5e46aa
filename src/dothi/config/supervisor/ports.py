"""Ports of loopback: choosing them, and naming who holds one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

PREFERRED = 8000
TRIES = 20
LISTENING, LINGERING = "0A", "06"
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
            return _listen(host, candidate)
        except OSError:
            continue
    try:
        return _listen(host, candidates[-1])
    except OSError as error:
        raise Occupied(candidates[-1], holder(candidates[-1]) or str(error)) from error


def _listen(host: str, port: int) -> socket.socket:
    listener = _bind(host, port)
    try:
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _bind(host: str, port: int, *, shared: bool = True) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, shared)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


class Kept:
    """
    Ports of loopback kept for servers that a child will start, until closed.

    Each is bound and does not listen: the child may bind it, as every server does that sets SO_REUSEADDR,
    while the kernel gives it to nobody who asks for any port, and to no outgoing connection.
    Where ended connections linger on a port, the kernel cannot tell whether anybody keeps it as well; so each
    is claimed by a name beside it, which reaches as far as loopback does and ends with its process.
    """

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []

    def near(self, port: int) -> int:
        """Return `port`, or any other where that one is not free."""
        try:
            return self._take(port, shared=_only_lingers(port))
        except (OSError, OverflowError):
            return self.any()

    def any(self) -> int:
        """Return some free port."""
        return self._take(0, shared=False)

    def _take(self, port: int, *, shared: bool) -> int:
        kept = _bind("127.0.0.1", port, shared=shared)
        number = int(kept.getsockname()[1])
        try:
            self._sockets.append(_claim(number))
        except OSError:
            kept.close()
            raise
        self._sockets.append(kept)
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # for the server that it is kept for
        return number

    def close(self) -> None:
        """Keep none any longer."""
        for kept in self._sockets:
            kept.close()


def _claim(port: int) -> socket.socket:
    """Return what says that `port` is kept; raises OSError where another says so already."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0dothi/port/{port}")
    except OSError:
        claim.close()
        raise
    return claim


def holder(port: int) -> str:
    """Return `name (process id)` of who listens on `port`; empty when nobody or not to be seen."""
    inodes = _listening_inodes(port)
    if not inodes:
        return ""
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process, inodes):
            return f"{_name(process)} (process {process.name})"
    return "a process of another user"


def _only_lingers(port: int) -> bool:
    """Tell whether `port` is held by nothing but connections that ended a minute ago at most."""
    return {state for state, _ in _sockets_of(port)} == {LINGERING}


def _listening_inodes(port: int) -> set[str]:
    return {inode for state, inode in _sockets_of(port) if state == LISTENING}


def _sockets_of(port: int) -> Iterator[tuple[str, str]]:
    """Yield the state and the link of each socket whose own port this is; one only bound is not seen."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = Path(table).read_text().splitlines()[1:] if Path(table).exists() else []
        for columns in (row.split() for row in rows):
            if int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[3], f"socket:[{columns[9]}]"


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
