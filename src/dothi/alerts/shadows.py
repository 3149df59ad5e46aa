"""What nobody is told of by itself: what a rule in shadow says, and each of the many things of a crowd."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from dothi.alerts.engine.samples import Decision
from dothi.alerts.models import Firing
from dothi.alerts.types import RuleId
from dothi.alerts.watched import Watching, instant
from dothi.foundation.statements import Statement, ask, write

_SQL = Path(__file__).parent / "sql"
_OPEN = (_SQL / "open_firings.sql").read_text()
_END = (_SQL / "end_firings.sql").read_text()
WITH_EVIDENCE = 1_000
"""Of more firings of one turn the evidence is not kept: a rule that fires so often is wrong, or all is."""
AT_ONCE = 2_000


def fire(
    watching: Watching, decisions: Sequence[Decision], known_at: datetime, alert_id: UUID | None = None
) -> None:
    """
    Keep what a version says of things, in its order; what stands goes on. Three statements and more.

    `alert_id` is the alert that tells of all of them, None in shadow.
    """
    standing = open_of(watching.id, {decision.thing for decision in decisions})
    new, ended = dict[str, Firing](), dict[str, datetime]()
    rows = list[Firing]()
    for one in decisions:
        if one.act == "raise" and one.thing not in standing:
            new[one.thing] = _firing(watching, one, known_at, alert_id, kept=len(rows) < WITH_EVIDENCE)
            rows.append(new[one.thing])
            standing.add(one.thing)
        elif one.act == "clear" and one.thing in standing:
            standing.discard(one.thing)
            if one.thing in new:
                new.pop(one.thing).cleared_at = instant(one.at)
            else:
                ended[one.thing] = instant(one.at)
    end(watching.id, ended.items())
    Firing.objects.bulk_create(rows, AT_ONCE)


def open_of(version_id: RuleId, things: Iterable[str]) -> set[str]:
    """Return those of the things of which a version says something that has not ended; one statement."""
    rows = ask(Statement(_OPEN, {"version": version_id, "things": list(things)}))[0]
    return {thing for (thing,) in rows}


def end(version_id: RuleId, ended: Iterable[tuple[str, datetime]]) -> None:
    """Let what a version says of things have ended at these instants; one statement."""
    told = dict(ended)
    if told:
        write(_END, {"version": version_id, "things": list(told), "instants": list(told.values())})


def _firing(
    watching: Watching, one: Decision, known_at: datetime, alert_id: UUID | None, *, kept: bool
) -> Firing:
    return Firing(
        version_id=watching.id, thing=one.thing, value=one.signal, alert_id=alert_id,
        evidence=dict(one.evidence) if kept else {}, raised_at=instant(one.at), recorded_at=known_at,
    )  # fmt: skip
