"""A rule tried on the past: ordered by a person, done by a job, kept with what came out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from dothi.alerts import past, rules
from dothi.alerts.comparing import meets
from dothi.alerts.document import trusted
from dothi.alerts.errors import RuleUnknown, SpanUnfit, TrialsWaiting
from dothi.alerts.keeping import things
from dothi.alerts.models import RuleVersion, Standing, TrialRun
from dothi.alerts.trial import Span, Trial, tried_on_past
from dothi.alerts.watched import unknown
from dothi.foundation.identity.authority import Actor, require
from dothi.foundation.jobs.actions import defer

JOB = "alerts.try_rule"
LONGEST = timedelta(days=3 * 366)
"""The past that is kept for sure is a year and a month; three years are enough to try a rule on."""
MOST_WAITING = 4
SHOWN = 100
"""Alerts that are listed one by one; the others are counted."""
TOP = 20


def order(*, code: str, start: datetime, end: datetime, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Let a rule be tried on [start, end): the versions that stand, or the latest. The same `key` does it once.

    No entry in the ledger: it reads readings, changes nothing that others see and writes only its own answer.
    At most four are at work; one that was asked more than six hours ago is not, whatever became of its job.
    Raises RuleUnknown, SpanUnfit, TrialsWaiting, Refused.
    """
    require(actor, rules.READ_RULES, None, at)
    if not start < end <= at or end - start > LONGEST:
        raise SpanUnfit(years=3)
    with transaction.atomic():
        if TrialRun.objects.filter(id=key).exists():
            return
        if not _versions(code):
            raise RuleUnknown(rule=code)
        waiting = TrialRun.objects.filter(finished_at=None, asked_at__gt=at - rules.TRIAL_WITHIN)
        if waiting.count() >= MOST_WAITING:
            raise TrialsWaiting(most=MOST_WAITING)
        TrialRun.objects.create(
            id=key, code=code, start_at=start, end_at=end, asked_at=at, asked_by=actor.person_id,
            days=len(past.days(start, end)),
        )  # fmt: skip
        defer(JOB, trial_id=key)


def work(*, trial_id: UUID, at: datetime) -> None:
    """Try the rule and keep what came out; done again after a stop, it begins anew."""
    run = TrialRun.objects.filter(id=trial_id, finished_at=None).first()
    if run is None:
        return
    versions = _versions(run.code)
    told = TrialRun.objects.filter(id=trial_id)
    found = tried_on_past(
        [trusted(one.document) for one in versions], run.start_at, run.end_at,
        lambda done, _all: _tell(trial_id, done),
    )  # fmt: skip
    told.update(result=_result(found), finished_at=at, days_done=run.days)


def _tell(trial_id: UUID, done: int) -> None:
    TrialRun.objects.filter(id=trial_id).update(days_done=done)


def _versions(code: str) -> list[RuleVersion]:
    """Return the versions that stand, the live one first; the latest of a rule that is off."""
    stood = Standing.objects.filter(code=code, until=None).order_by("-live", "since", "id")
    standing = [one.version for one in stood.select_related("version")]
    return standing or list(RuleVersion.objects.filter(code=code).order_by("-published_at", "id")[:1])


def _result(found: Sequence[Trial]) -> list[Mapping[str, Any]]:
    names = things({span.thing for trial in found for span in trial.spans})
    return [_told(trial, found, names) for trial in found]


def _told(trial: Trial, all_: Sequence[Trial], names: Mapping[str, Any]) -> Mapping[str, Any]:
    others = [span for other in all_ if other is not trial for span in other.spans]

    def name(thing: str) -> list[str]:
        said = (names.get(thing) or unknown(thing)).name
        return [said.vi, said.en]

    return {
        "version": trial.rule.version, "samples": trial.samples, "things": trial.things,
        "rejected": trial.rejected, "failed": trial.failed, "alerts": len(trial.spans),
        "touched": len(trial.by_thing), "months": dict(sorted(trial.by_month.items())),
        "alone": _alone(trial.spans, others) if len(all_) > 1 else None,
        "by_thing": [[*name(thing), count] for thing, count in trial.by_thing.most_common(TOP)],
        "spans": [
            [*name(one.thing), one.raised_at.isoformat(), _iso(one.cleared_at), one.signal]
            for one in trial.spans[:SHOWN]
        ],
    }  # fmt: skip


def _alone(spans: Sequence[Span], others: Sequence[Span]) -> int:
    """Return how many alerts no other version would have raised about the same thing at about that time."""
    raised = dict[str, list[tuple[datetime, datetime]]]()
    for one in others:
        raised.setdefault(one.thing, []).append(one.lasted)
    return sum(not meets(one.lasted, raised.get(one.thing, ())) for one in spans)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
