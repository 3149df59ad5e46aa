"""The envelope of a published event: a row of the outbox as a CloudEvent 1.0 in structured JSON."""

import json
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from dothi.foundation.ledger.leaf import instant


class Row(NamedTuple):
    """One row of the outbox."""

    seq: int
    id: UUID
    type: str
    subject: str
    occurred_at: datetime
    data: str


def cloud_event(row: Row, source: str) -> bytes:
    """Return the CloudEvent of a row in structured JSON."""
    data = json.loads(row.data)
    event = {
        "specversion": "1.0", "id": str(row.id), "source": source, "type": row.type,
        "subject": row.subject, "time": instant(row.occurred_at),
        "datacontenttype": "application/json", "data": data,
    }  # fmt: skip
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
