"""
The ledger as it was signed, for everybody: checkpoint, tiles, entries and the public key.

Paths and caching as C2SP tlog-tiles says: full and partial tiles never change, the checkpoint does.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dothi.foundation.identity.doors import public
from dothi.foundation.ledger.queries import checkpoint as newest_checkpoint
from dothi.foundation.ledger.queries import entries
from dothi.foundation.ledger.queries import tile as tile_of
from dothi.kernel.merkle.tiles import parse_path
from dothi.kernel.problems import NotFound

FOREVER: Final = "public, max-age=31536000, immutable"
TEXT: Final = "text/plain; charset=utf-8"
ENTRIES: Final = "entries/"


@public
@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Return the newest signed checkpoint (C2SP tlog-checkpoint)."""
    note = newest_checkpoint()
    if note is None:
        raise NotFound
    return HttpResponse(note, content_type=TEXT, headers={"Cache-Control": "no-cache"})


@public
@require_safe
def tile(_request: HttpRequest, tile: str) -> HttpResponse:
    """Return a tile of the tree, or a bundle of its entries; a partial one by `.p/<W>`."""
    of_entries = tile.startswith(ENTRIES)
    try:
        wanted = parse_path(f"tile/0/{tile.removeprefix(ENTRIES)}" if of_entries else f"tile/{tile}")
    except ValueError as malformed:
        raise NotFound from malformed
    if of_entries:
        body = entries(wanted.index, wanted.width)
    else:
        body = tile_of(wanted.level, wanted.index, wanted.width)
    return HttpResponse(body, content_type="application/octet-stream", headers={"Cache-Control": FOREVER})


@public
@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """Return the public key by which checkpoints and receipts are checked offline (C2SP signed-note)."""
    if not settings.LEDGER_PUBLIC_KEY:
        raise NotFound
    return HttpResponse(f"{settings.LEDGER_PUBLIC_KEY}\n", content_type=TEXT)


@public
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Say what search engines may keep: services and help, no page of any dossier."""
    closed = (
        "/dossiers/",
        "/track/",
        "/inbox/",
        "/vault/",
        "/papers/",
        "/reads/",
        "/account/",
        "/desk/",
        "/qr/",
    )
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)
