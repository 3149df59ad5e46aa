"""One node as the supervisor knows it: its folders, servers, addresses and secrets."""

import hashlib
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from dothi.config.database_url import for_asyncpg
from dothi.config.environment import Environment
from dothi.config.supervisor import check_doors, code, nats, ports, postgres, runtime, schemas, secret_files
from dothi.config.supervisor.layout import Layout

DATABASE = "dothi"


@dataclass(frozen=True)
class Node:
    """
    What a start has found and chosen. `listener` and `live_listener` are the sockets of the pages
    and the live process; `kept` keeps the other ports free for their servers; `cluster` is None with an
    operator's PostgreSQL, `nats_port` 0 with an operator's NATS; `tls` opens the doors of devices to all.
    """

    environment: Environment
    layout: Layout
    runtime: runtime.Runtime
    code: code.Code
    listener: socket.socket
    live_listener: socket.socket
    idp_port: int
    broker_port: int
    mqtt_port: int
    http_port: int
    nats_port: int
    cluster: postgres.Cluster | None
    kept: ports.Kept
    role_passwords: Mapping[str, str]
    nats_passwords: Mapping[str, str]
    demo: bool
    tls: bool = False

    @property
    def port(self) -> int:
        """Return the port of the pages."""
        return int(self.listener.getsockname()[1])

    @property
    def public_url(self) -> str:
        """Return the address of the pages, as told or here; passkeys need a domain, so never a number."""
        return self._told("public_url") or f"http://localhost:{self.port}"

    @property
    def live_port(self) -> int:
        """Return the port of the live process."""
        return int(self.live_listener.getsockname()[1])

    @property
    def live_url(self) -> str:
        """Return the address of the live process, as told or here."""
        return self._told("live_url") or f"http://localhost:{self.live_port}"

    def _told(self, name: str) -> str:
        """Return an address that the operator has set; empty when it is the default."""
        told = str(getattr(self.environment, name))
        return "" if told == getattr(Environment(), name) else told

    @property
    def broker_url(self) -> str:
        """Return the address of the context broker."""
        return self.environment.broker_url or f"http://localhost:{self.broker_port}"

    @property
    def mqtt_url(self) -> str:
        """Return the address by which devices are taken."""
        return self.environment.mqtt_url or self._door("mqtt", self.mqtt_port, self.environment.mqtts_port)

    @property
    def devices_url(self) -> str:
        """Return the address by which devices are taken that speak HTTP."""
        told = self.environment
        return told.devices_url or self._door("http", self.http_port, told.devices_https_port)

    def _door(self, scheme: str, port: int, tls_port: int) -> str:
        """Return the address of a door of devices: of this node's name, if it is open to all."""
        told = self.environment
        return f"{scheme}s://{told.node}:{tls_port}" if self.tls else f"{scheme}://localhost:{port}"

    def dsn(self, role: str) -> str:
        """Return the URL by which `role` reaches the database."""
        if self.cluster:
            return self.cluster.dsn(role, DATABASE)
        told = dsn_of(self.environment.database_url, role, self.role_passwords[role])
        return for_asyncpg(told) if role in schemas.OWNERS.values() else told

    def nats_url(self, user: str) -> str:
        """Return the URL by which `user` reaches NATS."""
        return self.environment.nats_url or nats.url(user, self.nats_port, self.nats_passwords)


def dsn_of(url: str, role: str, password: str) -> str:
    """Return the operator's `url` with the credentials of `role` in place of any others."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}"))


def default_var(environment: Environment) -> Path:
    """Return the var folder: as told; else the checkout's, or for root one in the system folder."""
    if os.geteuid() != 0 or environment.var != Environment().var:
        return Path(environment.var)
    return runtime.SYSTEM_HOME / "nodes" / _name_of(Path(environment.var).parent)


def _name_of(checkout: Path) -> str:
    """Return a short ASCII name of its own for each checkout."""
    return f"node-{hashlib.sha256(str(checkout).encode()).hexdigest()[:10]}"


def assemble(
    environment: Environment, layout: Layout, listener: socket.socket, found: runtime.Runtime, *, demo: bool
) -> Node:
    """Return the node over `layout`; makes missing secrets and picks the inner ports."""
    role_passwords = postgres.read_passwords(layout.secrets)
    nats_passwords = {user: secret_files.text(layout.secrets / f"nats-{user}") for user in nats.USERS}
    port, kept = int(listener.getsockname()[1]), ports.Kept()
    own_database = not environment.database_url
    return Node(
        environment=environment,
        layout=layout,
        runtime=found,
        code=code.readable_copy(layout.var / "code") if os.geteuid() == 0 else code.checkout(),
        listener=listener,
        live_listener=_near(port + ports.LIVE),
        idp_port=kept.near(port + ports.IDP),
        broker_port=kept.near(port + ports.BROKER),
        mqtt_port=kept.near(port + ports.MQTT),
        http_port=kept.near(port + ports.HTTP),
        nats_port=0 if environment.nats_url else kept.any(),
        cluster=postgres.Cluster(found, layout.pg, kept.any(), role_passwords) if own_database else None,
        kept=kept,
        role_passwords=role_passwords,
        nats_passwords=nats_passwords,
        demo=demo,
        tls=not check_doors.shut(environment, datetime.now(UTC)),
    )


def _near(port: int) -> socket.socket:
    """Return a listening socket on `port`, or on any free one."""
    try:
        return ports.listen(port)
    except (ports.Occupied, OverflowError):
        return ports.listen(0)
