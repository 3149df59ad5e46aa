"""Second factors of officials: kept sealed for the person, each code used once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from dothi.foundation.identity.authority import Actor
from dothi.foundation.identity.errors import LastFactor, WrongCredentials
from dothi.foundation.identity.models import Account, Factor
from dothi.foundation.identity.rules import matching_step
from dothi.foundation.keys.actions import seal, unseal
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.types import Entry
from dothi.kernel.ids import new_id, urn

CONTEXT = "identity.factor"


@transaction.atomic
def add_factor(
    *, account: Account, kind: Factor.Kind, name: str, secret: bytes, actor: Actor, at: datetime
) -> None:
    """Add a passkey's credential, or a TOTP secret in place of the one before."""
    if kind == Factor.Kind.TOTP:
        Factor.objects.filter(account=account, kind=kind).delete()
    sealed = seal(account.person_id, secret, CONTEXT)
    factor = Factor.objects.create(account=account, kind=kind, name=name[:80], sealed=sealed, created_at=at)
    _record("identity.factor.added", account, factor, actor, at)


@transaction.atomic
def remove_factor(*, account: Account, factor_id: UUID, actor: Actor, at: datetime) -> None:
    """Remove one factor of an account. Raises LastFactor, Factor.DoesNotExist."""
    kept = list(Factor.objects.select_for_update().filter(account=account).order_by("id"))
    factor = next((one for one in kept if one.id == factor_id), None)
    if factor is None:
        raise Factor.DoesNotExist
    if len(kept) == 1:
        raise LastFactor
    _record("identity.factor.removed", account, factor, actor, at)
    factor.delete()


def use_code(*, account: Account, code: str, unix_s: float, at: datetime) -> None:
    """Use up a one-time code. Raises WrongCredentials when it is wrong, late, or was used before."""
    factor = Factor.objects.filter(account=account, kind=Factor.Kind.TOTP).first()
    if factor is None:
        raise WrongCredentials
    secret = unseal(account.person_id, bytes(factor.sealed), CONTEXT).decode()
    step = matching_step(secret, code, unix_s)
    # One statement decides, so that of two who send the same code one gets in.
    fresh = Factor.objects.filter(Q(last_step__lt=step or 0), id=factor.id)
    if step is None or fresh.update(last_step=step, used_at=at) != 1:
        raise WrongCredentials


def credentials_of(account: Account) -> Sequence[bytes]:
    """Return the credentials of an account's passkeys."""
    found = Factor.objects.filter(account=account, kind=Factor.Kind.PASSKEY).order_by("id")
    return [unseal(account.person_id, bytes(factor.sealed), CONTEXT) for factor in found]


def used_credential(*, account: Account, credential: bytes, at: datetime) -> None:
    """Note when a passkey was used."""
    for factor in Factor.objects.filter(account=account, kind=Factor.Kind.PASSKEY).order_by("id"):
        if unseal(account.person_id, bytes(factor.sealed), CONTEXT) == credential:
            Factor.objects.filter(id=factor.id).update(used_at=at)


def _record(act: str, account: Account, factor: Factor, actor: Actor, at: datetime) -> None:
    entry = Entry(
        id=new_id(), act=act, at=at, actor=actor.ref, authority="self", subjects=[account.person_id],
        object=urn(settings.NODE, "factor", factor.id), facts={"kind": str(factor.kind)},
    )  # fmt: skip
    record(entry)
