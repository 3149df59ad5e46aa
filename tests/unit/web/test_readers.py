"""Who read one's data: what differs in nothing but the minute is one line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from dothi.web.casework.readers import Read, folded

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PRINTED = Read(uuid4(), "the system", "a paper was made", "Decree 61/2018/ND-CP", AT, own=False, dossier=None)


class TestFolded:
    def test_puts_a_run_of_the_same_on_one_day_together(self) -> None:
        rows = [replace(PRINTED, at=AT - timedelta(minutes=minutes)) for minutes in range(15)]
        assert folded(rows) == [replace(PRINTED, times=15)]

    def test_keeps_an_official_between_them_and_another_day_apart(self) -> None:
        official = replace(PRINTED, who="an official")
        yesterday = replace(PRINTED, at=AT - timedelta(days=1))
        rows = [PRINTED, official, PRINTED, yesterday]
        assert folded(rows) == rows
