"""
What a keeper of rules does: publish a version, promote one from shadow, retire a rule, lift a quarantine.

The first version of a rule goes live when it is published; a later one stands in shadow beside it until
somebody promotes it. Each is one transaction with its ledger entry and event.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from dothi.alerts import document, rules
from dothi.alerts.brought import same
from dothi.alerts.comparing import compared
from dothi.alerts.engine.golden import failures
from dothi.alerts.engine.rule import Rule
from dothi.alerts.errors import (
    ExamplesFailed,
    NotQuarantined,
    RuleDiffers,
    RuleUnknown,
    ShadowIsWorse,
)
from dothi.alerts.findings import task_key
from dothi.alerts.keeping import hold_watcher
from dothi.alerts.models import Finding, RuleVersion, Standing
from dothi.alerts.succession import end_alerts, hand_over
from dothi.alerts.types import RuleId
from dothi.foundation.clock import civil_date
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Decision, require
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import Entry, Fact
from dothi.foundation.tasks.actions import finish
from dothi.kernel.documents.authoring import parse
from dothi.kernel.documents.types import Json
from dothi.kernel.ids import new_id, urn
from dothi.registers.agencies.queries import unit_coded

ACTS = UUID("a0a3c5a4-4b0f-4a0e-8f0b-5a5f0c5d7e31")
"""Namespace of the ids made from a rule's code and version (RFC 9562, version 5)."""
KIND = "alert-rule"


def publish(*, text: str, actor: Actor, at: datetime, shadow: bool = False, as_next: bool = False) -> RuleId:
    """
    Publish the rule in `text` (YAML) and return its version's id; again, and it returns the same.

    It goes live unless `shadow` is asked for or a version of it is live. `as_next` gives it the number after
    those that are published, unless one of them says the same. Raises DocumentInvalid, ExamplesFailed,
    UnitUnknown, RuleDiffers, Refused.
    """
    data = parse(text)
    data = {**data, "version": _next(data)} if as_next else data
    rule = document.read(data)
    failed = tuple(failures(rule))
    if failed:
        raise ExamplesFailed(failed)
    unit_id = unit_coded(rule.unit, civil_date(at)).id
    decision = require(actor, rules.PUBLISH, CaseFacts(KIND, unit_id=unit_id), at)
    return _publish(rule, data, unit_id, actor, decision, at, shadow)


def promote(*, rule_id: RuleId, actor: Actor, at: datetime, key: UUID, knowingly: str = "") -> None:
    """
    Let a version in shadow go live in the place of the live one; the same `key` does it once.

    Alerts that are open go on by the new version or are cleared. Where the shadow did worse,
    `knowingly` must say why it is promoted all the same; that stands in the ledger.
    Raises RuleUnknown, ShadowIsWorse, Refused.
    """
    with transaction.atomic():
        hold_watcher()
        version = _version(rule_id)
        decision = require(actor, rules.PROMOTE, CaseFacts(KIND, unit_id=version.unit_id), at)
        standing = _standings(version.code)
        if Standing.objects.filter(id=key, version_id=rule_id).exists():
            return
        shadow = next((one for one in standing if one.version_id == rule_id and not one.live), None)
        if shadow is None:
            raise RuleUnknown(rule=str(rule_id))
        found = compared(shadow)
        if found.worse and not knowingly.strip():
            raise ShadowIsWorse(missed=found.missed, extra=found.extra)
        facts: dict[str, Fact] = {"caught": found.caught, "missed": found.missed, "repeated": found.repeated,
                 "spared": found.spared, "extra": found.extra, "knowingly": knowingly}  # fmt: skip
        _record(rules.PROMOTE, version, actor, decision, at, key, facts)
        _end([one for one in standing if one.live or one is shadow], at)
        Standing.objects.create(id=key, code=version.code, version=version, live=True, since=at)
        hand_over(version, at)
        _tell("vn.dothi.alerts.rule.promoted.v1", version, at)


def promote_all(
    *, rule_ids: Collection[RuleId], actor: Actor, at: datetime, key: UUID, knowingly: str = ""
) -> None:
    """
    Let several versions in shadow go live, all of them or none; the same `key` does it once.

    Each has its own entry in the ledger. Raises as `promote` does, for the first that cannot go live.
    """
    with transaction.atomic():
        for rule_id in sorted(set(rule_ids)):
            own = uuid5(key, str(rule_id))
            promote(rule_id=rule_id, actor=actor, at=at, key=own, knowingly=knowingly)


def retire(*, code: str, actor: Actor, at: datetime, key: UUID) -> None:
    """
    End a rule, live and in shadow; its open alerts are cleared. One without standing stays so.

    Raises RuleUnknown, Refused.
    """
    with transaction.atomic():
        hold_watcher()
        version = RuleVersion.objects.filter(code=code).order_by("-published_at", "id").first()
        if version is None:
            raise RuleUnknown(rule=code)
        decision = require(actor, rules.RETIRE, CaseFacts(KIND, unit_id=version.unit_id), at)
        standing = _standings(code)
        if standing:
            _record(rules.RETIRE, version, actor, decision, at, key, {})
            _end(standing, at)
            end_alerts(code, at)
            _tell("vn.dothi.alerts.rule.retired.v1", version, at)


def lift(*, rule_id: RuleId, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Let a version in quarantine be evaluated again; it begins anew. The same `key` does it once.

    Raises RuleUnknown, NotQuarantined, Refused.
    """
    with transaction.atomic():
        hold_watcher()
        version = _version(rule_id)
        decision = require(actor, rules.LIFT, CaseFacts(KIND, unit_id=version.unit_id), at)
        held = Finding.objects.select_for_update().filter(version=version)
        if held.filter(lifted_by=key).exists():
            return
        found = held.filter(lifted_at=None, quarantined_at__isnull=False).first()
        if found is None:
            raise NotQuarantined(rule=f"{version.code} {version.version}")
        told: dict[str, Fact] = {"error": found.error, "times": found.times}
        _record(rules.LIFT, version, actor, decision, at, key, told)
        Finding.objects.filter(id=found.id).update(lifted_at=at, lifted_by=key)
        finish(key=task_key(found.id), at=at)
        _tell("vn.dothi.alerts.rule.lifted.v1", version, at)


def _publish(
    rule: Rule, data: dict[str, Json], unit_id: UUID, actor: Actor, decision: Decision, at: datetime,
    shadow: bool,
) -> RuleId:  # fmt: skip
    rule_id = RuleId(uuid5(ACTS, f"{rule.code}:{rule.version}"))
    version = RuleVersion(
        id=rule_id, code=rule.code, version=rule.version, document=data, sha256=rule.sha256,
        unit_id=unit_id, published_at=at,
    )  # fmt: skip
    with transaction.atomic():
        try:
            _record(rules.PUBLISH, version, actor, decision, at, rule_id, {"sha256": rule.sha256})
        except AlreadyRecorded:
            return _same(rule_id, rule)
        live = not shadow and not any(one.live for one in _standings(rule.code))
        version.save(force_insert=True)
        Standing.objects.create(
            id=uuid5(rule_id, "published"), code=rule.code, version=version, live=live, since=at
        )
        _tell("vn.dothi.alerts.rule.published.v1", version, at)
    return rule_id


def _next(data: Mapping[str, Json]) -> str:
    """Return the version that says what `data` does, else the number after all that are published."""
    rows = dict(RuleVersion.objects.filter(code=data.get("code")).values_list("version", "document"))
    equal = next((version for version, document in rows.items() if same(document, data)), None)
    return equal or str(max((int(one) for one in rows if one.isascii() and one.isdigit()), default=0) + 1)


def _same(rule_id: RuleId, rule: Rule) -> RuleId:
    if RuleVersion.objects.values_list("sha256", flat=True).get(id=rule_id) != rule.sha256:
        raise RuleDiffers(code=rule.code, version=rule.version)
    return rule_id


def _version(rule_id: RuleId) -> RuleVersion:
    found = RuleVersion.objects.filter(id=rule_id).first()
    if found is None:
        raise RuleUnknown(rule=str(rule_id))
    return found


def _standings(code: str) -> list[Standing]:
    """Return what stands of a rule, locked until the transaction ends."""
    held = Standing.objects.select_for_update().filter(code=code, until=None)
    return list(held.order_by("id"))


def _end(standing: list[Standing], at: datetime) -> None:
    Standing.objects.filter(id__in=[one.id for one in standing]).update(until=at)


def _record(
    act: ActRule, version: RuleVersion, actor: Actor, decision: Decision, at: datetime, key: UUID,
    facts: Mapping[str, Fact],
) -> None:  # fmt: skip
    told = {"code": version.code, "version": version.version, **facts}
    record(
        Entry(
            id=key, act=act.name, at=at, actor=decision.by(actor), authority=decision.authority,
            object=urn(settings.NODE, KIND, version.id), basis=f"rule {version.code}", purpose="watch-city",
            facts=told,
        )
    )  # fmt: skip


def _tell(happened: str, version: RuleVersion, at: datetime) -> None:
    data = {"rule": version.code, "version": version.version, "sha256": version.sha256}
    emit(Event(new_id(), happened, urn(settings.NODE, KIND, version.id), at, data))
