"""`dothi live`: server-sent events for the pages, fed by NATS, without Django."""

import socket
from argparse import ArgumentParser, Namespace

NAME = "live"
HELP = "Serve live events on the socket that the supervisor handed on."
STOP_SECONDS = 2


def add_arguments(parser: ArgumentParser) -> None:
    """Take nothing: the supervisor tells all by the environment."""


def run(_args: Namespace) -> int:
    """Serve until told to stop."""
    import uvicorn

    from dothi.config.environment import environment
    from dothi.config.live import create_app
    from dothi.context.api.wire import Wire

    told = environment()
    app = create_app(key=told.live_key, origin=told.public_url, nats_url=told.nats, dsn=told.readings_dsn)
    config = uvicorn.Config(
        app, access_log=False, log_level="warning", server_header=False, http=Wire, ws="none",
        timeout_graceful_shutdown=STOP_SECONDS, limit_concurrency=6_000,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=told.listen_fd)])
    return 0
