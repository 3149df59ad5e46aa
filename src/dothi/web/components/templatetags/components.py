"""
One tag a component. A form component takes the arguments of `rows.Field` by name, so that

    {% text_input name="full_name" label=label value=value error=error %}

and `{% field row %}` for a `Field` made by code render the same.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from zlib import crc32

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dothi.web.components import drawing, formats
from dothi.web.components.drawing import render
from dothi.web.components.live import token_for
from dothi.web.components.rows import (
    ClockChip,
    Column,
    Fact,
    Fault,
    Field,
    Link,
    Moment,
    Provenance,
    Reading,
    Row,
    StoredFile,
    Task,
    Tone,
    source_of_all,
)

register = template.Library()

SYMBOLS: Final = {"success": "circle-check", "warning": "triangle-alert", "error": "octagon-alert"}
CLOCK_SYMBOLS: Final[dict[Tone, str]] = {
    "neutral": "clock",
    "good": "clock",
    "soon": "alarm-clock",
    "late": "octagon-alert",
    "paused": "circle-pause",
}


@register.simple_tag
def field(row: Field) -> SafeString:
    """Render one question."""
    return render(row.kind, field=row)


@register.simple_tag(takes_context=True)
def live_region(context: dict[str, Any], name: str, subject: str) -> SafeString:
    """Render the attributes by which an element shows anew what changes about `subject` (URN)."""
    token = token_for(context["request"], subject) if "request" in context else ""
    return format_html('role="status" data-live-region="{}" data-live-token="{}"', name, token)


def _question(kind: str) -> None:
    def render(**facts: Any) -> SafeString:
        return field(Field(kind=kind, **facts))

    register.simple_tag(render, name=kind)


for _kind in (
    "text_input", "textarea", "date_input", "radios", "checkboxes", "select", "ward_picker", "file_upload",
):  # fmt: skip
    _question(_kind)


for _drawn in (drawing.icon, drawing.assets_of, drawing.sign, drawing.sign_file):
    register.simple_tag(_drawn)


@register.inclusion_tag("components/button.html")
def button(
    label: str, kind: str = "primary", *, url: str = "", name: str = "", value: str = "1",
    icon: str = "", form: str = "", start: bool = False, disabled: bool = False,
) -> dict[str, object]:  # fmt: skip
    """Render a button, or a link that looks like one when `url` is given."""
    return {
        "label": label, "kind": kind, "url": url, "name": name, "value": value,
        "icon": icon, "form": form, "start": start, "disabled": disabled,
    }  # fmt: skip


@register.inclusion_tag("components/error_summary.html")
def error_summary(faults: Sequence[Fault]) -> dict[str, object]:
    """List the faults of a form, each linked to its field; nothing when there are none."""
    return {"faults": faults}


@register.inclusion_tag("components/back_link.html")
def back_link(url: str, label: str = "") -> dict[str, str]:
    """Link to the page before."""
    return {"url": url, "label": label or _("Back")}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(links: Sequence[Link]) -> dict[str, object]:
    """Show the way from the front page; the last link is this page."""
    return {"links": links}


@register.inclusion_tag("components/provenance.html")
def provenance(row: Provenance) -> dict[str, object]:
    """Say where a value came from, when, by which law, and whether the source has changed."""
    return {"provenance": row}


@register.inclusion_tag("components/notification.html")
def notification(title: str, text: str = "", tone: str = "info") -> dict[str, str]:
    """Render a banner; `tone` is success, info, warning or error."""
    tone = tone if tone in SYMBOLS else "info"
    symbol = SYMBOLS.get(tone, "info")
    return {"title": title, "text": text, "tone": tone, "symbol": symbol, "key": _key("notification", title)}


@register.inclusion_tag("components/summary_list.html")
def summary_list(facts: Sequence[Fact], title: str = "", level: int = 2) -> dict[str, object]:
    """List answers, each with a way to change it; a source that all have in common is said once."""
    shared = source_of_all([fact.provenance for fact in facts])
    return {"facts": facts, "title": title, "level": level, "shared": shared}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Sequence[Task]) -> dict[str, object]:
    """List the parts of something done in several sittings."""
    return {"tasks": tasks}


@register.inclusion_tag("components/tag.html")
def tag(label: str, tone: Tone = "neutral") -> dict[str, str]:
    """Render a state in a word."""
    return {"label": label, "tone": tone}


@register.inclusion_tag("components/clock_chip.html")
def clock_chip(row: ClockChip) -> dict[str, object]:
    """Render the legal clock in one line: icon, words and color."""
    return {"chip": row, "symbol": CLOCK_SYMBOLS[row.tone]}


@register.inclusion_tag("components/panel.html")
def panel(
    title: str, code_label: str = "", code: str = "", text: str = "", level: int = 1
) -> dict[str, object]:
    """Confirm that something is done, with the reference to keep."""
    return {"title": title, "code_label": code_label, "code": code, "text": text, "level": level}


@register.inclusion_tag("components/warning.html")
def warning(text: str) -> dict[str, str]:
    """Say a consequence before the act."""
    return {"text": text}


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """Set the block apart from the text."""
    return render("inset", content=content)


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False) -> SafeString:  # noqa: A002 - HTML's word
    """Keep the block closed until a reader asks for it."""
    return render("details", content=content, summary=summary, open=open)


@register.inclusion_tag("components/timeline.html")
def timeline(moments: Sequence[Moment]) -> dict[str, object]:
    """Show what happened, who holds it now and what is promised; oldest first."""
    return {"moments": moments}


@register.simple_tag
def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    empty: str = "",
    *,
    caption_hidden: bool = False,
) -> SafeString:
    """Render rows to scan; `empty` is safe HTML, best an `empty_state`, for when there are none."""
    facts = {"caption": caption, "columns": columns, "rows": rows, "empty": empty}
    return render("table", **facts, caption_hidden=caption_hidden, key=_key("table", caption))


@register.simple_tag
def cell(value: object) -> str | SafeString:
    """Render a cell: a clock chip, a tag written as `(label, tone)`, a date, or text."""
    if isinstance(value, ClockChip):
        return render("clock_chip", chip=value, symbol=CLOCK_SYMBOLS[value.tone])
    if isinstance(value, tuple):
        return render("tag", label=value[0], tone=value[1])
    return formats.day(value) if isinstance(value, date) else conditional_escape(str(value))


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(fields: Sequence[Field], clear_url: str = "") -> dict[str, object]:
    """Render filters as a form that gives an address."""
    return {"fields": fields, "clear_url": clear_url}


@register.inclusion_tag("components/pagination.html")
def pagination(previous_url: str = "", next_url: str = "", shown: str = "") -> dict[str, str]:
    """Link to the rows before and after."""
    return {"previous_url": previous_url, "next_url": next_url, "shown": shown}


@register.inclusion_tag("components/tabs.html")
def tabs(links: Sequence[Link], label: str) -> dict[str, object]:
    """Link the views of one thing."""
    return {"links": links, "label": label}


@register.simple_tag
def empty_state(
    title: str, text: str = "", url: str = "", action: str = "", symbol: str = "inbox"
) -> SafeString:
    """Say that nothing is here, why, and what to do."""
    return render("empty_state", title=title, text=text, url=url, action=action, symbol=symbol)


@register.inclusion_tag("components/progress.html")
def progress(
    label: str, done: int = 0, total: int = 0, refresh_url: str = "", live: str = ""
) -> dict[str, object]:
    """Show that something is being made; `live` is the event that renews it, where live updates run."""
    return {"label": label, "done": done, "total": total, "refresh_url": refresh_url, "live": live}


@register.inclusion_tag("components/reading.html")
def reading(row: Reading) -> dict[str, object]:
    """Show a figure with its unit, age and source."""
    return {"reading": row}


@register.inclusion_tag("components/qr_block.html")
def qr_block(image_url: str, code: str, url: str = "", text: str = "") -> dict[str, str]:
    """Show an address to scan or to type."""
    return {"image_url": image_url, "code": code, "url": url, "text": text}


@register.inclusion_tag("components/stored_file.html")
def stored_file(row: StoredFile) -> dict[str, object]:
    """Show a file that has been received."""
    return {"file": row}


@register.inclusion_tag("components/form_attributes.html")
def form_attributes(*, autosave: bool = False, progress: bool = False) -> dict[str, bool]:
    """Render attributes of a <form> that is saved while written, or shows how far its files are sent."""
    return {"autosave": autosave, "progress": progress}


@register.inclusion_tag("components/draft_saved.html")
def draft_saved(at: datetime | None = None) -> dict[str, object]:
    """Say when the draft was last saved."""
    return {"at": at}


@register.filter
def choice_id(key: str, number: int) -> str:
    """Return the id of choice `number` from 1; the first bears the field's own, for error summaries."""
    return key if number == 1 else f"{key}-{number}"


@register.filter
def cells(row: Row, columns: Sequence[Column]) -> list[tuple[Column, object]]:
    """Return the cells of `row` beside their columns."""
    return list(zip(columns, row.cells, strict=True))


for _format in (formats.day, formats.weekday, formats.moment, formats.size, formats.file_kinds):
    register.filter(_format.__name__, _format)


def _key(kind: str, text: str) -> str:
    """Return an id that the same text always has, so that two renderings of a page are equal."""
    return f"{kind}-{crc32(text.encode()):x}"
