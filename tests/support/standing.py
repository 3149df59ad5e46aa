"""An's dossiers in a town at work, each brought by the domain to where a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from dothi.dossiers import queries
from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.actions.draft import open_draft, prefill_draft, save_answers
from dothi.dossiers.models import Dossier
from dothi.dossiers.needs import CONFIRMED
from dothi.dossiers.types import Call, Fault
from dothi.foundation.clock import now
from dothi.kernel.ids import DossierId
from dothi.procedures.types import Json
from dothi.web.casework.purposes import WORK
from tests.support.city import ANSWERS, MARITAL_STATUS, official, profile_of, resident
from tests.support.town import Town

RESIDENTS = ("an", "binh", "chau")
FAULTS = (
    Fault("holder_name", "name-differs", "Thẻ căn cước ghi Nguyễn Thị An"),
    Fault("marriage_office", "purpose-unclear", "Ghi đủ tên thành phố"),
)


@dataclass(frozen=True)
class Standing:
    """Dossiers of one resident of `town`, made without a browser."""

    town: Town
    who: str = "an"

    def drafted(self, **changes: Json) -> DossierId:
        """A draft with every answer, some of them changed."""
        return self.town.do(self._drafted, {**ANSWERS, **changes})

    def filed(self) -> DossierId:
        """A dossier that was just filed."""
        dossier = self.drafted()
        self.act(apply.submit, dossier, self.who)
        return dossier

    def accepted(self) -> DossierId:
        """A dossier on which an official works."""
        dossier = self.filed()
        self.accept(dossier)
        return dossier

    def to_correct(self) -> DossierId:
        """A dossier with two things to correct."""
        dossier = self.accepted()
        self.ask_to_correct(dossier)
        return dossier

    def paused(self) -> DossierId:
        """A dossier whose clock stands still on a lawful ground."""
        dossier = self.accepted()
        self.town.do(lambda: process.pause(_call(dossier, "minh", "verification-by-other-ward")))
        return dossier

    def refused(self) -> DossierId:
        """A dossier refused because another ward is competent."""
        dossier = self.filed()
        self.town.do(lambda: receive.refuse(_call(dossier, "ha", "other-office"), "Nơi thường trú ở Ba Đình"))
        return dossier

    def draft_shown(self) -> DossierId:
        """A dossier whose draft result waits for an answer."""
        dossier = self.accepted()
        self.act(process.show_draft, dossier, "minh")
        return dossier

    def returned(self) -> DossierId:
        """A dossier with its signed result."""
        dossier = self.draft_shown()
        self.act(apply.confirm_draft, dossier, self.who)
        self.conclude(dossier)
        return dossier

    def accept(self, dossier: DossierId) -> None:
        """Let the desk accept a dossier and an official take it up."""
        self.act(receive.accept, dossier, "ha")
        self.act(receive.claim, dossier, "minh")

    def ask_to_correct(self, dossier: DossierId) -> None:
        """Let the official ask for both corrections at once."""
        self.town.do(lambda: receive.request_supplement(_call(dossier, "minh"), FAULTS))

    def conclude(self, dossier: DossierId) -> None:
        """Let officials propose, approve, sign and give back a dossier whose draft was confirmed."""
        for act, who in ((process.propose, "minh"), (process.approve, "thao"), (conclude.sign, "son"),
                         (conclude.give_back, "ha")):  # fmt: skip
            self.act(act, dossier, who)

    def read(self, dossier: DossierId) -> None:
        """Let the official open a dossier, as the desk's page does."""
        self.town.do(_read, dossier)

    def count(self) -> int:
        """Return how many dossiers have been filed."""
        return self.town.do(lambda: Dossier.objects.exclude(submitted_at=None).count())

    def row(self, dossier: DossierId) -> Dossier:
        """Return the dossier's row as it is now."""
        return self.town.do(lambda: Dossier.objects.get(pk=dossier))

    def act(self, act, dossier: DossierId, who: str) -> None:  # type: ignore[no-untyped-def]
        """Do an act of a resident or an official."""
        self.town.do(lambda: act(_call(dossier, who)))

    def _drafted(self, answers: Mapping[str, Json]) -> DossierId:
        who, at = resident(self.who, now()), now()
        dossier = open_draft(
            resident=who, procedure_code=MARITAL_STATUS, ward_code="00070", at=at, key=uuid4()
        )  # fmt: skip
        prefill_draft(dossier_id=dossier, resident=who, profile=profile_of(self.who), at=at)
        save_answers(dossier_id=dossier, resident=who, answers=dict(answers), at=at)
        return dossier


def _call(dossier: DossierId, who: str, ground: str = "") -> Call:
    at = now() + timedelta(milliseconds=1)
    actor = resident(who, at) if who in RESIDENTS else official(who, at)
    return Call(dossier, actor, at, ground=ground, confirmed=frozenset(CONFIRMED))


def _read(dossier: DossierId) -> None:
    at = now()
    queries.open_dossier(dossier_id=dossier, actor=official("minh", at), purpose=WORK, at=at)
