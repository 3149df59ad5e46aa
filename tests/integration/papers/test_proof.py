"""A paper that carries its own proof: checked by the file and two public keys, nothing else."""

import pytest
from django.db import transaction

from dothi.config.supervisor import postgres
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.queries import proof
from dothi.foundation.papers import certificates, checking, rendering, signing
from dothi.foundation.papers.proofs import Finding, proven
from dothi.foundation.papers.types import Report, Signer, Verdict
from tests.support.ledgers import PERSON, SIGNER, Ledger, an_entry
from tests.unit.papers.facts import AT, FACTS

ROOT = certificates.new_root(AT)
OFFICIAL = certificates.new_official(
    certificates.new_issuer(ROOT, AT), certificates.Subject("Phạm Thu Hà", "Công chức một cửa"), AT
)


@pytest.fixture
def attachments(cluster: postgres.Cluster, fresh_database: str) -> dict[str, bytes]:
    ledger, entry = Ledger(cluster, fresh_database), an_entry()
    ledger.write(5)
    with transaction.atomic():
        record(entry)
    with ledger.sequencer() as sequencer:
        sequencer.seal_all()
    return proof(entry.id, disclose_to=[PERSON]).attachments


def checked(attachments: dict[str, bytes]) -> Report:
    pdf = rendering.render("receipt", FACTS, AT)
    return checking.check(signing.sign(pdf, Signer(OFFICIAL), AT, attachments), [ROOT.certificate], AT)


class TestProven:
    def test_holds_for_the_receipt_of_the_ledger(self, attachments: dict[str, bytes]) -> None:
        report = checked(attachments)
        found = proven(report, [SIGNER.public_key])
        assert report.verdict is Verdict.GENUINE
        assert (found.finding, found.act) == (Finding.HOLDS, "dossiers.accept")

    def test_breaks_when_a_genuine_signature_covers_a_forged_proof(
        self, attachments: dict[str, bytes]
    ) -> None:
        leaf = attachments["receipt.json"].replace(b"dossiers.accept", b"dossiers.refuse")
        report = checked({**attachments, "receipt.json": leaf})
        assert report.verdict is Verdict.GENUINE
        assert proven(report, [SIGNER.public_key]).finding is Finding.BROKEN

    def test_breaks_for_junk_and_for_a_ledger_that_nobody_knows(self, attachments: dict[str, bytes]) -> None:
        assert proven(checked(attachments), []).finding is Finding.BROKEN
        junk = dict.fromkeys(attachments, b"\xff\xfe")
        assert proven(checked(junk), [SIGNER.public_key]).finding is Finding.BROKEN

    def test_says_none_for_a_paper_without_a_proof(self) -> None:
        assert proven(checked({"note.json": b"{}"}), [SIGNER.public_key]).finding is Finding.NONE
