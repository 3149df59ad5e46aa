"""Personal numbers, tax codes, dossier codes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.kernel import dossier_code, personal_number, tax_code
from dothi.kernel.dossier_code import DossierCode, DossierCodeForm, DossierCodeInvalid
from dothi.kernel.personal_number import Sex

TODAY = date(2026, 11, 22)


def slugs(text: str, sex: Sex | None = None, birth_year: int | None = None) -> list[str]:
    """The slugs of what is wrong with a personal number."""
    return [problem.slug for problem in personal_number.problems(text, TODAY, sex, birth_year)]


@pytest.mark.law("Law on Identification 26/2023/QH15, art. 12")
class TestPersonalNumber:
    def test_carries_place_sex_and_year(self) -> None:
        number = personal_number.parse("001 199 012345", TODAY)
        assert (number.place, number.sex, number.birth_year) == ("001", Sex.FEMALE, 1999)

    @pytest.mark.parametrize(
        ("digit", "sex", "year"),
        [("0", Sex.MALE, 1905), ("1", Sex.FEMALE, 1905), ("2", Sex.MALE, 2005), ("3", Sex.FEMALE, 2005)],
    )
    def test_has_one_digit_for_century_and_sex(self, digit: str, sex: Sex, year: int) -> None:
        number = personal_number.parse(f"001{digit}05000001", TODAY)
        assert (number.sex, number.birth_year) == (sex, year)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("001099012345", []),
            ("001.099.012.345", []),
            ("", ["personal-number-length"]),
            ("00109901234", ["personal-number-length"]),
            ("0010990123456", ["personal-number-length"]),
            ("00109901234a", ["personal-number-length"]),
            ("٠٠١٠٩٩٠١٢٣٤٥", ["personal-number-length"]),
            ("012345678", ["personal-number-old"]),
            ("003099012345", ["personal-number-place"]),
            ("000099012345", ["personal-number-place"]),
            ("001227012345", ["personal-number-year"]),
            ("001226012345", []),
            ("097427012345", ["personal-number-place", "personal-number-year"]),
        ],
    )
    def test_is_refused_for_what_is_wrong(self, text: str, expected: list[str]) -> None:
        assert slugs(text) == expected

    def test_must_fit_what_was_declared(self) -> None:
        assert slugs("001199012345", Sex.FEMALE, 1999) == []
        assert slugs("001199012345", Sex.MALE, 1999) == ["personal-number-sex"]
        assert slugs("001199012345", Sex.FEMALE, 2099) == ["personal-number-birth-year"]

    def test_knows_the_63_places_before_july_2025(self) -> None:
        assert len(personal_number.PLACES) == len(set(personal_number.PLACES.values())) == 63

    def test_does_not_show_in_logs(self) -> None:
        number = personal_number.parse("001199012345", TODAY)
        with pytest.raises(personal_number.UnknownPlace) as caught:
            personal_number.parse("003199012345", TODAY)
        assert "199012345" not in f"{number!r}{caught.value}{caught.value.facts}"

    @given(st.integers(0, 11), st.integers(0, 9))
    def test_of_another_place_year_or_sex_is_noticed(self, position: int, digit: int) -> None:
        digits = "001199012345"
        changed = f"{digits[:position]}{digit}{digits[position + 1 :]}"
        noticed = bool(slugs(changed, Sex.FEMALE, 1999))
        known_place = changed[:3] in personal_number.PLACES
        assert noticed == (changed[3:6] != digits[3:6] or not known_place)

    def test_says_a_way_out_for_each_problem(self) -> None:
        found = personal_number.problems("097427012345", TODAY, Sex.FEMALE, 1999)
        assert len({problem.title for problem in found}) == len(found) == 4
        assert all(problem.way_out for problem in found)


@pytest.mark.law("Circular 105/2020/TT-BTC, art. 5")
class TestTaxCode:
    @pytest.mark.parametrize("text", ["0100109106", "0102182292", "0105987432", "0100233488-001"])
    def test_in_use_is_accepted(self, text: str) -> None:
        assert str(tax_code.parse(text)) == text

    def test_forgives_spaces_and_a_missing_hyphen(self) -> None:
        assert str(tax_code.parse(" 0100233488 001")) == "0100233488-001"

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("0100109107", tax_code.TaxCodeCheckDigit),
            ("010010910", tax_code.TaxCodeForm),
            ("0100109106-01", tax_code.TaxCodeForm),
            ("0100109106-000", tax_code.TaxCodeBranch),
            ("", tax_code.TaxCodeForm),
            ("٠100109106", tax_code.TaxCodeForm),
        ],
    )
    def test_that_cannot_be_is_refused(self, text: str, problem: type[tax_code.TaxCodeInvalid]) -> None:
        with pytest.raises(problem):
            tax_code.parse(text)

    @given(st.integers(0, 9), st.integers(1, 9))
    def test_with_one_wrong_digit_is_refused(self, position: int, shift: int) -> None:
        digits = "0100109106"
        wrong = str((int(digits[position]) + shift) % 10)
        with pytest.raises(tax_code.TaxCodeCheckDigit):
            tax_code.parse(digits[:position] + wrong + digits[position + 1 :])

    def test_is_never_issued_where_no_check_digit_exists(self) -> None:
        assert tax_code.check_digit("000000000") is None
        with pytest.raises(tax_code.TaxCodeCheckDigit):
            tax_code.parse("0000000000")


@pytest.mark.law("Circular 01/2018/TT-VPCP; Decision 20/2020/QD-TTg")
class TestDossierCode:
    @pytest.mark.parametrize(
        ("text", "unit", "on", "number", "form"),
        [
            ("000.A0.01.H26-210212-9090", "000.A0.01.H26", date(2021, 2, 12), 9090, DossierCodeForm.OLD),
            ("H26.103.25.7-250908-0112", "H26.103.25.7", date(2025, 9, 8), 112, DossierCodeForm.NEW),
        ],
    )
    def test_in_use_is_read_and_written(
        self, text: str, unit: str, on: date, number: int, form: DossierCodeForm
    ) -> None:
        code = dossier_code.parse(text)
        assert (code.unit, code.received_on, code.number, code.form) == (unit, on, number, form)
        assert str(code) == text

    def test_forgives_case_and_spaces(self) -> None:
        assert str(dossier_code.parse(" h26.103.25.7-250908 – 0112 ")) == "H26.103.25.7-250908-0112"

    @pytest.mark.parametrize(
        "text",
        [
            "", "H26-250908-0112", "H26.103.25.7-250931-0112", "H26.103.25.7-250908-112",
            "H26.103.25.7-250908-0000", "H26.103.25.7-250908-00112", "103.25.7-250908-0112",
            "H26..25-250908-0112", "H26.103.25.7", "H26.103.25.7-250908-0112-1",
            "H26" + ".10000" * 6 + "-250908-0112",
        ],
    )  # fmt: skip
    def test_that_cannot_be_is_refused(self, text: str) -> None:
        with pytest.raises(DossierCodeInvalid):
            dossier_code.parse(text)

    def test_counts_from_one_each_day_in_each_unit(self) -> None:
        unit, monday, tuesday = "H26.103.25.7", date(2026, 3, 2), date(2026, 3, 3)
        first = dossier_code.following(unit, monday, None)
        second = dossier_code.following(unit, monday, first)
        third = dossier_code.following(unit, tuesday, second)
        assert [str(code)[-11:] for code in (first, second, third)] == [
            "260302-0001",
            "260302-0002",
            "260303-0001",
        ]

    def test_grows_beyond_four_digits(self) -> None:
        last = DossierCode("H26.103.25.7", date(2026, 3, 2), 9999)
        after = dossier_code.following(last.unit, last.received_on, last)
        assert dossier_code.parse(str(after)) == after
        assert str(after).endswith("-10000")

    def test_does_not_follow_a_code_of_another_unit_or_a_later_day(self) -> None:
        last = DossierCode("H26.103.25.7", date(2026, 3, 2), 1)
        for unit, on in (("H26.103.25.8", date(2026, 3, 2)), (last.unit, date(2026, 3, 1))):
            with pytest.raises(ValueError, match="does not come before"):
                dossier_code.following(unit, on, last)

    @given(st.dates(date(2018, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999))
    def test_is_read_back_as_written(self, on: date, number: int) -> None:
        code = DossierCode("000.01.02.H26", on, number)
        assert dossier_code.parse(str(code)) == code
