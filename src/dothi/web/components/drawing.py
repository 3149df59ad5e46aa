"""Drawing: a component's template filled in, and what our own build made: icons, sign, styles, modules."""

from functools import cache, lru_cache

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from dothi.web.components import assets


def render(name: str, **facts: object) -> SafeString:
    """Return the component `name` filled with `facts`."""
    return SafeString(render_to_string(f"components/{name}.html", facts))


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """Draw the Lucide icon `name` in the color of the text; `label` is read out, none is decoration."""
    drawing = mark_safe(assets.icons()[name])  # noqa: S308 - made by our own build
    return render("icon", drawing=drawing, label=label)


@cache
def assets_of(entry: str) -> SafeString:
    """Link fonts, style sheet and module of `entry`, `resident` or `desk`."""
    return render(
        "assets", fonts=assets.fonts(), styles=assets.styles(entry), scripts=assets.scripts(entry)
    )  # fmt: skip


@cache
def sign() -> SafeString:
    """Draw the city's sign in the color of the text."""
    return render("sign")


def sign_file(kind: str) -> str:
    """Return the address of the sign as a file, `svg` or `png`."""
    return static(f"dist/sign.{kind}")
