"""TLS of a process that serves beyond loopback: its own certificate, and certificates of clients."""

import ssl
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: ArgumentParser) -> None:
    """Take the address and the files of TLS."""
    parser.add_argument("--host", default="127.0.0.1", help="address; beyond loopback with TLS only")
    parser.add_argument("--tls-cert", type=Path, help="certificate of this process, with its chain (PEM)")
    parser.add_argument("--tls-key", type=Path, help="its private key (PEM)")
    parser.add_argument("--client-ca", type=Path, help="who vouches for certificates of clients (PEM)")


def settings(args: Namespace) -> dict[str, Any]:
    """Return what uvicorn is told of TLS. Raises ValueError where the arguments do not go together."""
    if bool(args.tls_cert) != bool(args.tls_key) or (args.client_ca and not args.tls_cert):
        raise ValueError("--tls-cert and --tls-key go together, and --client-ca with them")
    if args.host not in LOOPBACK and (not args.tls_cert or args.open):
        raise ValueError(f"{args.host} is beyond loopback: that takes --tls-cert, and closed doors")
    if not args.tls_cert:
        return {}
    told = {"ssl_certfile": str(args.tls_cert), "ssl_keyfile": str(args.tls_key)}
    if not args.client_ca:
        return told
    return {**told, "ssl_ca_certs": str(args.client_ca), "ssl_cert_reqs": ssl.CERT_OPTIONAL}
