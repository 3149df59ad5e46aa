"""Rules of the product's catalog that stand in the city otherwise, or not at all, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from dothi.alerts.brought import Brought
from dothi.web.center.differing import changed
from dothi.web.components.rows import Column, Row


@dataclass(frozen=True, slots=True)
class Differing:
    """One rule: what is said of it, and part by part in what it differs."""

    code: str
    said: str
    columns: Sequence[Column]
    rows: Sequence[Row]


def differing(found: Sequence[Brought]) -> list[Differing]:
    """Return the rules that are published here and say something else."""
    columns = [Column(gettext("Part")), Column(gettext("Here")), Column(gettext("In the catalog"))]
    return [
        Differing(one.code, _compared(one), columns, changed(one.changes)) for one in found if one.changes
    ]


def columns() -> list[Column]:
    """Return the columns of `listed`."""
    return [Column(gettext("Rule")), Column(gettext("Beside the catalog"))]


def listed(found: Sequence[Brought]) -> list[Row]:
    """Return one line for each rule that differs or is not published here, in the order of codes."""
    return [
        Row([_title(one), _compared(one)], id=f"catalog-{one.code}",
            url=_address(one))
        for one in found if one.differs
    ]  # fmt: skip


def _address(one: Brought) -> str:
    """Return where the rule shows what differs, or how its next version does in shadow; empty for none."""
    page = reverse("center:rule", args=[one.code])
    return f"{page}#{'shadow' if one.waits else 'catalog'}" if one.version else ""


def _title(one: Brought) -> str:
    return str(one.title["en" if get_language() == "en" else "vi"])


def _compared(one: Brought) -> str:
    if not one.version:
        return gettext("not published here")
    if one.waits:
        return gettext("version %(version)s is in shadow only") % {"version": one.version}
    many = len(one.changes)
    said = ngettext(
        "differs in %(count)s place from version %(version)s here",
        "differs in %(count)s places from version %(version)s here", many,
    )  # fmt: skip
    return said % {"count": many, "version": one.version}
