"""The people and places of the authority matrix: one of each role, one thing of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

from django.test import Client

from dothi import procedures
from dothi.dossiers.actions.draft import NewDraft, keep
from dothi.dossiers.rules import OPEN_DRAFT
from dothi.foundation.clock import now
from dothi.foundation.identity.actions import sign_ins
from dothi.foundation.identity.authority import SYSTEM, Actor, Duty, Kind, require
from dothi.foundation.identity.models import Account
from dothi.foundation.identity.types import Method, Profile
from dothi.procedures.actions import publish
from tests.support.people import AN, BINH, Given, give_post, official, resident, sign_in

CATALOG = Path(procedures.__file__).with_name("catalog")
PROCEDURE = "1.004873"


@dataclass(frozen=True)
class World:
    """The cookies of each role and the ids that fill the `{places}` of the table."""

    cookies: Mapping[str, Mapping[str, str]]
    places: Mapping[str, str]


def build() -> World:
    """Make everybody and everything. Portal and desk add their dossiers to `places` here."""
    owner = resident(AN)
    ward = give_post(official("process"), ["process"])
    accounts = {
        "resident_level_1": resident(replace(BINH, personal_number="001098000001"), 1),
        "owner": owner,
        "other_resident": resident(BINH),
        **{str(duty): _holder(duty, ward) for duty in Duty},
        "other_ward": _elsewhere(),
        "without_post": official("without_post", "Người chưa có vị trí"),
    }
    cookies = {
        role: _cookies(account, 1 if role == "resident_level_1" else 2) for role, account in accounts.items()
    }
    return World({"anonymous": {}, **cookies}, _places(ward, owner))


def _holder(duty: Duty, ward: Given) -> Account:
    account = official(str(duty), str(duty))
    if duty is not Duty.PROCESS:
        give_post(account, [duty], ward.unit_id)
    return account


def _elsewhere() -> Account:
    account = official("other_ward", "Ngô Lan Anh")
    give_post(account, list(Duty), ward="00004")
    return account


def _draft(owner: Account, ward: Given) -> str:
    """Open a draft of the owner's at the ward, of a real procedure, and return its id."""
    text = (CATALOG / PROCEDURE / "163-qd-btp.yaml").read_text(encoding="utf-8")
    publish(text=text, actor=SYSTEM.ref, authority="system", at=now())
    actor = Actor(Kind.RESIDENT, owner.person_id, owner.id, 2)
    new = NewDraft(uuid4(), owner.person_id, PROCEDURE, "00070", ward.unit_id)
    return str(keep(new, actor, require(actor, OPEN_DRAFT, None, now()), now()))


def _places(ward: Given, owner: Account) -> dict[str, str]:
    stranger = resident(Profile("Lê Minh Châu", "001185001234"))
    session = sign_ins.begin(account=stranger, method=Method.VNEID, assurance=2, device="", at=now())
    factor = official("stranger").factors.get()
    return {
        "unit": str(ward.unit_id),
        "procedure": PROCEDURE,
        "draft": _draft(owner, ward),
        "question": "for-whom",
        "field": "authorization_file",
        "nothing": str(UUID(int=0)),
        "somebody_s_session": str(session.id),
        "somebody_s_factor": str(factor.id),
    }


def _cookies(account: Account, level: int) -> dict[str, str]:
    browser = sign_in(Client(), account, level)
    return {name: cookie.value for name, cookie in browser.cookies.items()}
