"""Rules of a town for journeys: a year behind it, a version in shadow, one that failed."""

from datetime import timedelta

import yaml
from django.db import transaction

from dothi.alerts import findings
from dothi.alerts.actions.keep import publish
from dothi.alerts.catalog import latest
from dothi.alerts.engine.samples import Sample
from dothi.alerts.keeping import at_work
from dothi.alerts.minds import Failure
from dothi.alerts.watched import microseconds
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from tests.support.readings import store_many
from tests.support.storm import WARDS
from tests.support.town import Town

DAY = timedelta(days=1)
WET = (60, 100, 200)
"""Days ago with 120 mm at the first gauge; 160 mm on the last of them."""


def a_wet_year(town: Town) -> None:
    """Let a gauge in each ward have told once a day for a year; all consumers have heard of it long ago."""
    today = now()
    rows = [
        (f"rain-{ward}", "rain", today - ago * DAY, _fell(place, ago))
        for place, ward in enumerate(WARDS) for ago in range(2, 360)
    ]  # fmt: skip
    store_many(town.dsn("dothi_telemetry"), [rows], waiting=False)


def _fell(place: int, ago: int) -> float:
    if place or ago not in WET:
        return float(ago % 7)
    return 160.0 if ago == max(WET) else 120.0


def a_shadow(code: str, limit: float) -> None:
    """Publish another version of a rule of the catalog, with another limit, beside the live one."""
    document = yaml.safe_load((latest()[code]).read_text(encoding="utf-8"))
    document["version"] = "3"
    document["limit"]["fire_at"] = limit
    document["golden"] = [
        {**document["golden"][0], "id": "short", "expect": []}, *document["golden"][2:]
    ]  # fmt: skip
    publish(text=yaml.safe_dump(document, allow_unicode=True), actor=SYSTEM, at=now())


def a_failure(code: str, version: str) -> None:
    """Let the evaluation of a version have failed until it was in quarantine."""
    at = now()
    watching = next(one for one in at_work() if (one.rule.code, one.rule.version) == (code, version))
    failure = Failure("rain-00070", Sample(microseconds(at), 12.5), ZeroDivisionError("division by zero"))
    with transaction.atomic():
        findings.tell(watching, [failure] * findings.REPEATS, at)
