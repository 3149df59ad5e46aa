"""The form of each act: what an official must say besides doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from dothi.dossiers.queries import Open
from dothi.dossiers.types import Act
from dothi.procedures.types import Reason, Transition
from dothi.web.casework.course import said

PRIMARY = frozenset(
    {Act.ACCEPT, Act.CLAIM, Act.SHOW_DRAFT, Act.PROPOSE, Act.APPROVE, Act.SIGN, Act.GIVE_BACK, Act.RESUME}
)
WITH_FAULTS = frozenset({Act.REQUEST_SUPPLEMENT})
WITH_GROUND = frozenset({Act.PAUSE, Act.REFUSE})
WITH_NOTE = frozenset({Act.SEND_BACK, Act.STOP, Act.REFUSE, Act.EXTEND})
WITH_DAYS = frozenset({Act.EXTEND})


@dataclass(frozen=True, slots=True)
class ActForm:
    """One act as a form. `choices` are faults or grounds: value, words, clause."""

    act: str
    title: str
    url: str
    key: UUID
    primary: bool
    faults: Sequence[tuple[str, str, str]] = ()
    grounds: Sequence[tuple[str, str, str]] = ()
    note: bool = False
    days: bool = False
    error: str = ""

    @property
    def bare(self) -> bool:
        """Return whether the act needs nothing but its button."""
        return not (self.faults or self.grounds or self.note or self.days)


def form_for(held: Open, row: Transition, key: UUID, error: str) -> ActForm:
    """Return the form of one possible act; `key` makes pressing it twice harmless."""
    act = Act(row.act)
    return ActForm(
        act=row.act,
        title=said(row.title),
        url=reverse("desk:act", args=[held.row.id, row.act]),
        key=key,
        primary=act in PRIMARY,
        faults=_choices(held.procedure.corrections) if act in WITH_FAULTS else (),
        grounds=_grounds(held, act),
        note=act in WITH_NOTE,
        days=act in WITH_DAYS,
        error=error,
    )


def _grounds(held: Open, act: Act) -> Sequence[tuple[str, str, str]]:
    if act not in WITH_GROUND:
        return ()
    if act is Act.REFUSE:
        return _choices(held.procedure.refusals)
    return [(one.id, said(one.title), one.basis.clause) for one in held.procedure.clock.pauses]


def _choices(reasons: Sequence[Reason]) -> Sequence[tuple[str, str, str]]:
    return [(one.id, said(one.title), one.basis.clause) for one in reasons]
