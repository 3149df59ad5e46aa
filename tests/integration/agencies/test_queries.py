"""Who holds which duty where, and which desk answers for a ward, on a day."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.foundation.bitemporal.facts import believe, record
from dothi.foundation.identity.authority import Duty
from dothi.kernel.ids import new_id
from dothi.registers.agencies.errors import DeskUnknown
from dothi.registers.agencies.models import Post, PostHolding, Unit
from dothi.registers.agencies.queries import desk_of, holdings_of

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FROM = date(2025, 7, 1)
CITY, WARD, DESK, SIGNER, CLERK = (new_id() for _ in range(5))
SON, HA = new_id(), new_id()


@pytest.fixture
def ward(db: None) -> None:
    always = DateRange(FROM, None)
    year = DateRange(date(2026, 1, 1), date(2027, 1, 1))

    def unit(key: UUID, kind: str, parent: UUID | None, area: str | None) -> Unit:
        return Unit(key=key, valid=always, kind=kind, code="H26", name_vi=kind, name_en=kind,
                    parent_id=parent, area_code=area, sort_key=kind, verified=False)  # fmt: skip

    record(
        [
            believe(unit(CITY, "city", None, None)),
            believe(unit(WARD, "ward", CITY, "00070")),
            believe(unit(DESK, "desk", WARD, "00070")),
            believe(Post(key=SIGNER, valid=always, unit_id=WARD, title_vi="", title_en="", duties=["sign"])),
            believe(
                Post(key=CLERK, valid=always, unit_id=DESK, title_vi="", title_en="", duties=["receive"])
            ),
            believe(PostHolding(key=new_id(), valid=year, person_id=SON, post_id=SIGNER)),
            believe(PostHolding(key=new_id(), valid=year, person_id=HA, post_id=CLERK)),
        ],
        at=AT,
    )


@pytest.mark.usefixtures("ward")
class TestHoldingsOf:
    def test_lets_a_post_of_the_ward_reach_its_desk(self) -> None:
        held = holdings_of(SON, AT)
        assert [(one.unit_id, one.duty, one.territory) for one in held] == [
            (DESK, Duty.SIGN, frozenset(["00070"])),
            (WARD, Duty.SIGN, frozenset(["00070"])),
        ]

    def test_does_not_let_a_post_of_the_desk_reach_the_ward(self) -> None:
        assert [one.unit_id for one in holdings_of(HA, AT)] == [DESK]

    def test_ends_with_the_holding(self) -> None:
        (held, _) = holdings_of(SON, AT)
        assert (held.valid_from, held.valid_to) == (date(2026, 1, 1), date(2027, 1, 1))
        assert holdings_of(SON, datetime(2026, 12, 31, 16, 59, tzinfo=UTC))
        assert not holdings_of(SON, datetime(2026, 12, 31, 17, 0, tzinfo=UTC))

    def test_gives_a_stranger_nothing(self) -> None:
        assert holdings_of(new_id(), AT) == ()


@pytest.mark.usefixtures("ward")
class TestDeskOf:
    def test_finds_the_desk_of_the_day(self) -> None:
        assert desk_of("00070", FROM).id == DESK

    def test_refuses_a_day_before_the_desk(self) -> None:
        with pytest.raises(DeskUnknown):
            desk_of("00070", date(2025, 6, 30))
