"""Conditions are bounded before they run, cannot leave their room, and know what they do not know."""

from datetime import date

import pytest

from dothi.procedures.engine.conditions import condition, declared
from dothi.procedures.errors import ConditionInvalid
from dothi.procedures.types import Json

ON = date(2026, 11, 22)


class TestBounds:
    @pytest.mark.parametrize(
        "source",
        [
            "",
            "a &&",
            "(" * 40 + "true" + ")" * 40,
            "!" * 40 + "true",
            "a == '" + "x" * 600 + "'",
            "[1].map(i, [1].map(j, j))",
            "__import__('os')",
            "open('/etc/passwd')",
            "''.matches('(a+)+$')",
            "timestamp('2026-01-01T00:00:00Z')",
        ],
    )
    def test_refuses_what_is_not_bounded_or_not_known(self, source: str) -> None:
        with pytest.raises(ConditionInvalid):
            condition(source)

    def test_refuses_names_that_the_document_does_not_declare(self) -> None:
        with pytest.raises(ConditionInvalid):
            declared("secret == 'x'", {"sex"})

    def test_does_not_read_expressions_out_of_answers(self) -> None:
        assert condition("name == 'x'").holds({"name": "' || true || '"}, ON) is False

    def test_reaches_no_attribute_of_python(self) -> None:
        assert condition("name.__class__ == 'x'").holds({"name": "x"}, ON) is None

    def test_lets_the_variable_of_a_loop_be(self) -> None:
        assert declared("rows.all(row, row.n > 0)", {"rows"}).holds({"rows": [{"n": 1}]}, ON) is True


class TestThreeValues:
    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"sex": "male", "born": "2006-11-22"}, True),
            ({"sex": "male", "born": "2006-11-23"}, False),
            ({"sex": "female"}, False),
            ({"born": "2006-11-23"}, False),
            ({"sex": "male"}, None),
            ({"sex": "male", "born": "soon"}, None),
            ({"sex": "male", "born": 7}, None),
        ],
    )
    def test_is_unknown_only_while_the_rest_does_not_decide(
        self, values: dict[str, Json], expected: bool | None
    ) -> None:
        assert condition("sex == 'male' && age(born) >= 20").holds(values, ON) is expected

    def test_counts_the_birthday_of_29_february_on_1_march(self) -> None:
        of_age = condition("age(born) >= 18")
        assert of_age.holds({"born": "2008-02-29"}, date(2026, 2, 28)) is False
        assert of_age.holds({"born": "2008-02-29"}, date(2026, 3, 1)) is True
