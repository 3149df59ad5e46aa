"""Where a thing is shown: tasks and notices name it by its urn, and only pages know their addresses."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from dothi.kernel.ids import name_in

OFFICIALS = {
    "dossier": "desk:dossier", "incident": "center:incident", "assignment": "desk:assignment",
    "alert": "center:alert", "alert-rule": "center:rule-version",
}  # fmt: skip
"""The page that shows a thing of each kind to who works on it."""
OWNERS = {"dossier": "portal:dossier", "warning": "portal:warning"}
"""The page that shows a thing of each kind to whom it belongs."""


def address(about: str, pages: Mapping[str, str]) -> str:
    """Return the path of the page that shows a thing of this node; empty when there is none."""
    name = name_in(about)
    if name is None or name.node != settings.NODE or name.kind not in pages:
        return ""
    try:
        return reverse(pages[name.kind], args=[name.key])
    except NoReverseMatch:  # a key that is none
        return ""
