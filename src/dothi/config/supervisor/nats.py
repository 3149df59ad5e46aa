"""
NATS of this node: JetStream on, bound to loopback, one user a process and each with its own subjects.

Source: https://docs.nats.io/running-a-nats-service/configuration (authorization, permissions).
"""

import json
from collections.abc import Mapping
from pathlib import Path

SYNC_INTERVAL = "5s"
"""How much of the stream a power cut may take; the publisher sends it again, see ADR 0012."""
USERS: dict[str, dict[str, str | list[str]]] = {
    "supervisor": {"publish": "$JS.API.INFO", "subscribe": "_INBOX.>"},
    "publisher": {"publish": ["vn.dothi.>", "$JS.API.>"], "subscribe": "_INBOX.>"},
    "live": {"publish": [], "subscribe": "vn.dothi.>"},
}


def configuration(port: int, store: Path, passwords: Mapping[str, str]) -> str:
    """Return the server's configuration; JSON is a subset of its format."""
    users = [
        {"user": user, "password": passwords[user], "permissions": _permissions(allowed)}
        for user, allowed in USERS.items()
    ]
    return json.dumps(
        {
            "listen": f"127.0.0.1:{port}",
            "server_name": "dothi",
            "jetstream": {"store_dir": str(store), "sync_interval": SYNC_INTERVAL},
            "max_payload": 1_000_000,
            "authorization": {"users": users},
        },
        indent=1,
        ensure_ascii=False,
    )


def _permissions(allowed: dict[str, str | list[str]]) -> dict[str, object]:
    return {kind: {"allow": subjects} if subjects else {"deny": ">"} for kind, subjects in allowed.items()}


def url(user: str, port: int, passwords: Mapping[str, str]) -> str:
    """Return the address by which `user` reaches the server on `port`."""
    return f"nats://{user}:{passwords[user]}@127.0.0.1:{port}"
