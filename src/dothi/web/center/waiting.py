"""Next versions of rules that wait in shadow, all of them at once: what each changes, and of which alerts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from dothi.alerts.actions import keep
from dothi.alerts.comparing import judged
from dothi.alerts.overview import RuleOverview, Stands
from dothi.alerts.rules import PROMOTE
from dothi.alerts.succession import Effect, foreseen
from dothi.alerts.types import RuleId
from dothi.foundation.identity.authority import Actor, CaseFacts, decide
from dothi.web.center.differing import differences
from dothi.web.center.ruling import decides_alike, text
from dothi.web.components.rows import Row


@dataclass(frozen=True, slots=True)
class Waiting:
    """One version that waits beside the live one; `worse` where it did worse in shadow."""

    id: RuleId
    code: str
    title: str
    live: str
    version: str
    alike: bool
    worse: bool
    changes: Sequence[Row]
    effect: Sequence[str]
    allowed: bool
    """Whether who looks may let it take the place of the live one."""


def waiting(found: Iterable[RuleOverview], actor: Actor, at: datetime) -> list[Waiting]:
    """Return the latest version of each rule that waits beside a live one; six statements each."""
    return [
        _of(one, actor, at) for one in found if one.foremost.stands is Stands.LIVE and one.shadows
    ]  # fmt: skip


def _of(one: RuleOverview, actor: Actor, at: datetime) -> Waiting:
    live, shadow = one.foremost, max(one.shadows, key=lambda row: row.published_at)
    case = CaseFacts(keep.KIND, unit_id=shadow.unit_id)
    return Waiting(
        shadow.id, one.code, text(shadow.rule.title), live.rule.version, shadow.rule.version,
        decides_alike(live, shadow), judged(one.code, shadow.rule.version, at).worse,
        differences(live, shadow), _said(foreseen(one.code, shadow.id)),
        decide(actor, PROMOTE, case, at).allowed,
    )  # fmt: skip


def _said(effect: Effect) -> list[str]:
    cleared = ngettext(
        "%(count)s open alert is cleared: by the new version it is none.",
        "%(count)s open alerts are cleared: by the new version they are none.", effect.cleared,
    )  # fmt: skip
    raised = ngettext(
        "%(count)s alert is raised that only the new version sees.",
        "%(count)s alerts are raised that only the new version sees.", effect.raised,
    )  # fmt: skip
    told = [(cleared, effect.cleared), (raised, effect.raised)]
    return [said % {"count": count} for said, count in told if count] or [gettext("No open alert changes.")]
