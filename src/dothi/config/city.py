"""
A node's own doors as its operator's commands use them: registry, broker, devices.

What plays devices has their tokens from a secret of the node (`DOTHI_CITY_KEY_FILE`), which no device knows.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Final

from dothi.config.bringing import brought
from dothi.config.city_token import broker_token
from dothi.config.environment import Environment, environment
from dothi.config.supervisor import ports, secret_files
from dothi.config.supervisor.layout import Layout
from dothi.config.supervisor.node import default_var
from dothi.foundation.clock import now
from dothi.sectors.doors.broker import Broker, Unanswered
from dothi.sectors.doors.mqtt import Door
from dothi.sectors.doors.registry import token_of
from dothi.sectors.importing import territory
from dothi.sectors.importing.city import City, Entity, Imported
from dothi.sectors.importing.rows import Bad

AGAIN_S: Final = 1.0
AT_ONCE: Final = 5_000
"""Samples that are told together: as many as the door of devices commits together."""
PATIENCE_S: Final = 60.0
SHOWN: Final = 20
"""Rows that are left out and named one by one."""


@dataclass(frozen=True)
class Doors:
    """The doors of the node that settings mean; `token` opens its broker, "" where nobody is asked."""

    settings: Environment
    token: str = ""

    @cached_property
    def secret(self) -> bytes:
        """Return the secret of which the tokens of played devices are made; a new one if there is none."""
        file = self.settings.city_key_file
        if file:
            return Path(file).read_bytes()
        layout = Layout(default_var(self.settings))
        layout.city_key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return secret_files.raw(layout.city_key)

    @property
    def broker(self) -> Broker:
        """Return the broker of the node."""
        own = f"http://127.0.0.1:{ports.PREFERRED + ports.BROKER}"
        return Broker(self.settings.broker_url or own, self.token)

    @property
    def mqtt(self) -> Door:
        """Return the door of devices of the node."""
        own = f"mqtt://127.0.0.1:{ports.PREFERRED + ports.MQTT}"
        return Door(self.settings.mqtt_url or own, lambda device: token_of(self.secret, device))

    @property
    def folder(self) -> Path | None:
        """Return the folder of the city's data, None where no setting names one."""
        return Path(self.settings.data) if self.settings.data else None

    def city(self, folder: Path | None, detail: str = "simplified") -> tuple[City, Sequence[Bad]]:
        """Return the city with the wards of a folder, and the wards that could not be used."""
        wards, sheet = territory.wards(folder, detail)
        return City(self.settings.node, wards), sheet.bad if sheet else ()

    def bring(self, imported: Imported) -> None:
        """Bring all of an import through the doors and print what came of it. Raises Unanswered."""
        came = brought(self.secret, imported, at=now())
        if imported.stations:
            print(f"devices: {came.new} new, {came.changed} changed of {len(imported.stations)}", flush=True)
        self.keep(imported.entities)
        if imported.samples:
            asyncio.run(self._tell(imported))
            print(f"readings: {len(imported.samples)} stored", flush=True)
        say_bad(imported.bad)

    def keep(self, entities: Sequence[Entity]) -> None:
        """Keep entities in the context, type by type, and print how many are new. Raises Unanswered."""
        for name, several in groupby(sorted(entities, key=_type), key=_type):
            sent = self.broker.keep(list(several))
            print(f"{name}: {sent.new} new, {sent.changed} changed, {sent.same} as they were", flush=True)

    async def _tell(self, imported: Imported) -> None:
        """Tell samples some at a time by their instants, so that those of a day come together."""
        samples = sorted(imported.samples)
        async with self.mqtt as door:
            for start in range(0, len(samples), AT_ONCE):
                await door.tell(samples[start : start + AT_ONCE])

    def await_broker(self) -> None:
        """Wait until the broker answers. Raises Unanswered after a minute."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.broker.found("AdministrativeArea")
                return
            except Unanswered:
                if time.monotonic() > until:
                    raise
                time.sleep(AGAIN_S)


def own_doors() -> Doors:
    """Return the doors of this node for a command of its operator; sets Django up."""
    import django

    django.setup()
    settings = environment()
    return Doors(settings, broker_token(settings))


def say_bad(bad: Sequence[Bad]) -> None:
    """Print rows that are left out: the first ones one by one, then how many there are."""
    for one in bad[:SHOWN]:
        print(f"left out: {one.file}:{one.line}: {one.reason}", flush=True)
    if bad:
        print(f"rows left out: {len(bad)}", flush=True)


def _type(entity: Entity) -> str:
    return str(entity["type"])
