"""The only writes of inboxes: `tell` and `mark_read`."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from dothi.foundation import statements
from dothi.foundation.keys.actions import seal
from dothi.foundation.notices.models import Notice
from dothi.foundation.notices.types import Fact, NoticeKind
from dothi.kernel.ids import new_id

_TELL = (Path(__file__).parent / "sql" / "tell.sql").read_text()
CONTEXT = "notices.notice"


def tell(
    *, person_id: UUID, kind: NoticeKind, facts: Mapping[str, Fact], about: str, key: str, at: datetime
) -> None:
    """
    Put a notice into the inbox of `person_id`, in the caller's transaction.

    `about` is the urn of the thing; `key` names the occasion, e.g. `dossier:0192…:accepted`: telling it
    again changes nothing. Raises SubjectErased.
    """
    said = json.dumps({"title": kind.title, "text": kind.text, "facts": dict(facts)}, ensure_ascii=False)
    row: dict[str, Any] = {
        "id": new_id(), "person_id": person_id, "key": key, "kind": kind.slug, "about": about, "at": at,
        "sealed": seal(person_id, said.encode(), CONTEXT),
    }  # fmt: skip
    statements.write(_TELL, row)


def mark_read(*, person_id: UUID, notice_id: UUID, at: datetime) -> bool:
    """Mark one notice of this person as read; tell whether it was unread until now."""
    unread = Notice.objects.filter(id=notice_id, person_id=person_id, read_at=None)
    return unread.update(read_at=at) == 1
