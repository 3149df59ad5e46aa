"""What became of the notifications of each subscription (5.2.14.2), until it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dothi.context.subscriptions.subscription import Key


@dataclass
class Count:
    """What happened since it was last written down."""

    sent: int = 0
    failed: int = 0
    last_notification: datetime | None = None
    last_success: datetime | None = None
    last_failure: datetime | None = None


@dataclass
class Tally:
    """Counts by subscription."""

    _counts: dict[Key, Count] = field(default_factory=dict)

    def sent(self, key: Key, at: datetime, *, again: bool = False) -> None:
        """Count a notification that is on its way, unless it is the one that was lost before."""
        count = self._counts.setdefault(key, Count())
        count.sent += not again
        count.last_notification = at

    def ended(self, key: Key, at: datetime, *, well: bool, again: bool = False) -> None:
        """Count what became of it; one that is lost again is still one."""
        count = self._counts.setdefault(key, Count())
        if well:
            count.last_success = at
        else:
            count.last_failure = at
            count.failed += not again

    def taken(self) -> list[Mapping[str, Any]]:
        """Return what happened since the last time, as rows for the store."""
        counts, self._counts = self._counts, {}
        return [{"tenant": tenant, "id": name, **vars(count)} for (tenant, name), count in counts.items()]
