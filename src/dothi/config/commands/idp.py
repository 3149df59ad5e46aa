"""`dothi idp --demo`: the demonstration identity provider, in a process of its own."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from urllib.parse import urlsplit

NAME = "idp"
HELP = "Serve the demonstration identity provider (only with --demo)."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the flag without which nothing starts."""
    parser.add_argument("--demo", action="store_true", help="this node is a demonstration")
    parser.add_argument("--slow-seconds", type=float, default=20.0, help='how long "slow" takes')


def run(args: Namespace) -> int:
    """Serve at the port of `idp_url` until told to stop; refuse outside a demonstration."""
    from dothi.config.environment import environment

    env = environment()
    if not (args.demo and env.demo):
        print("The identity provider invents people. It starts only in a demonstration (--demo).")
        return 2
    client_key = Path(env.idp_client_key_file or Path(env.var) / "secrets" / "idp-client.pem")
    _serve(env.idp_url, env.public_url, Path(env.var), client_key, args.slow_seconds)
    return 0


def _serve(issuer: str, client_url: str, var: Path, client_key: Path, slow_s: float) -> None:
    import uvicorn

    from dothi.config.demo.idp.app import create_app
    from dothi.config.demo.idp.settings import Provider

    provider = Provider(issuer, client_url, var / "idp", client_key, slow_s)
    port = urlsplit(issuer).port or 80
    uvicorn.run(create_app(provider), host="127.0.0.1", port=port, access_log=False, server_header=False)
