"""Reads of persons, sessions and factors. Whoever reads another's data says why, and it is recorded."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings

from dothi.foundation.identity.authority import Actor
from dothi.foundation.identity.models import Account, Factor, Person, Residence, SignIn
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.identity.types import FactorRow, Method, Profile, SignInRow
from dothi.foundation.keys.actions import blind, unseal
from dothi.foundation.keys.errors import SubjectErased
from dothi.foundation.ledger.actions import record_read
from dothi.foundation.statements import ask_one, columns, made, read
from dothi.kernel.ids import urn

CONTEXT = "identity.person.profile"
NUMBER_INDEX = "identity.person.number"
WARD_INDEX = "identity.residence.ward"
LONGEST_SESSION = timedelta(hours=12)
MOST = 100


def own_profile(actor: Actor) -> Profile | None:
    """Return what is known of the actor; None for the anonymous and the erased. Two SQL statements."""
    found = read(Person, "where id = %(id)s", {"id": actor.person_id}) if actor.person_id else []
    return unsealed(found[0]) if found else None


def profile_of(
    person_id: UUID, *, reader: Actor, authority: str, purpose: Purpose, at: datetime
) -> Profile | None:
    """
    Return what is known of another person, None when unknown or erased; the read is recorded first.

    `authority` is that of the decision which allowed the act. Four SQL statements.
    """
    return profiles_of([person_id], reader=reader, authority=authority, purpose=purpose, at=at).get(person_id)


def profiles_of(
    person_ids: Collection[UUID], *, reader: Actor, authority: str, purpose: Purpose, at: datetime
) -> dict[UUID, Profile]:
    """
    Return what is known of these persons, at most 1,000; one record of the read names them all.

    The unknown and the erased are left out. Three SQL statements, and one a key that is not at hand.
    """
    if not person_ids:
        return {}
    record_read(
        actor=reader.ref, authority=authority, subjects=list(person_ids), purpose=purpose.slug,
        basis=purpose.basis, at=at, act="identity.profile.read",
        object=urn(settings.NODE, "persons", "profiles"),
    )  # fmt: skip
    found = Person.objects.filter(id__in=person_ids).order_by("id")
    profiles = {person.id: unsealed(person) for person in found}
    return {person_id: profile for person_id, profile in profiles.items() if profile is not None}


def residents_of(
    ward_code: str,
    *,
    after: UUID | None,
    limit: int,
    reader: Actor,
    authority: str,
    purpose: Purpose,
    at: datetime,
) -> list[UUID]:
    """
    Return ids of people who live in a ward as their profile says, by id, `after` excluded; at most `limit`.

    The read is recorded first, 1,000 people at most an entry. Two SQL statements.
    """
    living = Residence.objects.filter(ward_index=blind(ward_code, WARD_INDEX)).order_by("person_id")
    found = list(
        (living.filter(person_id__gt=after) if after else living).values_list("person_id", flat=True)[:limit]
    )
    if found:
        record_read(
            actor=reader.ref, authority=authority, subjects=found, purpose=purpose.slug, basis=purpose.basis,
            at=at, act="identity.residence.read", object=urn(settings.NODE, "ward", ward_code),
        )  # fmt: skip
    return found


def unsealed(person: Person) -> Profile | None:
    """Return the profile of a row; None when nothing was told yet or it was erased."""
    if not person.profile_sealed:
        return None
    try:
        kept: dict[str, Any] = json.loads(unseal(person.id, bytes(person.profile_sealed), CONTEXT))
    except SubjectErased:
        return None
    return Profile.from_dict(kept)


def open_sign_in(sign_in_id: UUID, at: datetime) -> SignIn | None:
    """Return a session that still holds, with its account and person; one SQL statement."""
    row = ask_one(_open_sign_in(), {"id": sign_in_id, "since": at - LONGEST_SESSION})
    if row is None:
        return None
    sizes = [len(model._meta.concrete_fields) for model in (SignIn, Account)]
    account_from, person_from = sizes[0], sum(sizes)
    sign_in = made(SignIn, [row[:account_from]])[0]
    sign_in.account = made(Account, [row[account_from:person_from]])[0]
    sign_in.account.person = made(Person, [row[person_from:]])[0]
    return sign_in


@cache
def _open_sign_in() -> str:
    chosen = (columns(SignIn, "held"), columns(Account, "account"), columns(Person, "person"))
    return f"""
        select {", ".join(chosen)} from identity_signin held
        join identity_account account on account.id = held.account_id
        join identity_person person on person.id = account.person_id
        where held.id = %(id)s and held.ended_at is null and held.at > %(since)s and account.is_active
    """  # noqa: S608 - names of models


def sign_ins_of(account_id: UUID, *, current: UUID | None, at: datetime) -> list[SignInRow]:
    """Return the open sessions of an account, newest first, at most 100; one SQL statement."""
    rows = SignIn.objects.filter(account_id=account_id, ended_at=None, at__gt=at - LONGEST_SESSION)
    return [
        SignInRow(row.id, Method(row.method), row.at, row.device, row.id == current)
        for row in rows.order_by("-at", "-id")[:MOST]
    ]


def factors_of(account_id: UUID) -> list[FactorRow]:
    """Return the second factors of an account, oldest first; one SQL statement."""
    rows = Factor.objects.filter(account_id=account_id).order_by("created_at", "id")
    return [FactorRow(row.id, row.kind, row.name, row.created_at, row.used_at) for row in rows]


def official_account(username: str) -> Account | None:
    """Return the active official account of a name, or None; one SQL statement."""
    return Account.objects.filter(username=username, kind=Account.Kind.OFFICIAL, is_active=True).first()
