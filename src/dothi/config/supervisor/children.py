"""
The children of a node, declared as data: what each runs, learns, needs, and how it shows that it answers.

A child learns the secrets of its own role and no other. A command that this installation does not
have is left out.
"""

import signal
from pathlib import Path

from dothi.config import commands
from dothi.config.supervisor import pools, postgres, probes
from dothi.config.supervisor.child import Child
from dothi.config.supervisor.gate import Gate
from dothi.config.supervisor.node import Node
from dothi.foundation.ledger.signing import read_signer

POSTGRES = "postgres"
NATS = "nats"
PAGES = "pages"
CITY = "city"
SETTINGS_OF_POSTGRES = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "password_encryption": "scram-sha-256",
}


def servers(node: Node) -> list[Child]:
    """Return the children that are not ours: PostgreSQL and NATS, unless the operator runs them."""
    found = []
    if node.cluster:
        dsn = node.cluster.dsn(postgres.SUPERUSER, "postgres")
        found.append(
            Child(
                POSTGRES,
                program=tuple(postgres.command(node.cluster, **SETTINGS_OF_POSTGRES)),
                answers=lambda: probes.postgres(dsn),
                stop_signal=signal.SIGINT,
            )
        )
    if node.nats_port:
        found.append(
            Child(
                NATS,
                program=(str(node.runtime.nats_server), "-c", str(node.layout.run / "nats.conf")),
                answers=lambda: probes.nats(node.nats_port),
            )
        )
    return found


def services(node: Node, gate: Gate) -> list[Child]:
    """Return our own processes in the order of their start."""
    declared = [
        _sequencer(node),
        _publisher(node),
        _worker(node),
        _live(node),
        _idp(node),
        _broker(node),
        _ingest(node),
        *(_pages(node, gate, number) for number in range(pools.PAGES_PROCESSES)),
    ]
    return [
        child for child in declared if commands.exists(child.dothi[0]) and (node.demo or child.name != "idp")
    ]


def followers(node: Node) -> list[Child]:
    """Return what begins when the pages are open, for no page waits for it and it would take their cores."""
    speaks = node.demo and not node.environment.quiet
    declared = [_watch(node), _keeper(node), *([_city(node)] if speaks else [])]
    return [child for child in declared if commands.exists(child.dothi[0])]


def common(node: Node) -> dict[str, str]:
    """Return the settings that are no secrets."""
    told = {
        "DOTHI_VAR": str(node.layout.var),
        "DOTHI_NODE": node.environment.node,
        "DOTHI_PUBLIC_URL": node.public_url,
        "DOTHI_LIVE_URL": node.live_url,
        "DOTHI_IDP_URL": node.environment.idp_url,
        "DOTHI_BROKER_URL": node.broker_url,
        "DOTHI_MQTT_URL": node.mqtt_url,
        "DOTHI_DEVICES_URL": node.devices_url,
        "DOTHI_DATA": node.environment.data,
    }
    if node.demo:
        told["DOTHI_DEMO"] = "1"
        told["DOTHI_CLOCK_FILE"] = node.environment.clock_file or str(node.layout.demo / "clock")
        told["DOTHI_IDP_URL"] = node.environment.idp_url or f"http://localhost:{node.idp_port}"
    return told


def job(node: Node, name: str, *arguments: str, role: str) -> Child:
    """Return a child that ends by itself, such as the migration, with the secrets of `role`."""
    settings = {**common(node), "DOTHI_DSN": node.dsn(role)}
    if role == "dothi_app":
        settings |= _secret_key(node)
    return Child(
        name, dothi=arguments, settings=settings, key_files=_root_key(node) if role == "dothi_app" else {}
    )


def _sequencer(node: Node) -> Child:
    return Child(
        "sequencer",
        dothi=("sequencer",),
        settings={**common(node), "DOTHI_DSN": node.dsn("dothi_seal")},
        key_files={"DOTHI_LEDGER_KEY_FILE": node.layout.ledger_key},
        needs=(POSTGRES,),
        restart_with=(POSTGRES,),
    )


def _publisher(node: Node) -> Child:
    return Child(
        "publisher",
        dothi=("publisher",),
        settings={
            **common(node),
            "DOTHI_DSN": node.dsn("dothi_publish"),
            "DOTHI_NATS": node.nats_url("publisher"),
            "DOTHI_NATS_COPIES": str(node.environment.nats_copies),
        },
        needs=(POSTGRES, NATS),
        restart_with=(POSTGRES, NATS),
    )


def _worker(node: Node) -> Child:
    return Child(
        "worker",
        dothi=("worker",),
        settings={**common(node), "DOTHI_DSN": node.dsn("dothi_app"), **_secret_key(node)},
        key_files=_root_key(node),
        needs=(POSTGRES,),
        restart_with=(POSTGRES,),
    )


def _live(node: Node) -> Child:
    listener = node.live_listener.fileno()
    told = {
        "DOTHI_NATS": node.nats_url("live"),
        "DOTHI_LISTEN_FD": str(listener),
        "DOTHI_READINGS_DSN": node.dsn("dothi_live"),
    }
    return Child(
        "live",
        dothi=("live",),
        settings={**common(node), **told, **_live_key(node)},
        answers=lambda: probes.http_alive(node.live_port),
        needs=(NATS,),
        descriptors=(listener,),
    )


def _idp(node: Node) -> Child:
    return Child(
        "idp",
        dothi=("idp", "--demo"),
        settings=common(node),
        key_files=_idp_client_key(node),
        answers=lambda: probes.tcp(node.idp_port),
    )


def _broker(node: Node) -> Child:
    return Child(
        "broker",
        dothi=("broker", "--port", str(node.broker_port), "--feed"),
        settings={
            **common(node),
            "DOTHI_DSN": node.dsn("dothi_context"),
            "DOTHI_BROKER_KEY_FILE": str(node.layout.broker_key),
            "DOTHI_BROKER_HOSTS": node.environment.broker_hosts,
            "DOTHI_BROKER_SUBSCRIPTIONS": str(node.environment.broker_subscriptions),
            "DOTHI_BROKER_REGISTRATIONS": str(node.environment.broker_registrations),
        },
        answers=lambda: probes.http_alive(node.broker_port),
        needs=(POSTGRES,),
        restart_with=(POSTGRES,),
    )


def _ingest(node: Node) -> Child:
    told = node.environment
    open_to_all = ("--tls", str(told.mqtts_port), "--https", str(told.devices_https_port)) if node.tls else ()
    return Child(
        "ingest",
        dothi=("ingest", "--port", str(node.mqtt_port), "--http", str(node.http_port), *open_to_all),
        settings={**common(node), "DOTHI_DSN": node.dsn("dothi_telemetry")},
        key_files=_devices_tls(node),
        answers=lambda: probes.tcp(node.mqtt_port),
        needs=(POSTGRES,),
    )


def _watch(node: Node) -> Child:
    return Child(
        "watch",
        dothi=("watch",),
        settings={**common(node), "DOTHI_DSN": node.dsn("dothi_app"), **_secret_key(node)},
        key_files=_root_key(node),
        needs=(POSTGRES,),
        restart_with=(POSTGRES,),
    )


def _keeper(node: Node) -> Child:
    return Child(
        "keeper",
        dothi=("readings", "keep", "--daily"),
        settings={**common(node), "DOTHI_DSN": node.dsn("dothi_telemetry")},
        needs=(POSTGRES,),
    )


def _city(node: Node) -> Child:
    return Child(
        CITY,
        dothi=("city",),
        settings={
            **common(node),
            "DOTHI_DSN": node.dsn("dothi_app"),
            "DOTHI_BROKER_URL": f"http://127.0.0.1:{node.broker_port}",
            "DOTHI_MQTT_URL": f"mqtt://127.0.0.1:{node.mqtt_port}",
            **_secret_key(node),
        },
        key_files={
            **_root_key(node),
            **_broker_signing_key(node),
            "DOTHI_CITY_KEY_FILE": node.layout.city_key,
        },
        needs=("broker", "ingest"),
    )


def _pages(node: Node, gate: Gate, number: int) -> Child:
    listener = node.listener.fileno()
    ready, ready_writer = gate.ready[number]
    told = {
        "DOTHI_DSN": node.dsn("dothi_app"),
        "DOTHI_LISTEN_FD": str(listener),
        "DOTHI_READY_FD": str(ready_writer),
        "DOTHI_GO_FD": str(gate.go),
        "DOTHI_TRUSTED_PROXY": node.environment.trusted_proxy,
        # Only the half that everybody may have: the pages publish it and check papers by it.
        "DOTHI_LEDGER_PUBLIC_KEY": str(read_signer(node.layout.ledger_key, node.environment.node).public_key),
    }
    return Child(
        f"{PAGES}-{number + 1}",
        dothi=("pages",),
        settings={**common(node), **told, **_secret_key(node), **_live_key(node)},
        key_files={**_root_key(node), **_idp_client_key(node), **_broker_signing_key(node)},
        answers=lambda: probes.byte_waits(ready),
        needs=(POSTGRES,),
        descriptors=(listener, ready_writer, gate.go),
    )


def _secret_key(node: Node) -> dict[str, str]:
    return {"DOTHI_SECRET_KEY": node.layout.secret("secret_key")}


def _live_key(node: Node) -> dict[str, str]:
    return {"DOTHI_LIVE_KEY": node.layout.secret("live_key")}


def _idp_client_key(node: Node) -> dict[str, Path]:
    return {"DOTHI_IDP_CLIENT_KEY_FILE": node.layout.idp_client_key} if node.demo else {}


def _broker_signing_key(node: Node) -> dict[str, Path]:
    return {"DOTHI_BROKER_SIGNING_KEY_FILE": node.layout.broker_signing_key}


def _devices_tls(node: Node) -> dict[str, Path]:
    told = node.environment
    files = {
        "DOTHI_DEVICES_CERTIFICATE_FILE": told.devices_certificate_file,
        "DOTHI_DEVICES_KEY_FILE": told.devices_key_file,
        "DOTHI_DEVICES_CLIENT_CA_FILE": told.devices_client_ca_file,
    }
    return {name: Path(file) for name, file in files.items() if file and node.tls}


def _root_key(node: Node) -> dict[str, Path]:
    return {"DOTHI_ROOT_KEY_FILE": node.layout.root_key}
