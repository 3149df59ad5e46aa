"""
What the evaluation of a rule raised: told, counted, and from the third time on the rule is in quarantine.

A rule in quarantine is not evaluated until a person lifts it; all others go on. What it said of things
stands: when it is lifted it begins anew and still knows of which of them an alert is open.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from uuid import UUID

from django.conf import settings

from dothi.alerts.engine.samples import Memory, Sample, to_json
from dothi.alerts.minds import Failure
from dothi.alerts.watched import ALL, Watching, instant
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.identity.authority import Duty
from dothi.foundation.statements import Statement, ask, write
from dothi.foundation.tasks.actions import post
from dothi.foundation.tasks.types import Place, Work
from dothi.kernel.ids import new_id, urn
from dothi.kernel.problems import msg

REPEATS = 3
"""So many times within FORGIVEN_S seconds, and the rule is evaluated no more. House rule."""
FORGIVEN_S = 86_400
SAID = 300
"""Letters of what an exception says that are kept."""
KIND = "alert-rule"
QUARANTINED = msg("Rule that fails and is evaluated no more: %(title)s")
_SQL = Path(__file__).parent / "sql"
_TELL = (_SQL / "tell_finding.sql").read_text()
_FORGET = (_SQL / "forget_version.sql").read_text()
_BEGIN_ANEW = (_SQL / "begin_anew.sql").read_text()


def tell(watching: Watching, failures: Sequence[Failure], now: datetime) -> bool:
    """Tell what a rule's evaluation raised, the last in full; return whether it is in quarantine now."""
    last = failures[-1]
    told = {
        "id": new_id(), "version": watching.id, "error": type(last.error).__name__,
        "said": _printable(last.error), "thing": last.thing, "reading": _reading(last.sample),
        "at": now, "times": len(failures), "repeats": REPEATS, "forgiven_s": FORGIVEN_S,
    }  # fmt: skip
    ((finding_id, quarantined),) = ask(Statement(_TELL, told))[0]
    if quarantined:
        _begin_anew(watching)
        _ask_for_help(watching, finding_id, now)
    return bool(quarantined)


def task_key(finding_id: UUID) -> str:
    """Return the key of the task that a rule in quarantine is."""
    return f"alerts:finding:{finding_id}"


def _begin_anew(watching: Watching) -> None:
    """Forget what the rule remembered, but for the things about which it has said something that stands."""
    state = to_json(Memory(on=True))
    write(_FORGET, {"version": watching.id})
    near = watching.rule.kind == "correlation"
    write(_BEGIN_ANEW, {"version": watching.id, "code": watching.rule.code, "near": near, "all": ALL,
                        "state": json.dumps(state)})  # fmt: skip


def _ask_for_help(watching: Watching, finding_id: UUID, now: datetime) -> None:
    rule, name = watching.rule, urn(settings.NODE, KIND, watching.id)
    place = Place(watching.unit_id, Duty.ADMINISTER_DEVICES.value)
    said = {"title": rule.title.vi, "title_en": rule.title.en}
    post(work=Work(task_key(finding_id), place, QUARANTINED, name, now, said), at=now)
    data = {"rule": rule.code, "version": rule.version, "sha256": rule.sha256}
    emit(Event(new_id(), "vn.dothi.alerts.rule.quarantined.v1", name, now, data))


def _printable(error: Exception) -> str:
    """Return what an exception says, fit for a row of text."""
    return str(error).replace("\x00", "")[:SAID]


def _reading(sample: Sample | None) -> str | None:
    """Return a reading as JSON; what is no number as words."""
    if sample is None:
        return None
    value = sample.value if isfinite(sample.value) else str(sample.value)
    return json.dumps({"at": instant(sample.at).isoformat(), "value": value, "flags": sample.flags})
