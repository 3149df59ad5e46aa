"""Who a person is, as an authority of record said, and the accounts they sign in with."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dothi.foundation.identity.authority import Actor
from dothi.foundation.identity.models import Account, Person, Residence
from dothi.foundation.identity.queries import CONTEXT, NUMBER_INDEX, WARD_INDEX, unsealed
from dothi.foundation.identity.types import Claims, Profile
from dothi.foundation.keys.actions import blind, seal
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.types import ActorRef, Entry
from dothi.kernel.ids import new_id, urn

SOURCE = "VNeID"
BASIS = "Decree 224/2026/ND-CP, art. 29(3)"


@transaction.atomic
def recognize(*, claims: Claims, at: datetime) -> Account:
    """
    Return the resident account of the person whom VNeID vouched for, made at their first sign-in.

    The profile is refreshed each time; the ledger says which fields changed, never their values.
    Raises SubjectErased.
    """
    person = _person_of(claims.profile.personal_number, at)
    told_before = unsealed(person)
    changed = claims.profile.differs_in(told_before or Profile(""))
    if changed or person.assurance != claims.assurance:
        person.profile_sealed = _sealed(person.id, claims.profile)
        _record_told(person.id, changed, claims.assurance, new=told_before is None, at=at)
    person.assurance, person.source, person.verified_at = claims.assurance, SOURCE, at
    person.save()
    _keep_residence(person.id, claims.profile.ward)
    return _account(person, Account.Kind.RESIDENT, f"resident:{person.id}", at)


@transaction.atomic
def enroll_official(*, username: str, profile: Profile, password: str, actor: Actor, at: datetime) -> Account:
    """
    Return the official's account, made if `username` is new; its password is set only then.

    Somebody with a personal number keeps one person for both accounts, and one account as official:
    enrolled under another name, it is the account they have. A second factor is added apart, and until
    then nobody signs in. The caller decides who may enroll.
    """
    known = Account.objects.filter(username=username).first()
    if known is not None:
        return known
    person = _person_of(profile.personal_number, at) if profile.personal_number else _nobody_yet(at)
    if not person.profile_sealed:
        person.profile_sealed = _sealed(person.id, profile)
        person.save()
    account = _account(person, Account.Kind.OFFICIAL, username, at)
    if account.username == username:
        account.set_password(password)
        account.save()
        _record_enrolled(account, actor, at)
    return account


def _person_of(number: str, at: datetime) -> Person:
    """Return the locked row of a number; of two sign-ins at once, the second waits."""
    index = blind(number, NUMBER_INDEX)
    new = Person(number_index=index, source=SOURCE, verified_at=at)
    Person.objects.bulk_create([new], ignore_conflicts=True)
    return Person.objects.select_for_update().get(number_index=index)


def _keep_residence(person_id: UUID, ward_code: str) -> None:
    """Keep in which ward the person lives; who told none is found by no ward."""
    known = Residence.objects.filter(person_id=person_id).first()
    index = blind(ward_code, WARD_INDEX) if ward_code else None
    if known is not None and index is None:
        known.delete()
    elif index is not None and (known is None or bytes(known.ward_index) != index):
        Residence(person_id=person_id, ward_index=index).save(force_insert=known is None)


def _nobody_yet(at: datetime) -> Person:
    return Person.objects.create(source="agency", verified_at=at)


def _account(person: Person, kind: Account.Kind, username: str, at: datetime) -> Account:
    account, _ = Account.objects.get_or_create(
        person=person, kind=kind, defaults={"username": username, "created_at": at, "password": "!"}
    )
    return account


def _sealed(person_id: UUID, profile: Profile) -> bytes:
    return seal(person_id, json.dumps(profile.as_dict(), ensure_ascii=False).encode(), CONTEXT)


def _record_enrolled(account: Account, actor: Actor, at: datetime) -> None:
    entry = Entry(
        id=new_id(), act="identity.official.enrolled", at=at, actor=actor.ref, authority=actor.kind.value,
        object=urn(settings.NODE, "account", account.id), subjects=[account.person_id], facts={},
    )  # fmt: skip
    record(entry)


def _record_told(person_id: UUID, changed: list[str], level: int, *, new: bool, at: datetime) -> None:
    entry = Entry(
        id=new_id(), act="identity.person.told", at=at, actor=ActorRef("system", service=SOURCE),
        authority="authority of record", object=urn(settings.NODE, "person-told", new_id()),
        subjects=[person_id], basis=BASIS, purpose="sign-in",
        facts={"new": new, "changed": changed, "level": level},
    )  # fmt: skip
    record(entry)
