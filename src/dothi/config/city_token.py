"""The token by which the city's own programs reach the node's broker: those of the client `city`."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Final

from dothi.config.environment import Environment

CLIENT: Final = "city"
LIFE: Final = timedelta(hours=12)


def broker_token(settings: Environment) -> str:
    """
    Return a token for the broker; "" where this node issues none, and its doors have to be open.

    Makes the client, its right to write, and the right of everybody to read what sectors know of the city.
    """
    if not settings.broker_signing_key_file:
        return ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dothi.config.settings")
    import django

    django.setup()
    return _issued(settings)


def _issued(settings: Environment) -> str:
    from dothi.foundation.clients.actions import grant, issue, publish, register
    from dothi.foundation.clients.tokens import read_key
    from dothi.foundation.clients.types import READ, WRITE, Terms
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM
    from dothi.registers.agencies.founding import center_unit_id
    from dothi.sectors.models import models

    at, unit = now(), center_unit_id(settings.node)
    basis = "what the city's own programs bring in"
    register(name=CLIENT, description=basis, unit_id=unit, actor=SYSTEM, at=at)
    grant(client=CLIENT, terms=Terms(operations=[READ, WRITE], basis=basis), actor=SYSTEM, at=at)
    types = sorted(one.iri for one in models().values())
    public = Terms(operations=[READ], types=types, basis="open data of the city")
    publish(terms=public, unit_id=unit, actor=SYSTEM, at=at)
    key = read_key(Path(settings.broker_signing_key_file))
    return issue(client=CLIENT, key=key, actor=SYSTEM, at=at, life=LIFE)
