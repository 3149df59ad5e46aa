"""Addresses that never change: of pages that stand alone, such as the inbox or the help."""

from functools import cache

from django.urls import reverse


@cache
def address_of(page: str) -> str:
    """Return the path of a page whose address has no parts, by its name, e.g. `portal:inbox`."""
    return reverse(page)
