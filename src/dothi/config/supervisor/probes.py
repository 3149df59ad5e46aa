"""Questions by which the supervisor learns that a child answers; each takes at most two seconds."""

import http.client
import os
import socket

import psycopg


def tcp(port: int) -> bool:
    """Tell whether somebody listens on `port` of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
    except OSError:
        return False
    return True


def nats(port: int) -> bool:
    """Tell whether a NATS server greets on `port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as connection:
            return connection.recv(5) == b"INFO "
    except OSError:
        return False


def postgres(dsn: str) -> bool:
    """Tell whether PostgreSQL takes a connection."""
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def http_alive(port: int, path: str = "/-/alive") -> bool:
    """Tell whether `path` answers 200 on `port`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def byte_waits(descriptor: int) -> bool:
    """Tell whether the pipe `descriptor`, which does not block, held a byte; takes it."""
    try:
        return bool(os.read(descriptor, 1))
    except BlockingIOError:
        return False
