"""The people and places of the authority matrix: one of each role, one thing of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.test import Client

from dothi.foundation.clock import now
from dothi.foundation.identity.actions import sign_ins
from dothi.foundation.identity.authority import Duty
from dothi.foundation.identity.models import Account
from dothi.foundation.identity.types import Method, Profile
from tests.support.alerts import a_watching, raised
from tests.support.casework import begun_dossier, filed_dossier
from tests.support.center import asked_of, incident_of
from tests.support.city import MARITAL_STATUS
from tests.support.fleet import keep_device
from tests.support.people import AN, BINH, Given, found_center, give_post, official, resident, sign_in

OF_THE_CENTER = (
    Duty.OPERATE, Duty.DISPATCH, Duty.DRAFT_WARNING, Duty.APPROVE_WARNING, Duty.ADMINISTER_DEVICES
)  # fmt: skip
"""The duties whose posts are in the operations center, where they belong; all others are of a ward."""


@dataclass(frozen=True)
class World:
    """The cookies of each role and the ids that fill the `{places}` of the table."""

    cookies: Mapping[str, Mapping[str, str]]
    places: Mapping[str, str]


def build() -> World:
    """Make everybody and everything. Portal and desk add their dossiers to `places` here."""
    owner = resident(AN)
    ward = give_post(official("process"), ["process"])
    center = found_center()
    accounts = {
        "resident_level_1": resident(replace(BINH, personal_number="001098000001"), 1),
        "owner": owner,
        "other_resident": resident(BINH),
        **{str(duty): _holder(duty, center if duty in OF_THE_CENTER else ward.unit_id) for duty in Duty},
        "other_ward": _elsewhere(),
        "without_post": official("without_post", "Người chưa có vị trí"),
    }
    cookies = {
        role: _cookies(account, 1 if role == "resident_level_1" else 2) for role, account in accounts.items()
    }
    return World({"anonymous": {}, **cookies}, _places(ward, owner, center))


def _holder(duty: Duty, unit: UUID) -> Account:
    account = official(str(duty), str(duty))
    if duty is not Duty.PROCESS:
        give_post(account, [duty], unit)
    return account


def _elsewhere() -> Account:
    account = official("other_ward", "Ngô Lan Anh")
    give_post(account, list(Duty), ward="00004")
    return account


def _places(ward: Given, owner: Account, center: UUID) -> dict[str, str]:
    stranger = resident(Profile("Lê Minh Châu", "001185001234"))
    session = sign_ins.begin(account=stranger, method=Method.VNEID, assurance=2, device="", at=now())
    factor = official("stranger").factors.get()
    filed, draft = filed_dossier(owner, ward.unit_id), begun_dossier(owner, ward.unit_id)
    incident = incident_of(center)
    return {
        "unit": str(ward.unit_id),
        "assignment": str(asked_of(ward.unit_id, incident, center)),
        "owner_s_dossier": str(filed),
        "procedure": MARITAL_STATUS,
        "draft": str(draft),
        "question": "for-whom",
        "field": "authorization_file",
        "incident": str(incident),
        "alert": str(raised(a_watching()).id),
        "nothing": str(UUID(int=0)),
        "somebody_s_session": str(session.id),
        "somebody_s_factor": str(factor.id),
        "device": keep_device("rain-of-the-center"),
    }


def _cookies(account: Account, level: int) -> dict[str, str]:
    browser = sign_in(Client(), account, level)
    return {name: cookie.value for name, cookie in browser.cookies.items()}
