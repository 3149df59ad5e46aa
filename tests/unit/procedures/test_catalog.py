"""The two procedures: sound, restated from the official text, and held by examples that can fail."""

import copy
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dothi import procedures
from dothi.kernel.documents.authoring import parse
from dothi.kernel.documents.faults import DocumentInvalid
from dothi.procedures import document, engine
from dothi.procedures.coherence import bases
from dothi.procedures.engine.golden import failures_of
from dothi.procedures.types import Golden, Json, Period, SourceRecord
from tests.unit.procedures.catalog import FILES, MARRIAGE, STATUS, procedure

AT = datetime(2026, 8, 21, tzinfo=UTC)
CODES = [STATUS, MARRIAGE]
EXAMPLES = [(code, golden) for code in CODES for golden in procedure(code).golden]
EXPECTATIONS = [
    pytest.param(code, golden, name, id=f"{code}-{golden.id}-{name}")
    for code, golden in EXAMPLES
    for name in golden.expect
]
OFFICIAL = Path(__file__).resolve().parents[4] / "shared" / "data"
STATES = {1: "submitted", 2: "accepted", 3: "refused", 4: "processing", 5: "supplement", 7: "withdrawn",
          8: "stopped", 9: "signed", 10: "returned"}  # fmt: skip


class TestGolden:
    @pytest.mark.parametrize("code", CODES)
    def test_has_at_least_eight_and_all_come_true(self, code: str) -> None:
        assert len(procedure(code).golden) >= 8
        assert list(engine.failures(procedure(code))) == []

    @pytest.mark.parametrize(("code", "golden", "name"), EXPECTATIONS)
    def test_each_expectation_fails_when_it_is_changed(self, code: str, golden: Golden, name: str) -> None:
        mutated = Golden(
            golden.id, golden.title, golden.given, {**golden.expect, name: other(golden.expect[name])}
        )
        assert [fault.path for fault in failures_of(procedure(code), mutated)] == [
            f"golden[{golden.id}].{name}"
        ]

    def test_an_expectation_of_unknown_name_fails(self) -> None:
        _, golden = EXAMPLES[0]
        misspelt = Golden(golden.id, golden.title, golden.given, {**golden.expect, "due": None})
        assert list(failures_of(procedure(STATUS), misspelt))

    def test_an_example_that_cannot_be_played_fails(self) -> None:
        _, golden = EXAMPLES[0]
        given: dict[str, Json] = {**golden.given, "acts": [{"act": "sign", "at": "2026-08-21 09:00"}]}
        assert list(failures_of(procedure(STATUS), Golden(golden.id, golden.title, given, golden.expect)))

    def test_silence_that_has_not_lasted_is_no_consent(self) -> None:
        tacit = next(golden for golden in procedure(STATUS).golden if golden.id == "widowed-tacit")
        given: dict[str, Any] = json.loads(json.dumps(dict(tacit.given)))
        given["acts"][4]["at"] = "2026-09-08 23:59"
        assert list(failures_of(procedure(STATUS), Golden("x", tacit.title, given, tacit.expect)))


class TestDocument:
    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
    def test_stands_under_its_code_and_version(self, file: Path) -> None:
        read = document.load(file.read_text())
        assert (file.parent.name, file.stem) == (read.code, read.version)

    @pytest.mark.parametrize("code", CODES)
    def test_uses_the_public_codes_of_states(self, code: str) -> None:
        states = {state.id: state.code for state in procedure(code).states}
        assert all(states[name] == number for number, name in STATES.items())

    @pytest.mark.parametrize("code", CODES)
    def test_every_state_can_be_left_or_is_final_and_can_be_reached(self, code: str) -> None:
        held = procedure(code)
        for state in held.states:
            assert bool(engine.acts(held, state.id)) is not state.final
            assert state.id == "draft" or any(row.target == state.id for row in held.transitions)

    @pytest.mark.parametrize("code", CODES)
    def test_says_of_every_unread_value_that_it_is_unread(self, code: str) -> None:
        recalled = ("123/2015", "61/2018", "52/2014", "137/2015", "281/2016")
        for path, basis in bases(procedure(code)):
            if any(number in engine.cite(procedure(code), basis) for number in recalled):
                assert not basis.verified, path

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"level": "planet"}, "filing.level"),
            ({"colour": "red"}, ""),
            ({"version": 7}, "version"),
        ],
    )
    def test_names_the_place_of_a_fault(self, change: dict[str, Json], path: str) -> None:
        data: dict[str, Any] = parse(FILES[0].read_text())
        target = data["filing"] if "level" in change else data
        target.update(change)
        with pytest.raises(DocumentInvalid) as refused:
            document.read(data)
        assert path in [fault.path for fault in refused.value.faults]

    @pytest.mark.parametrize(
        ("before", "after", "path"),
        [
            ("source: law-52-2014", "source: law-of-nature", "eligibility[under-age].basis"),
            ("target: signed", "target: singed", "transitions[sign]"),
            ("purpose == 'marriage-mission'", "porpoise == 'x'", "eligibility[foreign-mission].when"),
            ("about: purpose_in_words", "about: nothing", "corrections[purpose-unclear].about"),
            ("id: same-sex\n    when", "id: foreign-mission\n    when", "eligibility"),
            (
                "on: 2026-08-21\n      prefill: true",
                "on: 2020-08-21\n      prefill: true",
                "golden[ordinary].given.on",
            ),
        ],
    )
    def test_names_what_its_parts_call_each_other_wrongly(self, before: str, after: str, path: str) -> None:
        text = next(file for file in FILES if STATUS in str(file)).read_text()
        assert before in text
        with pytest.raises(DocumentInvalid) as refused:
            document.load(text.replace(before, after))
        assert path in [fault.path for fault in refused.value.faults]

    def test_its_published_schema_is_that_of_the_types(self) -> None:
        kept = Path(procedures.__file__).parent / "schema" / "procedure.schema.json"
        assert json.loads(kept.read_text()) == document.schema()


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official texts are not beside this checkout")
class TestOfficialText:
    @pytest.mark.law("Decision 163/QĐ-BTP")
    @pytest.mark.parametrize("code", CODES)
    def test_times_and_results_are_those_of_the_catalogue(self, code: str) -> None:
        rows = (OFFICIAL / "procedures" / "tthc_commune_level.jsonl").read_text().splitlines()
        official = next(row for row in map(json.loads, rows) if row["ma_thu_tuc"] == code)
        held = procedure(code)
        amounts = {rows[0].amount for rows in held.clock.durations.values()}
        assert {channel["time"] for channel in official["kenh"]} == amounts
        assert official["ket_qua"] == held.result.title.vi
        assert official["so_quyet_dinh"] == held.sources[0].number


class TestReuse:
    @pytest.mark.law("Decree 123/2015/NĐ-CP, art. 23")
    def test_the_claims_of_the_first_result_satisfy_the_second_procedure(self) -> None:
        ordinary = next(golden for golden in procedure(STATUS).golden if golden.id == "ordinary")
        given: Any = ordinary.given
        answers = {**prefilled_from(given["records"][0]), **given["answers"]}
        on = date(2026, 8, 21)
        valid = engine.validity(procedure(STATUS), on)
        facts: dict[str, Json] = {"number": "1", "issued_on": "2026-08-21", "valid_until": "2027-02-21"}
        claims = engine.claims(procedure(STATUS), answers, facts, on)
        record = SourceRecord("marital-status-certificate", "applicant", "r", "1", AT, claims)
        known = engine.prefill(procedure(MARRIAGE), [record])
        asked = engine.components(procedure(MARRIAGE), known.answers, [record], on)
        assert valid == Period(on, date(2027, 2, 22))
        assert {part.component.id for part in asked if part.result} == {"marital-status"}
        assert len(known.answers) == 13
        assert known.provenance["partner_name"].record == "r"


def prefilled_from(row: dict[str, Any]) -> dict[str, Json]:
    record = SourceRecord(row["kind"], row["subject"], row["id"], "1", AT, row["data"])
    return dict(engine.prefill(procedure(STATUS), [record]).answers)


def other(value: Json) -> Json:
    """Return a value that is like `value` and is not it."""
    changed = copy.deepcopy(value)
    if isinstance(changed, dict):
        return {**changed, next(iter(changed), "x"): "something else"}
    if isinstance(changed, list):
        return changed[:-1] if changed else ["something else"]
    return not changed if isinstance(changed, bool) else "something else"
