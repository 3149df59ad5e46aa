"""Devices as the edge knows them: all in memory, renewed as soon as one changes."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final

import asyncpg

from dothi.telemetry.store.statements import sql
from dothi.telemetry.store.writer import AGAIN_S, GONE, Clock
from dothi.telemetry.types import Device, Measure, Profile

ANEW_S: Final = 60.0
"""How often all devices are read again, should a notice have been missed."""


@dataclass
class Devices:
    """
    Devices that may publish, by id.

    `on_gone` hears of each that may no longer, or has a new token; `on_change` hears that some are others.
    """

    dsn: str
    clock: Clock
    on_gone: Callable[[str], None] = lambda _: None
    on_change: Callable[[], None] = lambda: None
    _known: dict[str, Device] = field(default_factory=dict)
    _certificates: dict[bytes, str] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def known(self) -> Mapping[str, Device]:
        """All devices as they are now."""
        return self._known

    def get(self, device: str) -> Device | None:
        """Return a device as it is now."""
        return self._known.get(device)

    def admitted(self, device: str, token: bytes) -> Device | None:
        """Return the device if this is its token, or the one before it for as long as that is good."""
        known, told = self._known.get(device), hashlib.sha256(token).digest()
        if known and hmac.compare_digest(known.token_hash or b"", told):
            return known
        return known if known and self.left_s(known, token) is not None else None

    def left_s(self, device: Device, token: bytes) -> float | None:
        """Return for how many seconds a rotated token is still good; None if this is none."""
        old, until = device.old_token_hash, device.old_token_until
        if old is None or until is None or not hmac.compare_digest(old, hashlib.sha256(token).digest()):
            return None
        left_s = (until - self.clock()).total_seconds()
        return left_s if left_s > 0 else None

    def certified(self, device: str, certificate: bytes) -> Device | None:
        """Return the device whose certificate (DER) this is, if `device` is its id or empty."""
        hashed = hashlib.sha256(certificate).digest()
        known = self._known.get(self._certificates.get(hashed, ""))
        return known if known and device in ("", known.id) else None

    async def run(self) -> None:
        """Follow the table of devices, until cancelled."""
        while True:
            with contextlib.suppress(*GONE):
                await self._follow()
            await asyncio.sleep(AGAIN_S)

    async def _follow(self) -> None:
        connection = await asyncpg.connect(self.dsn)
        try:
            connection.add_termination_listener(lambda _: self._heard(""))
            await connection.add_listener("telemetry_device", lambda *told: self._heard(str(told[3])))
            await self._renew(connection, None)
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), ANEW_S)
                changed, self._changed = self._changed, set()
                self._wake.clear()
                await self._renew(connection, changed if changed and "" not in changed else None)
        finally:
            connection.terminate()

    def _heard(self, device: str) -> None:
        self._changed.add(device)
        self._wake.set()

    async def _renew(self, connection: asyncpg.Connection, ids: Collection[str] | None) -> None:
        """Read devices again: those of `ids`, or all."""
        found = {row["id"]: _device(row) for row in await connection.fetch(sql("devices"), ids)}
        before = {
            one: self._known[one] for one in (self._known if ids is None else ids) if one in self._known
        }
        self._known = {one: device for one, device in self._known.items() if one not in before} | found
        self._certificates = {
            device.certificate_hash: one for one, device in self._known.items() if device.certificate_hash
        }
        if before != found:
            self.on_change()
        for one, device in before.items():
            if one not in found or _keys(found[one]) != _keys(device):
                self.on_gone(one)


def _keys(device: Device) -> tuple[bytes | None, bytes | None]:
    """Return what a device gets in with; connections that had other keys end."""
    return device.token_hash, device.certificate_hash


async def provide(
    connection: asyncpg.Connection, profile: Profile, tokens: dict[str, bytes], *, at: datetime
) -> None:
    """Make a profile, and devices of it with their tokens; what is there already is replaced."""
    measures = [_told(measure) for measure in profile.measures.values()]
    await connection.execute(
        sql("profile_keep"),
        profile.name,
        json.dumps(measures),
        profile.time_path,
        profile.late_s,
        profile.form,
    )
    hashes = [hashlib.sha256(token).digest() for token in tokens.values()]
    await connection.execute(sql("device_keep"), list(tokens), hashes, profile.name, at)


def _told(measure: Measure) -> dict[str, object]:
    return {key: value for key, value in vars(measure).items() if value is not None}


KEYS: Final = frozenset(one.name for one in fields(Measure))


def _measures(told: str) -> dict[str, Measure]:
    """Return measures as a profile keeps them; keys of a later version are passed over."""
    kept = [{key: value for key, value in one.items() if key in KEYS} for one in json.loads(told)]
    return {one["name"]: Measure(**one) for one in kept}


def _device(row: asyncpg.Record) -> Device:
    profile = Profile(row["name"], _measures(row["measures"]), row["time_path"], row["late_s"], row["form"])
    return Device(
        row["id"], row["token_hash"], profile, row["old_token_hash"], row["old_token_until"],
        row["certificate_hash"], row["lon"], row["lat"], row["group_name"], row["owner"],
    )  # fmt: skip
