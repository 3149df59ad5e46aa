"""Reads of one's own inbox."""

import json
from typing import Any
from uuid import UUID

from dothi.foundation.keys.actions import unseal
from dothi.foundation.keys.errors import SubjectErased
from dothi.foundation.notices.actions import CONTEXT
from dothi.foundation.notices.models import Notice
from dothi.foundation.notices.types import NoticeRow
from dothi.foundation.statements import ask_one
from dothi.kernel.problems import NotFound

MOST = 100
_UNREAD = """
select count(*) from (
    select from notices_notice where person_id = %(person)s and read_at is null limit %(most)s
) unread
"""


def inbox(person_id: UUID, *, limit: int = 20, before: UUID | None = None) -> list[NoticeRow]:
    """
    Return the person's notices, newest first, at most `limit` (100).

    `before` is the id of the last row already shown. Two SQL statements, one more with `before`.
    """
    rows = Notice.objects.filter(person_id=person_id).order_by("-at", "-id")
    if before is not None:
        rows = _older(rows, person_id, before)
    return [_row(notice) for notice in rows[: min(limit, MOST)]]


def notice(person_id: UUID, notice_id: UUID) -> NoticeRow:
    """Return one notice of this person; two SQL statements. Raises NotFound."""
    found = Notice.objects.filter(id=notice_id).first()
    if found is None or found.person_id != person_id:
        raise NotFound(anothers=found is not None)
    return _row(found)


def unread_count(person_id: UUID, *, most: int = 99) -> int:
    """Return how many notices are unread, at most `most`; one SQL statement."""
    found = ask_one(_UNREAD, {"person": person_id, "most": most})
    return int(found[0]) if found else 0


def _older(rows: Any, person_id: UUID, before: UUID) -> Any:
    last = Notice.objects.filter(person_id=person_id, id=before).first()
    if last is None:
        return rows.none()
    return rows.filter(at__lte=last.at).exclude(at=last.at, id__gte=last.id)


def _row(found: Notice) -> NoticeRow:
    said = _said(found)
    return NoticeRow(
        found.id, found.kind, said["title"], said["text"], said["facts"], found.about, found.at, found.read_at
    )


def _said(found: Notice) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(unseal(found.person_id, bytes(found.sealed), CONTEXT))
    except SubjectErased:
        return {"title": "", "text": "", "facts": {}}
    return said
