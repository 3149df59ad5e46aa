"""The token by which the city's own programs reach the node's broker: those of the client `city`."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from dothi.config.environment import Environment

CLIENT: Final = "city"
LIFE: Final = timedelta(hours=12)


def broker_token(settings: Environment) -> str:
    """
    Return a token for the broker; "" where this node issues none, and its doors have to be open.

    Makes the client, its right to write, and everybody's right to read the types that sectors call public.
    Needs a Django that is set up.
    """
    return _issued(settings) if settings.broker_signing_key_file else ""


def _issued(settings: Environment) -> str:
    from dothi.foundation.clients.actions import grant, issue, publish_once, register
    from dothi.foundation.clients.tokens import read_key
    from dothi.foundation.clients.types import READ, WRITE, Terms
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM
    from dothi.registers.agencies.founding import center_unit_id
    from dothi.sectors.models import iri
    from dothi.sectors.models.openness import public_types

    at, unit = now(), center_unit_id(settings.node)
    basis = "what the city's own programs bring in"
    register(name=CLIENT, description=basis, unit_id=unit, actor=SYSTEM, at=at)
    grant(client=CLIENT, terms=Terms(operations=[READ, WRITE], basis=basis), actor=SYSTEM, at=at)
    for one in public_types():
        terms = Terms(operations=[READ], types=[iri(one.name)], basis=one.reason["vi"])
        publish_once(terms=terms, unit_id=unit, actor=SYSTEM, at=at)
    key = read_key(Path(settings.broker_signing_key_file))
    return issue(client=CLIENT, key=key, actor=SYSTEM, at=at, life=LIFE)
