"""How two versions of a rule's document differ, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext

from dothi.alerts.overview import VersionRow
from dothi.alerts.wording import lasting
from dothi.kernel.documents.differences import Change, changes
from dothi.kernel.problems import msg
from dothi.web.center.wording import in_tongue, number
from dothi.web.components.rows import Column, Row

PARTS = {
    "version": "", "title": msg("title"), "summary": msg("summary"), "severity": msg("severity"),
    "limit": msg("limit"), "window": msg("window"), "looks_at": msg("what it looks at"),
    "words": msg("words of the alert"), "escalation": msg("escalation"), "sources": msg("sources"),
    "golden": "", "kind": msg("kind"), "rejects": msg("readings that never count"),
    "late": msg("late readings"),
}  # fmt: skip
"""What parts of a document are called; an empty name is not told: the version is, and examples are not."""


def differences(before: VersionRow, after: VersionRow) -> list[Row]:
    """Return what changed from one version to the next, part by part."""
    return changed(changes(dict(before.document), dict(after.document)))


def changed(found: Iterable[Change]) -> list[Row]:
    """Return changes of a document part by part; texts of another language than the page's say so."""
    return [_changed(one) for one in found if PARTS.get(one.path.partition(".")[0], one.path)]


def _changed(change: Change) -> Row:
    part, _, rest = change.path.partition(".")
    name = gettext(PARTS.get(part, part))
    cells = (in_tongue(_value(value, change.path)) for value in (change.before, change.after))
    return Row([f"{name} ({rest})" if rest else name, *cells])


def changed_columns() -> list[Column]:
    """Return the columns of `differences`."""
    return [Column(gettext("Part")), Column(gettext("Before")), Column(gettext("After"))]


def _value(value: object, path: str) -> str:
    """Return a part of a document in words; what its name says is in seconds is a length of time."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if path.endswith("_s") and isinstance(value, int | float):
        return lasting(value)
    return number(value) if isinstance(value, int | float) else str(value)
