"""People who sign in, for tests: residents through the real demo provider, officials with a post."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from dothi.foundation.bitemporal import facts
from dothi.foundation.clock import now
from dothi.foundation.identity.actions import sign_ins
from dothi.foundation.identity.actions.factors import add_factor
from dothi.foundation.identity.actions.persons import enroll_official, recognize
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.identity.models import Account, Factor, Person
from dothi.foundation.identity.rules import code_of, step_of
from dothi.foundation.identity.types import Claims, Method, Profile
from dothi.kernel.ids import new_id
from dothi.registers.agencies.founding import center_unit_id, founding_units
from dothi.registers.agencies.models import Post, PostHolding, Unit

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "đúng ngựa pin ghim"
AN = Profile(
    "Nguyễn Thị An", "001300004873", "female", "2000-03-14", "Kinh", "Việt Nam", "00070", "12 phố Hàng Trống"
)  # fmt: skip
BINH = Profile("Trần Văn Bình", "001098000894", "male", "1998-11-02")


@dataclass(frozen=True)
class Given:
    """The unit and the post that an official was given."""

    unit_id: UUID
    post_id: UUID


def resident(profile: Profile = AN, level: int = 2) -> Account:
    """Return the account of a resident as VNeID would vouch for them."""
    return recognize(claims=Claims(profile, level, ""), at=now())


def official(username: str = "minh.hoankiem", name: str = "Đỗ Quang Minh") -> Account:
    """Return an official's account with PASSWORD and the TOTP secret SECRET, without a post."""
    account = enroll_official(
        username=username, profile=Profile(name), password=PASSWORD, actor=SYSTEM, at=now()
    )
    if not account.factors.exists():
        totp, secret = Factor.Kind.TOTP, SECRET.encode()
        add_factor(account=account, kind=totp, name="TOTP", secret=secret, actor=SYSTEM, at=now())
    return account


def give_post(
    account: Account, duties: Sequence[str], unit: UUID | None = None, ward: str = "00070"
) -> Given:
    """Let `account` hold a new post with `duties`, in `unit` or in a new ward."""
    always = DateRange(date(2025, 7, 1), None)
    given = Given(unit or new_id(), new_id())
    its_ward = Unit(
        key=given.unit_id, valid=always, kind="ward", code=f"H26.{ward}.1", name_vi=f"Phường {ward}",
        name_en=f"Ward {ward}", area_code=ward, sort_key=ward, verified=False,
    )  # fmt: skip
    post = Post(
        key=given.post_id, valid=always, unit_id=given.unit_id, title_vi="Công chức", title_en="Officer",
        duties=list(duties),
    )  # fmt: skip
    held = PostHolding(key=new_id(), valid=always, person_id=account.person_id, post_id=given.post_id)
    facts.record([facts.believe(fact) for fact in ([] if unit else [its_ward]) + [post, held]], at=now())
    return given


def found_center() -> UUID:
    """Enter the city's committee and its operations center, without wards; return the center's id."""
    facts.record([facts.believe(unit) for unit in founding_units(settings.NODE, [])], at=now())
    return center_unit_id(settings.NODE)


def code_now() -> str:
    """Return the code that the authenticator application shows now."""
    return code_of(SECRET, step_of(time.time()))


def sign_in(client: Client, account: Account, level: int = 2) -> Client:
    """Give the browser `client` an open session of `account`, as its sign-in page would."""
    official_ = account.kind == Account.Kind.OFFICIAL
    method = Method.TOTP if official_ else Method.VNEID
    begun = sign_ins.begin(account=account, method=method, assurance=level, device="test", at=now())
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["sign_in"] = str(begun.id)
    session.save()
    return client


def signed_in(client: Client, username: str, duties: Sequence[str], unit: UUID) -> Client:
    """
    Give the browser `client` the session of an official with a post of `unit`.

    The account has no password: hashing one takes longer than most tests.
    """
    person = Person.objects.create(source="test", verified_at=now())
    account = Account(username=username, kind=Account.Kind.OFFICIAL, person=person, created_at=now())
    account.set_unusable_password()
    account.save()
    give_post(account, duties, unit)
    return sign_in(client, account)
