"""Steps of loading the demo city that need nothing of it but its units."""

from collections.abc import Callable
from datetime import datetime

from dothi.alerts.actions.keep import publish
from dothi.alerts.catalog import documents
from dothi.alerts.errors import RuleUnknown
from dothi.alerts.queries import rule_id
from dothi.foundation.identity.authority import SYSTEM

Step = tuple[str, int, Callable[[datetime], object]]
"""Name, number of rows, and what writes those that are missing and returns something true if any were."""


def alert_rules() -> Step:
    """Publish the rules of the catalog that are not published; a published version never changes."""
    files = documents()
    return "alert rules", len(files), _publish_missing


def _publish_missing(at: datetime) -> bool:
    missing = [file for file in documents() if not _published(file.parent.name, file.stem)]
    for file in missing:
        publish(text=file.read_text(encoding="utf-8"), actor=SYSTEM, at=at)
    return bool(missing)


def _published(code: str, version: str) -> bool:
    try:
        rule_id(code, version)
    except RuleUnknown:
        return False
    return True
