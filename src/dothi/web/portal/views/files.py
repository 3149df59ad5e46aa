"""What a resident may take along: papers, their proofs, and the files that were sent."""

import io
import zipfile
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dothi.dossiers.queries import open_dossier
from dothi.foundation.clock import now
from dothi.foundation.files.queries import describe, read
from dothi.foundation.files.types import FileId
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.papers.checking import check
from dothi.foundation.papers.queries import content
from dothi.foundation.papers.types import PaperId
from dothi.kernel.problems import NotFound
from dothi.vault.purposes import OWN_VIEW
from dothi.web.casework.handing import PDF, handed
from dothi.web.casework.purposes import OWN_DOSSIER
from dothi.web.portal.views.vault import person_of


@open_to(Kind.RESIDENT)
@require_safe
def paper(request: HttpRequest, paper_id: UUID) -> StreamingHttpResponse:
    """Download a signed paper of one's own."""
    return handed(_pieces(request, paper_id), PDF, f"{paper_id}")


@open_to(Kind.RESIDENT)
@require_safe
def proof(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Download the proof of a paper by itself: `receipt.tlog-proof` and `receipt.json` in one archive."""
    attached = check(b"".join(_pieces(request, paper_id)), (), now()).attachments
    if not attached:
        raise NotFound
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for one in attached:
            writing.writestr(one.name, one.content)
    headers = {"Content-Disposition": content_disposition_header(True, f"{paper_id}.proof.zip") or ""}
    return HttpResponse(archive.getvalue(), content_type="application/zip", headers=headers)


@open_to(Kind.RESIDENT)
@require_safe
def file(request: HttpRequest, dossier_id: UUID, field_id: str) -> StreamingHttpResponse:
    """Show a file of one's own dossier as it was received."""
    held = open_dossier(dossier_id=dossier_id, actor=actor_of(request), purpose=OWN_DOSSIER, at=now())
    answer = held.answers.get(field_id)
    if not isinstance(answer, dict) or "file" not in answer:
        raise NotFound
    found = describe(FileId(UUID(str(answer["file"]))))
    if found.owner != held.owner_id:
        raise NotFound
    return handed(read(found.id), found.media_type, found.name)


def _pieces(request: HttpRequest, paper_id: UUID) -> Iterator[bytes]:
    return content(
        paper_id=PaperId(paper_id), owner=person_of(request), actor=actor_of(request).ref,
        authority="owner", purpose=OWN_VIEW.slug, basis=OWN_VIEW.basis, at=now(),
    )  # fmt: skip
