"""What an incident gathers: alerts, what people told, another incident that is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext

from dothi.alerts.queries import alerts_at
from dothi.alerts.types import AlertRow
from dothi.incidents import queries, rules
from dothi.incidents.types import IncidentRow, Origin
from dothi.kernel.problems import msg
from dothi.web.center.acts import Offered, line, select, words
from dothi.web.center.alerts import title
from dothi.web.center.wording import age
from dothi.web.components.rows import Field

ORIGINS = {Origin.CALL: msg("A call"), Origin.REPORT: msg("A report")}
RADII = (50, 100, 200, 500)
"""Meters around the place that the form offers to close."""


@dataclass(frozen=True, slots=True)
class Around:
    """What an incident could gather: alerts that no incident has, and the other open incidents."""

    alerts: Sequence[AlertRow] = ()
    others: Sequence[IncidentRow] = ()


def around(row: IncidentRow, at: datetime) -> Around:
    """Return what is there now, of the own ward first; three statements."""
    found = alerts_at(at)
    taken = queries.taken_alerts([one.id for one in found])
    free = sorted(
        (one for one in found if one.id not in taken),
        key=lambda one: one.place.ward_code != row.place.ward_code,
    )
    others = [one for one in queries.incidents_at(at) if one.id != row.id and one.unit_id == row.unit_id]
    return Around(free, sorted(others, key=lambda one: one.place.ward_code != row.place.ward_code))


def offered(found: Around, sent: QueryDict, at: datetime) -> list[Offered]:
    """Return the acts of gathering that make sense now."""
    acts: list[Offered] = []
    if found.alerts:
        alerts = [(str(one.id), f"{title(one)}, {age(one.raised_at, at)}") for one in found.alerts]
        acts.append(
            ("join-alert", gettext("Join an alert"), rules.OPERATE,
             [select("alert", gettext("Alert"), alerts, sent.get("alert", ""), act="join-alert")])
        )  # fmt: skip
    acts.append(("join-word", gettext("Join a call or a report"), rules.OPERATE, _word(sent)))
    if found.others:
        others = [(str(one.id), f"{one.code}, {one.title}") for one in found.others]
        acts.append(
            ("merge", gettext("Merge into another incident"), rules.OPERATE,
             [select("into", gettext("It goes on as part of"), others, sent.get("into", ""), act="merge"),
              words("note", gettext("Note"), sent.get("note", ""), act="merge", optional=True)])
        )  # fmt: skip
    radii = [(str(one), gettext("%(radius)s m") % {"radius": one}) for one in RADII]
    acts.append(
        ("close-roads", gettext("Close the roads around it"), rules.OPERATE | rules.DISPATCH,
         [select("radius", gettext("Within"), radii, sent.get("radius", "50"), act="close-roads")])
    )  # fmt: skip
    return acts


def _word(sent: QueryDict) -> list[Field]:
    origins = [(key.value, gettext(said)) for key, said in ORIGINS.items()]
    hint = gettext("Name nobody: everyone on the shift reads it.")
    return [
        select("origin", gettext("How it became known"), origins, sent.get("origin", ""), act="join-word"),
        line(
            "reference", gettext("Its number, where it has one"), sent.get("reference", ""), act="join-word"
        ),
        words("note", gettext("What was told"), sent.get("note", ""), act="join-word", hint=hint),
    ]
