"""Sessions: begun after proof, bound to a post, proven again before a signature, ended by their owner."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dothi.foundation.identity.models import Account, SignIn
from dothi.foundation.identity.types import Method
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.types import ActorKind, ActorRef, Entry
from dothi.kernel.ids import new_id, urn

RECENT = timedelta(minutes=5)


@transaction.atomic
def begin(*, account: Account, method: Method, assurance: int, device: str, at: datetime) -> SignIn:
    """Begin a session of somebody who has just proven who they are."""
    sign_in = SignIn.objects.create(
        account=account, method=method.value, assurance=assurance, at=at, proven_at=at, device=device[:200]
    )
    _record("identity.sign-in.begun", sign_in, at)
    return sign_in


@transaction.atomic
def end(*, sign_in_id: UUID, account_id: UUID, at: datetime) -> bool:
    """End a session of this account; tell whether it was open."""
    sign_in = SignIn.objects.select_related("account").filter(id=sign_in_id, account_id=account_id).first()
    if sign_in is None or SignIn.objects.filter(id=sign_in_id, ended_at=None).update(ended_at=at) != 1:
        return False
    _record("identity.sign-in.ended", sign_in, at)
    return True


@transaction.atomic
def act_through(*, sign_in_id: UUID, post_id: UUID, at: datetime) -> None:
    """Bind a session to the post through which its official acts; the caller checked that it is held."""
    sign_in = SignIn.objects.select_related("account").select_for_update(of=("self",)).get(id=sign_in_id)
    if sign_in.post_id != post_id:
        sign_in.post_id = post_id
        sign_in.save(update_fields=["post_id"])
        _record("identity.post.chosen", sign_in, at)


def proven_again(*, sign_in_id: UUID, at: datetime) -> None:
    """Note that the person has just proven once more who they are."""
    SignIn.objects.filter(id=sign_in_id, ended_at=None).update(proven_at=at)


def _record(act: str, sign_in: SignIn, at: datetime) -> None:
    account = sign_in.account
    kind: ActorKind = "official" if account.kind == Account.Kind.OFFICIAL else "resident"
    actor = ActorRef(kind, account.person_id, sign_in.post_id)
    entry = Entry(
        id=new_id(), act=act, at=at, actor=actor, authority="self", subjects=[account.person_id],
        object=urn(settings.NODE, "sign-in", sign_in.id),
        facts={"method": sign_in.method, "level": sign_in.assurance},
    )  # fmt: skip
    record(entry)
