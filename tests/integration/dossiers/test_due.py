"""Figures of dossiers at any past moment, as it was and as it was known, against what is reckoned by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from dothi.config.supervisor import postgres
from dothi.dossiers.actions import apply, process, receive
from dothi.dossiers.queues import due_by_unit, due_in_city
from dothi.dossiers.types import Fault, Outcome
from dothi.foundation.clock import civil_date
from dothi.kernel.ids import DossierId
from tests.support.city import AT
from tests.support.dossiers import CHECKED, call, drafted

DAY = 24 * 60
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Act:
    """What one act left behind: its instant, the deadline from then on, whether that was the end."""

    key: UUID
    at: datetime
    due_at: datetime | None
    ended: bool
    recorded_at: datetime


class History:
    """The acts on each dossier as they are done, and when the node learned of each."""

    def __init__(self) -> None:
        self.acts: dict[DossierId, list[Act]] = {}

    def submitted(self, minutes: int = 1) -> DossierId:
        """File a dossier."""
        dossier_id = drafted()
        self.did(dossier_id, minutes, apply.submit(call(dossier_id, "an", minutes)))
        return dossier_id

    def filed(self, minutes: int = 1) -> DossierId:
        """File and accept a dossier."""
        dossier_id = self.submitted(minutes)
        accepted = receive.accept(call(dossier_id, "ha", minutes + 1, confirmed=CHECKED))
        self.did(dossier_id, minutes + 1, accepted)
        return dossier_id

    def did(
        self, dossier_id: DossierId, minutes: int, done: Outcome, *, late: timedelta = timedelta(),
        ended: bool = False,
    ) -> None:  # fmt: skip
        """Note an act; the node learned of it so much `late`."""
        at = AT + timedelta(minutes=minutes)
        self.acts.setdefault(dossier_id, []).append(Act(done.entry_id, at, done.due_at, ended, at + late))

    def reckoned(self, at: datetime, known_at: datetime | None) -> tuple[int, int]:
        """Return how many were due on the day of `at`, and how many were late."""
        due = list(self._due(at, known_at))
        return sum(civil_date(one) == civil_date(at) for one in due), sum(one < at for one in due)

    def _due(self, at: datetime, known_at: datetime | None) -> Iterable[datetime]:
        for acts in self.acts.values():
            told = [one for one in acts if one.at <= at and (known_at is None or one.recorded_at <= known_at)]
            if told and not told[-1].ended and told[-1].due_at is not None:
                yield told[-1].due_at

    def recorded(self) -> Mapping[UUID, datetime]:
        """Return when the node learned of each act."""
        return {one.key: one.recorded_at for acts in self.acts.values() for one in acts}


def _filed() -> History:
    found = History()
    found.filed()  # due on Monday 24 August at 17:00, and never done
    supplemented = found.filed()
    found.did(supplemented, 3, receive.claim(call(supplemented, "minh", 3)))
    asked = [Fault("holder_name", "name-differs")]
    found.did(supplemented, 4, receive.request_supplement(call(supplemented, "minh", 4), asked))
    again = apply.supplement(call(supplemented, "an", DAY))  # due on Tuesday 25 August
    found.did(supplemented, DAY, again, late=timedelta(days=2))
    paused = found.filed()
    found.did(paused, 3, receive.claim(call(paused, "minh", 3)))
    stopped = process.pause(call(paused, "minh", 4, ground="verification-by-other-ward"))
    found.did(paused, 4, stopped)
    resumed = process.resume(call(paused, "minh", 2 * DAY))
    found.did(paused, 2 * DAY, resumed, late=timedelta(days=4))
    for minutes, late in ((DAY, timedelta(0)), (4 * DAY + 10 * 60, timedelta(days=1))):
        refused = found.submitted()
        done = receive.refuse(call(refused, "ha", minutes, ground="other-office"))
        found.did(refused, minutes, done, late=late, ended=True)
    found.filed(2 * DAY)
    return found


@pytest.fixture
def history(city: str, cluster: postgres.Cluster) -> History:
    """Six dossiers of a week, of which the node learned some acts days late."""
    found = _filed()
    with psycopg.connect(cluster.dsn(postgres.SUPERUSER, city), autocommit=True) as superuser:
        # What the database wrote down is the time of this test, not that of its story.
        asked = "update dossiers_step set recorded_at = %s where id = %s"
        for key, at in found.recorded().items():
            assert superuser.execute(asked, (at, key)).rowcount == 1
    return found


class TestDueInCity:
    def test_is_what_is_reckoned_by_hand_at_each_hour(self, history: History) -> None:
        seen = set()
        for hours in range(-2, 8 * 24, 2):
            at = AT + hours * HOUR
            for known_at in (None, at, AT + 30 * HOUR):
                right = history.reckoned(at, known_at)
                assert due_in_city(at, known_at) == right, (at, known_at)
                seen.add(right)
        assert len(seen) > 6, "the story has to move the figures"

    def test_counts_from_the_instant_after_the_deadline(self, history: History) -> None:
        due = datetime(2026, 8, 24, 10, 0, tzinfo=UTC)
        assert due_in_city(due - HOUR) == due_in_city(due)
        assert due_in_city(due)[1] == 0
        assert due_in_city(due + timedelta(microseconds=1))[1] >= 1

    def test_says_whose_they_are(self, history: History) -> None:
        at = datetime(2026, 8, 24, 12, 0, tzinfo=UTC)
        (found,) = due_by_unit(at).values()
        assert found == history.reckoned(at, None) != (0, 0)

    def test_shows_as_known_a_dossier_open_whose_end_was_learned_later(self, history: History) -> None:
        ended = AT + timedelta(minutes=4 * DAY + 10 * 60)
        soon = ended + timedelta(minutes=1)
        was, known = due_in_city(soon), due_in_city(soon, soon)
        assert known[1] == was[1] + 1 or known[0] == was[0] + 1
