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
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dothi.web.components import assets
from dothi.web.components.rows import Fault, Field, Link, Provenance

register = template.Library()

WEEKDAYS: Final = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip


@register.simple_tag
def field(row: Field) -> SafeString:
    """Render one question."""
    return SafeString(render_to_string(f"components/{row.kind}.html", {"field": row}))


def _question(kind: str) -> None:
    def render(**facts: Any) -> SafeString:
        return field(Field(kind=kind, **facts))

    register.simple_tag(render, name=kind)


for _kind in (
    "text_input", "textarea", "date_input", "radios", "checkboxes", "select", "ward_picker", "file_upload",
):  # fmt: skip
    _question(_kind)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw the Lucide icon `name` in the color of the text; `label` is read out, none is decoration."""
    return SafeString(
        render_to_string(
            "components/icon.html",
            {"drawing": mark_safe(assets.icons()[name]), "label": label},  # noqa: S308 - our own build
        )
    )


@register.simple_tag
def assets_of(entry: str) -> SafeString:
    """Link fonts, style sheet and module of `entry`, `resident` or `desk`."""
    found = {
        "fonts": assets.fonts(),
        "styles": assets.styles(entry),
        "scripts": assets.scripts(entry),
    }
    return SafeString(render_to_string("components/assets.html", found))


@register.inclusion_tag("components/sign.html")
def sign() -> dict[str, str]:
    """Draw the city's sign in the color of the text."""
    return {}


@register.simple_tag
def sign_file(kind: str) -> str:
    """Return the address of the sign as a file, `svg` or `png`."""
    return static(f"dist/sign.{kind}")


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


SYMBOLS = {"success": "circle-check", "warning": "triangle-alert", "error": "octagon-alert"}


@register.inclusion_tag("components/notification.html")
def notification(title: str, text: str = "", tone: str = "info") -> dict[str, str]:
    """Render a banner; `tone` is success, info, warning or error."""
    tone = tone if tone in SYMBOLS else "info"
    key = f"notification-{crc32(f'{title}{text}'.encode()):x}"
    return {"title": title, "text": text, "tone": tone, "symbol": SYMBOLS.get(tone, "info"), "key": key}


@register.filter
def choice_id(key: str, number: int) -> str:
    """Return the id of choice `number` from 1; the first bears the field's own, for error summaries."""
    return key if number == 1 else f"{key}-{number}"


@register.filter
def file_kinds(accept: str) -> str:
    """Return ".pdf,.jpg" as "PDF, JPG"."""
    return ", ".join(kind.strip().lstrip(".").upper() for kind in accept.split(","))


@register.filter
def day(value: date | None) -> str:
    """Return a local date as 24/11/2026."""
    return f"{_local_date(value):%d/%m/%Y}" if value else ""


@register.filter
def weekday(value: date | None) -> str:
    """Return a deadline with its weekday: "Thứ Ba, 24/11/2026"."""
    return f"{WEEKDAYS[_local_date(value).weekday()]}, {day(value)}" if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Return an instant in the node's zone: "09:30, 24/11/2026"."""
    return f"{localtime(value):%H:%M, %d/%m/%Y}" if value else ""


def _local_date(value: date) -> date:
    return localtime(value).date() if isinstance(value, datetime) else value
