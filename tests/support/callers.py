"""Callers of a broker with closed doors: a node's key, and tokens that it signs."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from dothi.context.api.callers import Callers
from dothi.foundation.clients import tokens

NODE = "a.dothi.example"
KEY = Ed25519PrivateKey.generate()


def known(node: str = NODE) -> Callers:
    """Return who knows tokens of the node, by the real clock."""
    return Callers(OKPKey.import_key(tokens.public_pem(KEY)), node, lambda: datetime.now(UTC))


def bearing(*rights: dict[str, Any], client: str = "reader", tenant: str = "", **told: Any) -> dict[str, str]:
    """Return the headers of a client with these rights, who asks in a tenant."""
    text = tokens.signed(
        KEY, node=NODE, client=client, jti=uuid4().hex, at=datetime.now(UTC), life=timedelta(hours=1),
        rights=list(rights), **told,
    )  # fmt: skip
    return {"Authorization": f"Bearer {text}", **({"NGSILD-Tenant": tenant} if tenant else {})}


def right(*operations: str, tenant: str = "", **narrowed: Any) -> dict[str, Any]:
    """Return one right as a token tells it."""
    return {"tenant": tenant, "operations": list(operations), **narrowed}
