"""Telling what a check found: complete in Vietnamese, and nothing about a file that was changed."""

from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dothi.foundation.papers import errors, reporting
from dothi.foundation.papers.proofs import Finding, Proven
from dothi.foundation.papers.types import Attachment, Report, Verdict
from dothi.kernel.problems import Problem
from dothi.vault import errors as vault_errors
from dothi.vault.purposes import OWN_VIEW
from tests.unit.papers.facts import AT

SOURCE = Path(reporting.__file__).parents[2]
WHOLE = Report(
    Verdict.GENUINE, "Vũ Hồng Sơn", "Phó Chủ tịch", "Phường Hoàn Kiếm", "Dothi demo issuing authority", AT,
    stamped=True, demo=True, attachments=(Attachment("receipt.tlog-proof", b""),),
)  # fmt: skip


class TestSentences:
    def test_tells_who_when_under_whom_and_what_it_carries(self) -> None:
        said = [
            it.text
            for it in reporting.sentences(WHOLE, Proven(Finding.HOLDS, ledger="x/ledger", index=3, at=AT))
        ]
        assert said == [
            reporting.VERDICTS[Verdict.GENUINE], reporting.SIGNED_BY, reporting.CERTIFIED_BY,
            reporting.STAMPED, reporting.DEMO, reporting.PROOFS[Finding.HOLDS],
        ]  # fmt: skip

    @pytest.mark.parametrize("verdict", [Verdict.CHANGED, Verdict.UNREADABLE, Verdict.UNSIGNED])
    def test_names_nobody_for_a_file_that_proves_nothing(self, verdict: Verdict) -> None:
        said = list(reporting.sentences(replace(WHOLE, verdict=verdict)))
        assert [it.text for it in said] == [reporting.VERDICTS[verdict]]

    def test_every_sentence_fills_with_its_facts(self) -> None:
        for stamped in (True, False):
            for sentence in reporting.sentences(replace(WHOLE, stamped=stamped, post="")):
                assert "%(" not in sentence.text % sentence.facts


class TestCatalogues:
    def test_hold_every_title_way_out_and_sentence(self) -> None:
        named = {**vars(errors), **vars(vault_errors)}.values()
        rooms = {errors.__name__, vault_errors.__name__}
        problems = [
            it for it in named if isinstance(it, type) and issubclass(it, Problem) and it.__module__ in rooms
        ]
        wanted = {text for it in problems for text in (it.title, it.way_out)} | {OWN_VIEW.text}
        wanted |= {*reporting.VERDICTS.values(), reporting.SIGNED_BY, reporting.SIGNED_BY_NAME}
        wanted |= {reporting.CERTIFIED_BY, reporting.STAMPED, reporting.CLAIMED, reporting.DEMO}
        wanted |= set(reporting.PROOFS.values())
        said = {**_catalogue("foundation/papers"), **_catalogue("vault")}
        assert {text for text in wanted if not said.get(text)} == set()
        assert set(said) == wanted


def _catalogue(app: str) -> dict[str, str]:
    path = SOURCE / app / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        return {str(it.id): str(it.string) for it in read_po(source, locale="vi") if it.id}
