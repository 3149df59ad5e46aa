"""Papers of a dossier: made from it, signed by who acted, carrying the proof of the act."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings

from dothi.config.supervisor import postgres
from dothi.dossiers import queries
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.ledger.errors import NotSealedYet
from dothi.foundation.papers import checking
from dothi.foundation.papers.actions import make
from dothi.foundation.papers.credentials import trust_roots
from dothi.foundation.papers.proofs import Finding, proven
from dothi.foundation.papers.queries import content, papers_about
from dothi.foundation.papers.types import PaperId, Report, Verdict
from dothi.kernel.ids import DossierId
from tests.support.city import AT, person_id, resident
from tests.support.dossiers import drafted, signed
from tests.support.ledgers import SIGNER, Ledger

LOOK = Purpose("test", "test", "A test looks")
LATER = AT + timedelta(hours=1)


@pytest.fixture
def demo() -> Iterator[None]:
    settings.DEMO = True
    yield
    settings.DEMO = False


def papers_of(dossier_id: DossierId) -> dict[str, PaperId]:
    """Return the papers of a dossier by their kind."""
    held = queries.open_dossier(dossier_id=dossier_id, actor=resident("an"), purpose=LOOK, at=LATER)
    return {paper.kind: paper.id for paper in papers_about(held.urn)}


def checked(paper_id: PaperId) -> tuple[bytes, Report]:
    """Make a paper, then read it as its owner and check it."""
    make(paper_id=paper_id, at=LATER)
    owner = resident("an")
    pieces = content(
        paper_id=paper_id, owner=person_id(owner), actor=owner.ref, authority="owner",
        purpose=LOOK.slug, basis=LOOK.basis, at=LATER,
    )  # fmt: skip
    pdf = b"".join(pieces)
    return pdf, checking.check(pdf, trust_roots(), LATER)


@pytest.mark.usefixtures("demo")
class TestPapers:
    def test_waits_until_the_act_is_sealed(self, city: str) -> None:
        dossier_id = drafted()
        signed(dossier_id)
        with pytest.raises(NotSealedYet):
            make(paper_id=papers_of(dossier_id)["dossiers.filing"], at=LATER)

    @pytest.mark.parametrize(
        ("kind", "act", "signer"),
        [
            ("dossiers.filing", "dossiers.submit", "Bộ phận Một cửa"),
            ("dossiers.receipt", "dossiers.accept", "Phạm Thu Hà"),
            ("dossiers.result", "dossiers.sign", "Vũ Hồng Sơn"),
        ],
    )
    def test_is_genuine_and_proves_its_act(
        self, cluster: postgres.Cluster, city: str, kind: str, act: str, signer: str
    ) -> None:
        dossier_id = drafted()
        signed(dossier_id)
        with Ledger(cluster, city).sequencer() as sequencer:
            sequencer.seal_all()
        pdf, report = checked(papers_of(dossier_id)[kind])
        found = proven(report, [SIGNER.public_key])
        assert report.verdict is Verdict.GENUINE
        assert signer in report.signer
        assert (found.finding, found.act) == (Finding.HOLDS, act)
        assert len(pdf) < 200_000
