"""
Settings: one typed value, read once from the environment, then `var/dothi.toml`, then defaults.

Every setting is a field of `Environment`; `docs/reference/settings.md` lists them and a test compares.
"""

import os
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

ALIASES = {"database_url": "DATABASE_URL", "nats_url": "NATS_URL"}
PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Environment:
    """The settings of one process. Environment names are `DOTHI_` and the field in capitals."""

    var: str = str(PROJECT / "var")
    """Folder of everything that this node writes."""
    node: str = "hanoi.dothi.example"
    """DNS name of this node, fixed at install."""
    dsn: str = "postgresql://dothi_app@127.0.0.1:5432/dothi"
    """Where and as which role this process reaches PostgreSQL."""
    nats: str = "nats://127.0.0.1:4222"
    """Where this process reaches NATS, with its credentials."""
    public_url: str = "http://localhost:8000"
    """Address under which people reach the pages."""
    live_url: str = "http://localhost:8001"
    """Address under which browsers reach the live process."""
    idp_url: str = ""
    """Issuer of the identity provider; empty when none is connected."""
    idp_client_key_file: str = ""
    """File with the private key (PEM, P-256) by which this node proves itself to the identity provider."""
    secret_key: str = ""
    """Key of sessions and signed tokens."""
    root_key_file: str = ""
    """File with the 32 bytes that wrap every subject key."""
    clock_file: str = ""
    """File with an offset in seconds that moves the clock; empty outside demo and tests."""
    database_url: str = ""
    """Operator's PostgreSQL, `postgresql://host:port/name?sslmode=…`; also DATABASE_URL. Supervisor only."""
    nats_url: str = ""
    """Operator's NATS with credentials, a cluster's servers with commas; also NATS_URL. Supervisor only."""
    nats_copies: int = 1
    """How many servers of a NATS cluster keep each event; 3 survives the loss of one. Publisher only."""
    ledger_key_file: str = ""
    """File with the 32 bytes that sign checkpoints of the ledger. Sequencer only."""
    ledger_public_key: str = ""
    """Public key that checks the checkpoints of the ledger, as the pages publish it (C2SP signed-note)."""
    live_key: str = ""
    """Key of the short tokens that open a stream of the live process."""
    readings_dsn: str = ""
    """Where the live process hears that readings have come; empty: its screens hear of none."""
    broker_key_file: str = ""
    """File with the public key (PEM, Ed25519) by which the broker checks tokens; empty lets nobody in."""
    broker_signing_key_file: str = ""
    """File with the 32 bytes that sign tokens of the broker (Ed25519); empty issues none."""
    broker_url: str = ""
    """Address under which programs reach the broker; empty: localhost and its port. Set it behind a proxy."""
    mqtt_url: str = ""
    """Address under which devices reach it by MQTT; empty: localhost and its port. Set it behind a proxy."""
    devices_url: str = ""
    """Address under which devices reach it by HTTP; empty: localhost and its port. Set it behind a proxy."""
    devices_certificate_file: str = ""
    """Certificate (PEM, with its chain) of the doors of devices; opens them to all, under TLS."""
    devices_key_file: str = ""
    """Private key (PEM) of that certificate."""
    devices_client_ca_file: str = ""
    """Authorities (PEM) that vouch for certificates of devices; empty: devices tell their token."""
    mqtts_port: int = 8883
    """Port of every address where devices are taken by MQTT under TLS. Supervisor only."""
    devices_https_port: int = 8443
    """Port of every address where devices are taken by HTTPS. Supervisor only."""
    data: str = ""
    """Folder with data of the city (rain, rivers, stations) that the demo replays; empty: it invents them."""
    city_key_file: str = ""
    """File with 32 bytes of which tokens of played devices are made; empty: that of the folder `var`."""
    broker_hosts: str = ""
    """Names of hosts that the broker may call, with commas: of @contexts, subscribers, context sources."""
    broker_subscriptions: int = 20_000
    """How many subscriptions each tenant of the broker may have."""
    broker_registrations: int = 2_000
    """How many context sources each tenant of the broker may register."""
    map_style: str = ""
    """Address of a MapLibre style under the center's map, all of it of one origin; empty: no internet."""
    trusted_proxy: str = ""
    """Network address of the one proxy before the pages, whose `X-Forwarded-For` says who asks."""
    listen_fd: int = 0
    """Listening socket that the supervisor hands to pages and live."""
    ready_fd: int = 0
    """Pipe on which a pages process tells the supervisor that it has loaded."""
    go_fd: int = 0
    """Pipe whose end lets the pages accept."""
    demo: str = ""
    """Set to 1 for the demo city: its accounts, its identity provider, its certificate authority."""
    quiet: str = ""
    """Set to 1 for a demo city whose devices say nothing. Supervisor only."""


def read(environ: dict[str, str], file_values: dict[str, str]) -> Environment:
    """Return the settings of `environ`, completed by `file_values`, then by the defaults."""
    found: dict[str, str | int] = {}
    for field in fields(Environment):
        value = _first(environ, f"DOTHI_{field.name.upper()}", ALIASES.get(field.name, ""))
        value = file_values.get(field.name) if value is None else value
        if value is not None:
            found[field.name] = int(value) if field.type is int else value
    return Environment(**found)  # type: ignore[arg-type]  # the types are those of the fields


def _first(environ: dict[str, str], *names: str) -> str | None:
    """Return the value of the first of `names` that is set."""
    return next((environ[name] for name in names if name in environ), None)


@cache
def environment() -> Environment:
    """Return the settings of this process."""
    return read(dict(os.environ), _file_values())


def _file_values() -> dict[str, str]:
    path = Path(os.environ.get("DOTHI_VAR", PROJECT / "var")) / "dothi.toml"
    if not path.exists():
        return {}
    return {name: str(value) for name, value in tomllib.loads(path.read_text()).items()}
