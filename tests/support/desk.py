"""Officials at their desks and dossiers before them, for journeys in a running town."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

from django.db import connection
from playwright.sync_api import Browser, Page

from dothi.config.demo.accounts import Credentials, credentials
from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.actions.counter import open_at_counter
from dothi.dossiers.actions.draft import open_draft, prefill_draft, save_answers
from dothi.dossiers.actions.reuse import use_result
from dothi.dossiers.models import Dossier
from dothi.dossiers.offers import offers
from dothi.dossiers.papers import about
from dothi.dossiers.types import Act, Call, Fault
from dothi.foundation.clock import now
from dothi.foundation.files.actions import store
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.models import Account, Factor, SignIn
from dothi.foundation.keys.actions import root_keys
from dothi.foundation.ledger.leaf import INDEX
from dothi.kernel.ids import DossierId
from dothi.procedures.types import Json
from dothi.registers.agencies.queries import holdings_of
from tests.support.chromium import opened
from tests.support.city import (
    ANSWERS,
    MARITAL_STATUS,
    MARRIAGE,
    PAPER_ANSWERS,
    official,
    person_id,
    profile_of,
    resident,
)  # fmt: skip
from tests.support.people import PASSWORD, code_now, give_post
from tests.support.people import official as account_of
from tests.support.town import Town

CHECKED = frozenset({"components-checked"})
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Desk:
    """The officials of the demo city, each with a browser of their own, signed in when first asked for."""

    def __init__(self, town: Town, browser: Browser, stack: ExitStack) -> None:
        self.town, self._browser, self._stack = town, browser, stack
        self._pages: dict[str, Page] = {}

    def at(self, key: str) -> Page:
        """Return the page of an official, signed in with password and code."""
        if key not in self._pages:
            page = self._page()
            self._sign_in(page, key)
            self._pages[key] = page
        return self._pages[key]

    def _sign_in(self, page: Page, key: str) -> None:
        known = self.town.do(_credentials, key)
        page.goto("/account/official/?next=/desk/")
        page.fill("#username", known.official.username)
        page.fill("#password", known.password)
        page.click("main form:not([data-passkey]) button")
        page.fill("#code", known.code())
        page.click("main form button")
        page.wait_for_url(f"{self.town.address}/desk/")

    def next_day(self, at: datetime) -> None:
        """
        Let it be `at`: the sessions of the day before have ended, and who is asked for signs in again.

        Codes follow the real time and are taken once; those of the day before are forgotten.
        """
        self.town.set_clock(at)
        self.town.do(lambda: Factor.objects.update(last_step=0))
        self._pages.clear()

    def look_away(self) -> None:
        """Let every page go of what it shows, before a server dies that it listens to."""
        for page in self._pages.values():
            page.goto("about:blank")

    def submitted(self) -> UUID:
        """Return a dossier of An that has just been filed."""
        return self.town.do(made_submitted)

    def accepted(self) -> UUID:
        """Return a dossier that has been accepted."""
        return self.town.do(made_accepted)

    def processing(self) -> UUID:
        """Return a dossier that Minh works on."""
        return self.town.do(made_processing)

    def draft_confirmed(self) -> UUID:
        """Return a dossier whose draft An has confirmed."""
        return self.town.do(made_draft_confirmed)

    def confirm_draft(self, dossier_id: UUID) -> None:
        """Let An confirm the draft of her result."""
        self.do(apply.confirm_draft, dossier_id, "an")

    def proposed(self) -> UUID:
        """Return a dossier that Minh has proposed."""
        return self.town.do(made_proposed)

    def approved(self) -> UUID:
        """Return a dossier that waits for its signature."""
        return self.town.do(made_approved)

    def state(self, dossier_id: UUID) -> str:
        """Return where a dossier stands."""
        return self.town.do(lambda: Dossier.objects.get(pk=dossier_id).state)

    def code(self, dossier_id: UUID) -> str:
        """Return the public code of a dossier."""
        return self.town.do(lambda: Dossier.objects.get(pk=dossier_id).code)

    def colleague(self, username: str, duties: tuple[str, ...]) -> Page:
        """Return the page of a further official of the ward, who holds one post with these duties."""
        if username not in self._pages:
            self.town.do(employ, username, duties)
            page = self._page()
            page.goto("/account/official/?next=/desk/")
            page.fill("#username", username)
            page.fill("#password", PASSWORD)
            page.click("main form:not([data-passkey]) button")
            page.fill("#code", code_now())
            page.click("main form button")
            page.wait_for_url(f"{self.town.address}/desk/")
            self._pages[username] = page
        return self._pages[username]

    def proposed_by(self, username: str) -> UUID:
        """Return a dossier that this further official has proposed."""
        return self.town.do(_proposed_by, username)

    def _page(self) -> Page:
        return self._stack.enter_context(opened(self._browser, self.town.address))

    def acts(self, dossier_id: UUID) -> list[str]:
        """Return the acts on a dossier, in their order."""
        return self.town.do(_acts, dossier_id)

    def reads(self, dossier_id: UUID, key: str) -> int:
        """Return how often this official has read this dossier; what the worker reads to print is none."""
        return self.town.do(_reads, dossier_id, key)

    def forget_proof(self, key: str) -> None:
        """Let the last proof of identity of an official be six minutes old."""
        self.town.do(_forget, key)

    def do(self, act: Callable[[Call], object], dossier_id: UUID, key: str) -> None:
        """Let somebody do an act beside the browser."""
        self.town.do(_do, act, dossier_id, key)


def employ(username: str, duties: tuple[str, ...]) -> None:
    """Give the ward a further official with these duties."""
    unit = official("minh", now()).holdings[0].unit_id
    give_post(account_of(username, "Hoàng Văn Nam"), duties, unit)


def _proposed_by(username: str) -> UUID:
    account, at = Account.objects.get(username=username), now()
    actor = Actor(Kind.OFFICIAL, account.person_id, account.id, 2, holdings_of(account.person_id, at))
    dossier_id = DossierId(made_accepted())
    receive.claim(Call(dossier_id, actor, now()))
    process.show_draft(Call(dossier_id, actor, now()))
    apply.confirm_draft(_call(dossier_id, "an"))
    process.propose(Call(dossier_id, actor, now()))
    return dossier_id


def _credentials(key: str) -> Credentials:
    return next(one for one in credentials(root_keys()) if one.official.key == key)


def _call(dossier_id: UUID, key: str, confirmed: frozenset[str] = frozenset()) -> Call:
    at = now()
    actor = resident(key, at) if key in ("an", "binh") else official(key, at)
    return Call(DossierId(dossier_id), actor, at, confirmed=confirmed)


def _do(act: Callable[[Call], object], dossier_id: UUID, key: str) -> None:
    act(_call(dossier_id, key))


def made_submitted() -> UUID:
    """Make a dossier of An that has just been filed."""
    an, at = resident("an", now()), now()
    dossier_id = open_draft(resident=an, procedure_code=MARITAL_STATUS, ward_code="00070", at=at, key=uuid4())
    prefill_draft(dossier_id=dossier_id, resident=an, profile=profile_of("an"), at=at)
    save_answers(dossier_id=dossier_id, resident=an, answers=dict(ANSWERS), at=at)
    apply.submit(_call(dossier_id, "an"))
    return dossier_id


def made_accepted() -> UUID:
    dossier_id = made_submitted()
    receive.accept(_call(dossier_id, "ha", CHECKED))
    return dossier_id


def made_processing() -> UUID:
    dossier_id = made_accepted()
    receive.claim(_call(dossier_id, "minh"))
    return dossier_id


def made_draft_confirmed() -> UUID:
    dossier_id = made_processing()
    process.show_draft(_call(dossier_id, "minh"))
    apply.confirm_draft(_call(dossier_id, "an"))
    return dossier_id


def made_proposed() -> UUID:
    dossier_id = made_draft_confirmed()
    process.propose(_call(dossier_id, "minh"))
    return dossier_id


def made_signed() -> UUID:
    """Make a dossier whose result is signed."""
    dossier_id = made_approved()
    conclude.sign(_call(dossier_id, "son"))
    return dossier_id


def made_with_result() -> UUID:
    """Make a marriage dossier of An that took her certificate from the vault."""
    made_signed()
    an, at = resident("an", now()), now()
    dossier_id = open_draft(resident=an, procedure_code=MARRIAGE, ward_code="00070", at=at, key=uuid4())
    prefill_draft(dossier_id=dossier_id, resident=an, profile=profile_of("an"), at=at)
    save_answers(dossier_id=dossier_id, resident=an, answers=PARTNER, at=at)
    offered = offers(dossier_id=dossier_id, resident=an, at=at)
    use_result(dossier_id=dossier_id, resident=an, result_id=offered[0].id, shown="Tôi đồng ý", at=at)
    save_answers(dossier_id=dossier_id, resident=an, answers=MARRY, at=at)
    apply.submit(_call(dossier_id, "an"))
    return dossier_id


PARTNER: Mapping[str, Json] = {
    "partner_name": "Trần Văn Bình", "partner_birth_date": "1998-11-02", "partner_sex": "male",
    "partner_personal_number": "001098000894", "partner_nationality": "Việt Nam",
}  # fmt: skip
MARRY: Mapping[str, Json] = {
    "both_citizens": True, "partner_ethnicity": "Kinh",
    "partner_residence": {"ward": "00070", "line": "5 phố Hàng Gai"},
    "partner_marital_status": "never-married", "kinship": "none", "file_where": "applicant",
    "extract_copies": 1, "voluntary": True, "capable": True, "both_present": True, "truthful": True,
}  # fmt: skip


def made_paused() -> UUID:
    """Make a dossier whose clock stands still."""
    dossier_id = made_processing()
    process.pause(replace(_call(dossier_id, "minh"), ground="verification-by-other-ward"))
    return dossier_id


def made_at_counter() -> UUID:
    """Make a dossier that was filed on paper and has to be completed."""
    at = now()
    dossier_id = open_at_counter(
        official=official("ha", at), owner_id=person_id(resident("an", at)), procedure_code=MARITAL_STATUS,
        ward_code="00070", answers=PAPER_ANSWERS, at=at, key=uuid4(),
    )  # fmt: skip
    apply.submit(_call(dossier_id, "ha"))
    receive.accept(_call(dossier_id, "ha", CHECKED))
    receive.claim(_call(dossier_id, "minh"))
    receive.request_supplement(_call(dossier_id, "minh"), [Fault("", "residence-not-found")])
    return dossier_id


def made_with_file(content: bytes) -> UUID:
    """Make a dossier that An filed for another person, with this file as the authorization."""
    an, at = resident("an", now()), now()
    dossier_id = open_draft(resident=an, procedure_code=MARITAL_STATUS, ward_code="00070", at=at, key=uuid4())
    file_id = store(person_id(an), BytesIO(content), "giấy ủy quyền.pdf", at)
    answer: Json = {"file": str(file_id), "name": "giấy ủy quyền.pdf", "size": len(content)}
    more: dict[str, Json] = {"filing_for": "other", "authorized_relation": "family",
                             "authorization_file": answer}  # fmt: skip
    save_answers(dossier_id=dossier_id, resident=an, answers={**PAPER_ANSWERS, **more}, at=at)
    apply.submit(_call(dossier_id, "an"))
    return dossier_id


def made_approved() -> UUID:
    dossier_id = made_proposed()
    process.approve(_call(dossier_id, "thao"))
    return dossier_id


def _acts(dossier_id: UUID) -> list[str]:
    steps = Dossier.objects.get(pk=dossier_id).steps.order_by("number")
    return list(steps.values_list("act", flat=True))


def _reads(dossier_id: UUID, key: str) -> int:
    ref = root_keys().blind(str(official(key, now()).person_id), INDEX)
    with connection.cursor() as cursor:
        cursor.execute(_READS, {"object": about(DossierId(dossier_id)), "ref": ref})
        (count,) = cursor.fetchone()
    return int(count)


_READS = """
    select count(*) from ledger_entry e join ledger_link k on k.entry_id = e.id
    where e.kind = 'read' and e.object = %(object)s and k.place = 0 and k.ref = %(ref)s
"""


def _forget(key: str) -> None:
    username = next(one.official.username for one in credentials(root_keys()) if one.official.key == key)
    SignIn.objects.filter(account__username=username).update(proven_at=now() - timedelta(minutes=6))


PRESS: Mapping[Act, str] = {act: f'form[action$="/acts/{act.value}"]' for act in Act}
"""The form of each act on the page of a dossier."""
