"""
The var folder of one node: what lies where, and who may read it.

    secrets/   passwords and keys; as root they belong to root and reach a child through a pipe
    pg/ nats/ files/ readings/   data, private to the user that runs the children
    run/       state.json, what the pages tell about the node; nats.conf; public keys
    idp/       users and keys of the demo identity provider
    demo/      the demo clock's offset, which demo pages may move
    logs/      one file a child
    lock       held by the one supervisor of this folder
"""

import os
from dataclasses import dataclass
from pathlib import Path

from dothi.config.supervisor import broker_key, secret_files
from dothi.config.supervisor.runtime import Runtime

OWNED = ("pg", "nats", "files", "readings", "demo", "idp")
PRIVATE = ("secrets", "logs")


@dataclass(frozen=True)
class Layout:
    """The folders under `var`."""

    var: Path

    @property
    def run(self) -> Path:
        """Return the folder that the supervisor writes and every child may read."""
        return self.var / "run"

    def __getattr__(self, name: str) -> Path:
        if name in (*OWNED, *PRIVATE):
            return self.var / name
        raise AttributeError(name)

    @property
    def lock(self) -> Path:
        """Return the file that one supervisor holds locked."""
        return self.var / "lock"

    @property
    def state(self) -> Path:
        """Return the file in which the supervisor tells how the node stands."""
        return self.run / "state.json"

    @property
    def root_key(self) -> Path:
        """Return the file of the 32 bytes that wrap every subject key."""
        return self.secrets / "root.key"

    @property
    def ledger_key(self) -> Path:
        """Return the file of the 32 bytes that sign checkpoints of the ledger (Ed25519)."""
        return self.secrets / "ledger.key"

    @property
    def broker_signing_key(self) -> Path:
        """Return the file of the 32 bytes that sign tokens of the broker (Ed25519)."""
        return self.secrets / "broker.key"

    @property
    def broker_key(self) -> Path:
        """Return its public half, by which the broker checks them."""
        return self.run / "broker.pub.pem"

    @property
    def city_key(self) -> Path:
        """Return the file of the 32 bytes of which tokens of devices are made that the node plays itself."""
        return self.secrets / "city.key"

    @property
    def idp_client_key(self) -> Path:
        """Return the private key by which this node proves itself to the demo identity provider."""
        return self.secrets / "idp-client.pem"

    def secret(self, name: str) -> str:
        """Return the secret text `name`, made at first need."""
        return secret_files.text(self.secrets / name)

    def create(self, runtime: Runtime) -> None:
        """Create what is missing; folders that exist keep their mode and owner."""
        make(self.var, 0o711 if os.geteuid() == 0 else 0o700)
        for name in OWNED:
            if not (self.var / name).exists():
                runtime.own(self.var / name)
        make(self.run, 0o755 if os.geteuid() == 0 else 0o700)
        for name in PRIVATE:
            (self.var / name).mkdir(mode=0o700, exist_ok=True)
        secret_files.raw(self.root_key)
        secret_files.raw(self.ledger_key)
        secret_files.raw(self.city_key)
        broker_key.make(self.broker_signing_key, self.broker_key)


def make(folder: Path, mode: int) -> None:
    """Create `folder` with `mode` and missing folders above it, whatever the umask; leave what exists."""
    if folder.exists():
        return
    make(folder.parent, 0o755)
    folder.mkdir()
    folder.chmod(mode)
