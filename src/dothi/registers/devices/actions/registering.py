"""Registering devices: one that connects at once, or many in their boxes, each opened by its code."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from dothi.foundation.identity.authority import Actor, Decision
from dothi.foundation.statements import Statement, ask, together, write
from dothi.kernel.problems import msg
from dothi.registers.devices.errors import DeviceTaken, ProfileUnknown
from dothi.registers.devices.owners import administers, code_of
from dothi.registers.devices.recording import By, Happened, allowed, tell, told
from dothi.registers.devices.rules import CLAIM_PERIOD, Wrong
from dothi.registers.devices.statements import sql
from dothi.registers.devices.tokens import blind, hash_of, token_of
from dothi.registers.devices.tokens import code_of as made_code
from dothi.registers.devices.types import Box, DeviceId, Entered, Facts, Issued

REGISTER = administers("devices.register")
REGISTER_BOXES = administers("devices.register-boxes")
ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('devices.register'))"


def register(
    *, device_id: DeviceId, facts: Facts, unit_id: UUID, key: UUID, actor: Actor, at: datetime
) -> Issued:
    """
    Register a device that may connect at once; return it with its token, which is kept nowhere.

    It belongs to the unit `unit_id`. The same key again returns the same token and changes nothing.
    Raises Refused, DeviceTaken, ProfileUnknown.
    """
    by, token = By(actor, at, key), token_of(key)
    with together():
        owner = code_of(unit_id, at)
        decision = allowed(REGISTER, by, owner)
        there = _present([Box(device_id, facts)])
        if device_id in there.devices:
            return _again(device_id, token)
        if facts.profile not in there.profiles:
            raise ProfileUnknown(profile=facts.profile)
        _enter(device_id, facts, owner, at, token_hash=hash_of(token))
        tell(REGISTER, by, decision, device_id, Happened.REGISTERED, facts={"profile": facts.profile})
    return Issued(device_id, token)


def register_boxes(
    *, boxes: Sequence[Box], unit_id: UUID, key: UUID, actor: Actor, at: datetime
) -> tuple[list[Entered], list[Wrong]]:
    """
    Register devices in their boxes for the unit `unit_id`: shut out until somebody claims each by its code.

    Good ones are kept and the others named by their lines. One that is there already is told as such and
    left alone, so the same file can be sent again; under the same key the codes made are told again, too.
    No id stands twice in `boxes`. Raises Refused.
    """
    by = By(actor, at, key)
    with together():
        owner = code_of(unit_id, at)
        decision = allowed(REGISTER_BOXES, by, owner)
        write(ONE_AT_A_TIME, {})
        boxes = [box if box.claim_code else replace(box, made_code=made_code(key, box.id)) for box in boxes]
        there = _present(boxes)
        faults = {box.id: _faults(box, there, owner) for box in boxes}
        good = [box for box in boxes if not faults[box.id]]
        entered = [_entered(box, there) for box in good]
        for box, one in zip(good, entered, strict=True):
            if one.new:
                _enter_box(box, owner, by, decision)
    return entered, [one for found in faults.values() for one in found]


class _There(NamedTuple):
    """What is there already: profile and owner of devices, who has which code, names of profiles."""

    devices: dict[str, tuple[str, str]]
    codes: dict[str, str]
    profiles: frozenset[str]


def _present(boxes: Sequence[Box]) -> _There:
    hashes = [blind(box.claim_code or box.made_code) for box in boxes if box.claim_code or box.made_code]
    told = {
        "ids": [box.id for box in boxes], "hashes": hashes,
        "profiles": sorted({box.facts.profile for box in boxes}),
    }  # fmt: skip
    rows = ask(Statement(sql("present"), told))[0]
    return _There(
        {name: (profile, owner) for kind, name, profile, owner in rows if kind == "device"},
        {name: device for kind, name, device, _ in rows if kind == "code"},
        frozenset(name for kind, name, _, _ in rows if kind == "profile"),
    )


def _faults(box: Box, there: _There, owner: str) -> list[Wrong]:
    """Return what keeps a box from being registered."""
    found = []
    if box.facts.profile not in there.profiles:
        found.append(Wrong(box.line, "profile", msg("There is no such kind of device."), box.facts.profile))
    if there.devices.get(box.id, (box.facts.profile, owner)) != (box.facts.profile, owner):
        found.append(Wrong(box.line, "device", msg("Another device has this id."), box.id))
    holder = there.codes.get(blind(box.claim_code).hex()) if box.claim_code else None
    if holder not in (None, box.id):
        found.append(Wrong(box.line, "claim_code", msg("Another box has this code."), ""))
    return found


def _entered(box: Box, there: _There) -> Entered:
    is_new = box.id not in there.devices
    same_act = box.made_code and there.codes.get(blind(box.made_code).hex()) == box.id
    return Entered(box.id, is_new, box.made_code if is_new or same_act else "")


def _enter_box(box: Box, owner: str, by: By, decision: Decision) -> None:
    claim_hash = blind(box.claim_code or box.made_code)
    _enter(box.id, box.facts, owner, by.at, token_hash=box.token_hash, claim_hash=claim_hash)
    tell(
        REGISTER_BOXES, by, decision, box.id, Happened.REGISTERED, facts={"profile": box.facts.profile},
        entry_id=uuid5(by.key, box.id),
    )  # fmt: skip


def _enter(
    device_id: DeviceId, facts: Facts, owner: str, at: datetime, *,
    token_hash: bytes | None, claim_hash: bytes | None = None,
) -> None:  # fmt: skip
    waits = claim_hash is not None
    write(
        sql("enter"),
        {
            "id": device_id, "token_hash": token_hash, "at": at, "revoked_at": at if waits else None,
            "claim_hash": claim_hash, "claim_until": at + CLAIM_PERIOD if waits else None, "owner": owner,
            **told(facts),
        },
    )  # fmt: skip


def _again(device_id: DeviceId, token: str) -> Issued:
    """Return a device that this very act registered, as after a lost answer. Raises DeviceTaken."""
    row = ask(Statement("select token_hash from telemetry.device where id = %(id)s", {"id": device_id}))[0]
    if not row or row[0][0] is None or bytes(row[0][0]) != hash_of(token):
        raise DeviceTaken(device=device_id)
    return Issued(device_id, token)
