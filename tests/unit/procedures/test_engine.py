"""The engine stands any answers, and says what is wrong with wrong ones."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.procedures import engine
from dothi.procedures.errors import ActNotPossible
from dothi.procedures.types import Input, Json, SourceRecord
from tests.unit.procedures.catalog import MARRIAGE, STATUS, procedure

ON = date(2026, 8, 21)
FIELDS = {code: [f for p in procedure(code).pages for f in p.fields] for code in (STATUS, MARRIAGE)}
STRAY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.floats(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def answers_of(code: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return answers some of which are sound, some not, and some to questions that do not exist."""
    sound: dict[str, st.SearchStrategy[Any]] = {}
    for field in FIELDS[code]:
        choices: Any = [option.value for option in field.options] or [
            "001098000011",
            "1998-03-27",
            True,
            3,
            "x",
        ]
        sound[field.id] = st.sampled_from(choices) | STRAY
    strays = st.dictionaries(st.text(max_size=10), STRAY, max_size=2)
    known = st.fixed_dictionaries({}, optional=sound)
    return st.tuples(known, strays).map(lambda both: {**both[1], **both[0]})


class TestFiles:
    @pytest.mark.parametrize("more", [{}, {"size": 40_000}])
    def test_stand_as_the_pages_keep_them(self, more: dict[str, Json]) -> None:
        answers: dict[str, Json] = {"filing_for": "other", "authorized_relation": "family"}
        kept: dict[str, Json] = {"file": "01234567-89ab-7cde-8f01-23456789abcd", "name": "giấy.pdf", **more}
        answers["authorization_file"] = kept
        assert engine.page_problems(procedure(STATUS), "authorization", answers, ON) == ()


class TestAnyAnswers:
    @pytest.mark.parametrize("code", [STATUS, MARRIAGE])
    @given(data=st.data())
    def test_never_break_the_engine(self, code: str, data: st.DataObject) -> None:
        held = procedure(code)
        answers = data.draw(answers_of(code))
        for form in (answers, engine.normalize(held, answers).answers):
            shown = {field.id for page in engine.pages(held, form, ON) for field in page.fields}
            assert {problem.field for problem in engine.problems(held, form, ON)} <= shown
            told = engine.eligibility(held, form, ON)
            assert (told.entitled is False) == (told.fired is not None)
            engine.components(held, form, (), ON)
            engine.fees(held, form, ON)
            engine.claims(held, form, {}, ON)
            engine.clock_rule(held, form, ON)

    @pytest.mark.parametrize("code", [STATUS, MARRIAGE])
    @given(data=st.data())
    def test_normalizing_twice_changes_nothing(self, code: str, data: st.DataObject) -> None:
        once = engine.normalize(procedure(code), data.draw(answers_of(code)))
        assert engine.normalize(procedure(code), once.answers).answers == once.answers

    @given(content=st.dictionaries(st.text(max_size=12), STRAY, max_size=5))
    def test_no_record_breaks_prefilling(self, content: dict[str, Any]) -> None:
        kinds = ("population", "marital-status-certificate")
        at = datetime(2026, 8, 21, tzinfo=UTC)
        records = [SourceRecord(kind, "applicant", "x", "1", at, content) for kind in kinds]
        assert set(engine.prefill(procedure(MARRIAGE), records).answers) <= {f.id for f in FIELDS[MARRIAGE]}


class TestNormalize:
    def test_drops_and_reports_what_the_document_does_not_ask(self) -> None:
        done = engine.normalize(procedure(STATUS), {"holder_name": "  Trần   An ", "is_admin": True})
        assert (done.answers, done.dropped) == ({"holder_name": "Trần An"}, ("is_admin",))

    def test_keeps_one_form_of_each_letter(self) -> None:
        done = engine.normalize(procedure(STATUS), {"holder_name": "Tra\u0302\u0300n"})
        assert done.answers["holder_name"] == "Trần"

    def test_forgives_groups_of_digits_in_a_personal_number(self) -> None:
        done = engine.normalize(procedure(STATUS), {"holder_personal_number": "001 098.000-011"})
        assert done.answers["holder_personal_number"] == "001098000011"

    @pytest.mark.parametrize(
        "value", ["x" * 5000, ["x"] * 21, {"a": {"b": {"c": {"d": 1}}}}, 1.5, 2**60, "a\x00"]
    )
    def test_bounds_sizes(self, value: object) -> None:
        assert engine.normalize(procedure(STATUS), {"lost_reason": value}).dropped == ("lost_reason",)


class TestProblems:
    @pytest.mark.parametrize(
        ("field", "answer", "code"),
        [
            ("filing_for", None, "required"),
            ("filing_for", "nobody", "enum"),
            ("holder_birth_date", "1998-02-30", "format"),
            ("holder_birth_date", "27/3/1998", "pattern"),
            ("holder_birth_date", "2030-01-01", "birth-in-the-past"),
            ("holder_personal_number", "001098", "pattern"),
            ("holder_personal_number", "999098000011", "personal-number-place"),
            ("holder_personal_number", "001198000011", "number-fits-holder"),
            ("holder_personal_number", "001097000011", "number-fits-holder"),
            ("holder_name", "Tr4n", "pattern"),
            ("holder_residence", {"ward": "00070"}, "required"),
            ("holder_ethnicity", "x" * 400, "max-length"),
            ("truthful", False, "declared"),
            ("truthful", "yes", "type"),
        ],
    )
    def test_names_field_code_and_way_out(self, field: str, answer: Json, code: str) -> None:
        sound: dict[str, Json] = {
            "holder_birth_date": "1998-03-27", "holder_sex": "male", "holder_personal_number": "001098000011",
        }  # fmt: skip
        found = {p.field: p for p in engine.problems(procedure(STATUS), {**sound, field: answer}, ON)}
        assert found[field].code == code
        assert found[field].message
        assert found[field].way_out

    def test_asks_for_one_of_two_numbers(self) -> None:
        answers: dict[str, Json] = {"purpose": "marriage-abroad"}
        codes = [problem.code for problem in engine.problems(procedure(STATUS), answers, ON)]
        assert "partner-identified" in codes
        answers["partner_passport"] = "C01X00T47"
        assert "partner-identified" not in [p.code for p in engine.problems(procedure(STATUS), answers, ON)]


class TestTransition:
    def test_refuses_what_the_table_does_not_hold(self) -> None:
        with pytest.raises(ActNotPossible):
            engine.transition(procedure(STATUS), "draft", "sign")

    def test_reads_the_same_act_differently_by_state(self) -> None:
        early = engine.transition(procedure(STATUS), "submitted", "request-supplement")
        late = engine.transition(procedure(STATUS), "processing", "request-supplement")
        assert (early.duty, early.target) == ("receive", "supplement-at-desk")
        assert (late.duty, late.target) == ("process", "supplement")


class TestValidity:
    @pytest.mark.parametrize(
        ("issued", "end"),
        [("2026-08-31", "2027-03-01"), ("2026-08-21", "2027-02-22"), ("2026-01-01", "2026-07-02")],
    )
    def test_runs_six_months_to_the_same_day(self, issued: str, end: str) -> None:
        period = engine.validity(procedure(STATUS), date.fromisoformat(issued))
        assert period.end == date.fromisoformat(end)

    def test_has_no_end_where_the_document_gives_none(self) -> None:
        assert engine.validity(procedure(MARRIAGE), ON).end is None


def test_every_field_can_be_rendered() -> None:
    for field in [*FIELDS[STATUS], *FIELDS[MARRIAGE]]:
        assert bool(field.options) is (field.input is Input.CHOICE)
        assert bool(field.items) is (field.input is Input.LIST)
