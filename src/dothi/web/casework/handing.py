"""How a file is handed to a browser: what somebody has sent can do nothing there."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

PDF: Final = "application/pdf"
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    PDF: (".pdf",), "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/heic": (".heic", ".heif"),
}  # fmt: skip
"""How the name of a file ends, by what its first bytes are and not by what its sender called it."""
SHOWN: Final = frozenset({"image/jpeg", "image/png"})
"""Pictures that every browser draws; another one is saved to be looked at elsewhere."""
CLOSED: Final = "default-src 'none'; frame-ancestors 'none'"


def handed(
    pieces: Iterable[bytes], media_type: str, name: str, *, inline: frozenset[str] = SHOWN
) -> StreamingHttpResponse:
    """
    Hand out a file under `name`; what is not of a kind in `inline` is saved.

    A PDF that is shown has no sandbox: Chromium's viewer is a page of its own, under no policy of the
    file, a sandbox included (measured with 156), and elsewhere a sandbox can leave the page empty.
    """
    saved, named = media_type not in inline, _safe(name, media_type)
    headers = {
        "Content-Disposition": content_disposition_header(saved, named) or "",
        "Content-Security-Policy": f"sandbox; {CLOSED}" if saved or media_type != PDF else CLOSED,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return StreamingHttpResponse(pieces, content_type=media_type, headers=headers)


def _safe(name: str, media_type: str) -> str:
    """Return `name` without folders and without what is not printed, with an ending of its kind."""
    plain = "".join(letter for letter in name if letter.isprintable()).replace("\\", "/")
    last, endings = PurePath(plain).name, ENDINGS[media_type]
    return last if last.lower().endswith(endings) else f"{last or 'file'}{endings[0]}"
