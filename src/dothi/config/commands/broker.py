"""`dothi broker`: the NGSI-LD context broker, without Django."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

NAME = "broker"
HELP = "Serve the live context of the city by NGSI-LD."
LOOPBACK = "127.0.0.1"


def add_arguments(parser: ArgumentParser) -> None:
    """Take the port and whether the doors are open."""
    parser.add_argument("--port", type=int, required=True, help="port of loopback")
    parser.add_argument("--open", action="store_true", help="ask nobody who they are: for conformance runs")


def run(args: Namespace) -> int:
    """Serve until told to stop."""
    import uvicorn

    from dothi.config.environment import environment
    from dothi.context.api.app import create_app

    if args.open:
        print(
            f"!!! THE DOORS OF THIS BROKER ARE OPEN to everybody on this machine, port {args.port}",
            flush=True,
        )
    app = create_app(environment().dsn, lambda: datetime.now(UTC), open_doors=args.open)
    uvicorn.run(app, host=LOOPBACK, port=args.port, log_level="warning")
    return 0
