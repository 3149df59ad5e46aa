"""Every act of the desk by its own form: sent twice it is one act, whatever it needs besides."""

import re
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

import pytest
from django.test import Client

from dothi.config.demo.people import officials
from dothi.dossiers.models import Dossier, Step
from dothi.dossiers.papers import PRODUCED, about
from dothi.dossiers.types import Act
from dothi.foundation.identity.models import Account
from dothi.foundation.papers.queries import papers_about
from dothi.procedures.engine import transition
from dothi.procedures.queries import version
from dothi.procedures.types import VersionId
from dothi.web.desk.views.acting import DOING
from tests.support import desk
from tests.support.people import sign_in

Form = Mapping[str, str]
NOTE = {"note": "Chờ xác minh"}
GROUND = {"ground": "verification-by-other-ward"}
FAULTS = {"fault": "name-differs", "note-name-differs": "Thiếu chữ đệm"}

CASES: Mapping[Act, tuple[Callable[[], UUID], str, Form]] = {
    Act.ACCEPT: (desk.made_submitted, "ha", {"confirmed": "components-checked"}),
    Act.REFUSE: (desk.made_submitted, "ha", {"ground": "other-office", "note": "Nộp tại Ba Đình"}),
    Act.CLAIM: (desk.made_accepted, "minh", {}),
    Act.REQUEST_SUPPLEMENT: (desk.made_processing, "minh", FAULTS),
    Act.PAUSE: (desk.made_processing, "minh", GROUND),
    Act.RESUME: (desk.made_paused, "minh", {}),
    Act.EXTEND: (desk.made_processing, "minh", {**NOTE, "days": "1"}),
    Act.STOP: (desk.made_processing, "minh", NOTE),
    Act.SHOW_DRAFT: (desk.made_processing, "minh", {}),
    Act.PROPOSE: (desk.made_draft_confirmed, "minh", {}),
    Act.APPROVE: (desk.made_proposed, "thao", {}),
    Act.SEND_BACK: (desk.made_proposed, "thao", NOTE),
    Act.SIGN: (desk.made_approved, "son", {}),
    Act.GIVE_BACK: (desk.made_signed, "ha", {}),
    Act.SUPPLEMENT: (desk.made_at_counter, "ha", {}),
    Act.WITHDRAW: (desk.made_at_counter, "ha", {}),
}
"""Each act: how its dossier is made, who does it, and what the form is filled with."""


def test_every_act_of_the_desk_is_tried() -> None:
    assert set(CASES) == set(DOING)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("act", list(CASES), ids=lambda act: act.value)
class TestSameFormTwice:
    def test_is_one_act(self, act: Act) -> None:
        make, who, typed = CASES[act]
        dossier_id = make()
        browser, promised = official(who), papers_of(dossier_id, act)
        form = {**hidden(browser, dossier_id, act), **typed}
        for _ in range(2):
            answer = browser.post(f"/desk/dossiers/{dossier_id}/acts/{act.value}", form)
            assert answer.status_code == 302, answer.content.decode()
        assert promised <= {paper.kind for paper in papers_about(about(dossier_id))}
        assert Step.objects.filter(dossier=dossier_id, act=act.value).count() == 1

    def test_without_its_key_is_nothing(self, act: Act) -> None:
        make, who, typed = CASES[act]
        dossier_id = make()
        browser, before = official(who), Dossier.objects.get(pk=dossier_id).revision
        form = {**hidden(browser, dossier_id, act), **typed, "key": ""}
        assert browser.post(f"/desk/dossiers/{dossier_id}/acts/{act.value}", form).status_code == 422
        assert Dossier.objects.get(pk=dossier_id).revision == before


def papers_of(dossier_id: UUID, act: Act) -> set[str]:
    """Return the kinds of paper that the document says this act produces here."""
    dossier = Dossier.objects.get(pk=dossier_id)
    row = transition(version(VersionId(dossier.version_id)), dossier.state, act)
    return {PRODUCED[one] for one in row.produces if PRODUCED[one].startswith("dossiers.")}


def official(key: str) -> Client:
    """Return the browser of a demo official who has just signed in."""
    username = next(one.username for one in officials() if one.key == key)
    return sign_in(Client(SERVER_NAME="localhost"), Account.objects.get(username=username))


def hidden(browser: Client, dossier_id: UUID, act: Act) -> dict[str, str]:
    """Return the hidden fields of the form of an act, as the page offers it."""
    page = browser.get(f"/desk/dossiers/{dossier_id}").content.decode()
    found = re.search(rf'<form[^>]* action="[^"]*/acts/{act.value}".*?</form>', page, re.DOTALL)
    assert found is not None, f"no button for {act.value}"
    return dict(_fields(found[0]))


def _fields(form: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r'<input type="hidden"[^>]*>', form):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and value:
            yield name[1], value[1]
