"""A whole demo city for tests, loaded once a run and copied in a moment."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from dothi.config.demo.people import officials, residents
from dothi.foundation.identity.actions.persons import recognize
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.models import Account
from dothi.foundation.identity.types import Claims, Profile
from dothi.procedures.types import Json
from dothi.registers.agencies.queries import holdings_of

AT = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
"""Nine in the morning of Thursday 20 August 2026 in Hanoi."""


def resident(key: str, at: datetime = AT) -> Actor:
    """Return a resident of the demo city as the provider vouches for one."""
    found = next(one for one in residents() if one.key == key)
    profile = Profile(
        found.name, found.personal_number, found.sex, str(found.born_on), found.ethnicity,
        found.nationality, found.ward, found.address,
    )  # fmt: skip
    account = recognize(claims=Claims(profile, found.assurance, ""), at=at)
    return Actor(Kind.RESIDENT, account.person_id, account.id, found.assurance)


def profile_of(key: str) -> Profile:
    """Return what the provider tells of a resident."""
    found = next(one for one in residents() if one.key == key)
    return Profile(
        found.name, found.personal_number, found.sex, str(found.born_on), found.ethnicity,
        found.nationality, found.ward, found.address,
    )  # fmt: skip


def official(key: str, at: datetime = AT) -> Actor:
    """Return an official of the demo city with the posts held at `at`."""
    found = next(one for one in officials() if one.key == key)
    account = Account.objects.get(username=found.username)
    return Actor(Kind.OFFICIAL, account.person_id, account.id, 2, holdings_of(account.person_id, at))


def person_id(actor: Actor) -> UUID:
    """Return the person behind an actor who has signed in."""
    assert actor.person_id is not None
    return actor.person_id


MARITAL_STATUS = "1.004873"
MARRIAGE = "1.000894"

ANSWERS: Mapping[str, Json] = {
    "filing_for": "self",
    "purpose": "marriage",
    "lived_elsewhere": False,
    "marital_status": "never-married",
    "partner_name": "Trần Văn Bình",
    "partner_birth_date": "1998-11-02",
    "partner_sex": "male",
    "partner_nationality": "Việt Nam",
    "partner_personal_number": "001098000894",
    "marriage_office": "Ủy ban nhân dân phường Hoàn Kiếm",
    "issued_before": "never",
    "waiver": "none",
    "truthful": True,
}
"""What An answers for her certificate, beside what her profile fills in."""

PAPER_ANSWERS: Mapping[str, Json] = {
    **ANSWERS,
    "holder_name": "Nguyễn Thị An", "holder_birth_date": "2000-03-14", "holder_sex": "female",
    "holder_personal_number": "001300004873", "holder_ethnicity": "Kinh", "holder_nationality": "Việt Nam",
    "holder_residence": {"ward": "00070", "line": "12 phố Hàng Trống"}, "residence_kind": "permanent",
}  # fmt: skip
"""The same on paper, where no profile fills anything in."""

ON = date(2026, 8, 20)
