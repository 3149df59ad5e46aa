"""
Reads every file that a row names, to its last byte: `python -m tests.integration.faults.reading`.

It decrypts each one, compares each paper with the digest that was signed, and prints the SHA-256 of each
upload by the id of its dossier as one line of JSON. What is missing or cut short ends it.
"""

import json
from hashlib import sha256
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402 - needs Django, as all below

from dothi.dossiers.answers import read_answers  # noqa: E402
from dothi.dossiers.models import Dossier  # noqa: E402
from dothi.foundation.files.queries import read  # noqa: E402
from dothi.foundation.files.types import FileId  # noqa: E402
from dothi.foundation.papers.models import Paper  # noqa: E402

UPLOAD = "authorization_file"


def digest_of(file_id: UUID) -> bytes:
    """Return the SHA-256 of a file in the clear. Raises FileDamaged, NoSuchFile."""
    digest = sha256()
    for piece in read(FileId(file_id)):
        digest.update(piece)
    return digest.digest()


def main() -> None:
    """Read everything and tell the uploads."""
    with connection.cursor() as cursor:
        cursor.execute("select id from files_file order by id")
        digests = {row[0]: digest_of(row[0]) for row in cursor.fetchall()}
    for paper in Paper.objects.order_by("ordered_at", "id"):
        assert paper.file_id is not None, f"{paper} is {paper.status}: {paper.failure}"
        assert digests[paper.file_id] == bytes(paper.sha256 or b""), f"{paper} is not what was signed"
    uploads = {}
    for dossier in Dossier.objects.order_by("id"):
        answer = read_answers(dossier).get(UPLOAD)
        assert isinstance(answer, dict), f"{dossier.id} has no upload"
        uploads[str(dossier.id)] = digests[UUID(str(answer["file"]))].hex()
    print(json.dumps(uploads))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
