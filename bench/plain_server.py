"""
The server of `dossier_http`'s floor: `python -m bench.plain_server DESCRIPTOR DSN`.

It answers `/N` with N bytes, and commits one row for each POST before it does: what a durable exchange
of this size costs in any case, without pages, sessions, sealing or decisions.
"""

import asyncio
import socket
import sys

import psycopg

CONNECTIONS = 4
TABLE = "create table if not exists bench_floor (id bigint generated always as identity, body bytea)"
INSERT = "insert into bench_floor (body) values (%s)"
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n"


async def serve(listener: socket.socket, dsn: str) -> None:
    """Serve until the process is told to end."""
    idle: asyncio.Queue[psycopg.AsyncConnection[tuple[object, ...]]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        idle.put_nowait(await psycopg.AsyncConnection.connect(dsn, autocommit=True))

    async def commit(body: bytes) -> None:
        connection = await idle.get()
        await connection.execute(INSERT, (body,))
        idle.put_nowait(connection)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            method, path, length = _read(head)
            body = await reader.readexactly(length)
            if method == "POST":
                await commit(body)
            writer.write(HEAD.format(path).encode() + b"x" * path)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, sock=listener) as server:
        await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


def _read(head: str) -> tuple[str, int, int]:
    """Return method, bytes to answer, and bytes of the body."""
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    told = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return method, int(path[1:]), int(told.get("content-length", "0"))


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2]))
