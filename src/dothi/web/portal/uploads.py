"""Uploads of a question page: stored at once, so that no file is lost to a mistake beside it."""

from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from dothi.dossiers.queries import Editing
from dothi.foundation.files.actions import store
from dothi.kernel.problems import Problem
from dothi.procedures.types import Field, FieldProblem, Input, Json, Page


def take(
    request: HttpRequest, held: Editing, page: Page, at: datetime
) -> tuple[dict[str, Json], list[FieldProblem]]:
    """Store what was uploaded for `page`; return the answers, and what could not be taken and why."""
    answers: dict[str, Json] = {}
    refused: list[FieldProblem] = []
    for field in page.fields:
        if field.input is Input.FILE and field.id in request.FILES:
            try:
                answers[field.id] = _stored(request, held, field, at)
            except Problem as problem:
                refused.append(_refused(field, page, problem))
    return answers, refused


def _stored(request: HttpRequest, held: Editing, field: Field, at: datetime) -> Json:
    upload = cast("UploadedFile[bytes]", request.FILES[field.id])
    name = upload.name or ""
    file_id = store(held.owner_id, cast("BinaryIO", upload.file), name, at)
    return {"file": str(file_id), "name": name, "size": upload.size or 0}


def _refused(field: Field, page: Page, problem: Problem) -> FieldProblem:
    return FieldProblem(field.id, page.id, problem.slug, problem.title, problem.way_out, problem.facts)
