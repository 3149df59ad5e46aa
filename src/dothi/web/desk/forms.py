"""The form of each act: what an official must say besides doing it, and what was typed before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from dothi.dossiers.needs import CONFIRMED
from dothi.dossiers.queries import Open
from dothi.dossiers.types import Act
from dothi.procedures.engine import components, pages
from dothi.procedures.types import Basis, Procedure, Reason, Transition
from dothi.web.casework import answering, clocks
from dothi.web.casework.course import said

PRIMARY = frozenset(
    {Act.ACCEPT, Act.CLAIM, Act.SHOW_DRAFT, Act.PROPOSE, Act.APPROVE, Act.SIGN, Act.GIVE_BACK, Act.RESUME}
)
OFFERED = frozenset(Act) - {Act.SUBMIT, Act.CONFIRM_DRAFT, Act.CORRECT_DRAFT}
"""Acts that the desk has a button for: the draft of a result is the applicant's own to answer."""
WITH_NOTE = frozenset({Act.SEND_BACK, Act.STOP, Act.REFUSE, Act.EXTEND})
WITH_DAYS = frozenset({Act.EXTEND})


@dataclass(frozen=True, slots=True)
class Option:
    """A fault or a ground: its words, its clause, and what was ticked and written before."""

    value: str
    label: str
    clause: str
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent with an act that was not done: nothing of it is lost."""

    act: str
    error: str
    sent: QueryDict


@dataclass(frozen=True, slots=True)
class ActForm:
    """One act as a form. `faults` are grouped by the page that they belong to."""

    act: str
    title: str
    url: str
    key: UUID
    seen: int
    primary: bool
    ticks: Sequence[Option] = ()
    faults: Sequence[tuple[str, Sequence[Option]]] = ()
    grounds: Sequence[Option] = ()
    note: bool = False
    note_text: str = ""
    days: bool = False
    days_text: str = ""
    days_most: str = ""
    error: str = ""

    @property
    def bare(self) -> bool:
        """Return whether the act needs nothing but its button."""
        return not (self.faults or self.grounds or self.note or self.days)


def form_for(held: Open, row: Transition, key: UUID, typed: Typed | None, on: date) -> ActForm:
    """Return the form of one possible act on the civil date `on`; `key` makes pressing it twice harmless."""
    act, procedure = Act(row.act), held.procedure
    sent = typed.sent if typed and typed.act == row.act else QueryDict()
    rule = held.reading.rule.extension
    return ActForm(
        act=row.act,
        title=said(row.title),
        url=reverse("desk:act", args=[held.row.id, row.act]),
        key=key,
        seen=held.row.revision,
        primary=act in PRIMARY,
        ticks=_ticks(held.to_confirm.get(row.act, ()), sent),
        faults=_faults(held, sent, on) if act is Act.REQUEST_SUPPLEMENT else (),
        grounds=_grounds(procedure, act, sent),
        note=act in WITH_NOTE,
        note_text=sent.get("note", ""),
        days=act in WITH_DAYS,
        days_text=sent.get("days", ""),
        days_most=clocks.in_words(rule.at_most) if rule and rule.at_most else "",
        error=typed.error if typed and typed.act == row.act else "",
    )


def one_primary(forms: Sequence[ActForm]) -> list[ActForm]:
    """Return the forms in the order in which they are shown: one next step first, the others after it."""
    ordered = sorted(forms, key=lambda form: not form.primary)
    return [replace(form, primary=form.primary and place == 0) for place, form in enumerate(ordered)]


def clause(procedure: Procedure, basis: Basis) -> str:
    """Return where a value stands in the law: clause and instrument."""
    number = next((one.number or said(one.title) for one in procedure.sources if one.id == basis.source), "")
    return ", ".join(part for part in (basis.clause, number) if part)


def _ticks(needs: Sequence[str], sent: QueryDict) -> list[Option]:
    done = sent.getlist("confirmed")
    return [Option(need, gettext(CONFIRMED[need]), "", need in done) for need in needs]


def _grounds(procedure: Procedure, act: Act, sent: QueryDict) -> list[Option]:
    chosen = sent.get("ground", "")
    if act is Act.REFUSE:
        return [_option(procedure, one, one.id == chosen) for one in procedure.refusals]
    if act is Act.PAUSE:
        return [
            Option(one.id, said(one.title), clause(procedure, one.basis), one.id == chosen)
            for one in procedure.clock.pauses
        ]
    return []


def _option(procedure: Procedure, reason: Reason, chosen: bool, note: str = "") -> Option:
    return Option(reason.id, said(reason.title), clause(procedure, reason.basis), chosen, note)


def _faults(held: Open, sent: QueryDict, on: date) -> list[tuple[str, list[Option]]]:
    """Return the reasons that fit these answers, under the title of the page that asks for their thing."""
    chosen, groups = sent.getlist("fault"), dict[str, list[Option]]()
    asked = _asked(held, on)
    for reason in held.procedure.corrections:
        if reason.about and reason.about not in asked:
            continue
        page = answering.page_of(held.procedure, reason.about) or gettext("The dossier as a whole")
        note = sent.get(f"note-{reason.id}", "")
        groups.setdefault(page, []).append(_option(held.procedure, reason, reason.id in chosen, note))
    return list(groups.items())


def _asked(held: Open, on: date) -> frozenset[str]:
    """Return the fields and documents that these answers ask for: of nothing else can a fault be found."""
    fields = {field.id for page in pages(held.procedure, held.answers, on) for field in page.fields}
    return frozenset(fields | {one.component.id for one in components(held.procedure, held.answers, [], on)})
