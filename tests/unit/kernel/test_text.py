"""Vietnamese text: spelling, searching, ordering."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.kernel.text import fold, name_key, nfc, sort_key, tone_position

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + " ", max_size=20)


class TestTonePosition:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("Yên Hoà", "Yên Hòa"), ("thuý", "thúy"), ("Thuỷ", "Thủy"), ("xoè", "xòe"), ("HOÁ", "HÓA"),
            ("quý", "quý"), ("qúy", "quý"), ("quả", "quả"), ("qùa", "quà"), ("Quỳnh", "Quỳnh"),
            ("gía", "giá"), ("gìao", "giào"), ("gì", "gì"), ("gìn", "gìn"), ("giữa", "giữa"),
            ("hoàn", "hoàn"), ("hòan", "hoàn"), ("khoẻ", "khỏe"), ("ngoài", "ngoài"), ("ngòai", "ngoài"),
            ("huỳnh", "huỳnh"), ("Húê", "Huế"), ("thuở", "thuở"), ("của", "của"), ("cuả", "của"),
            ("mía", "mía"), ("miá", "mía"), ("nứơc", "nước"), ("rựơu", "rượu"), ("ngừơi", "người"),
            ("khuỵu", "khuỵu"), ("boòng", "boòng"), ("uỷ ban", "ủy ban"), ("luật", "luật"), ("yếu", "yếu"),
            ("Đống Đa", "Đống Đa"), ("Beyoncé", "Beyoncé"), ("Chloé", "Chloé"), ("abc123à", "abc123à"),
        ],
    )  # fmt: skip
    def test_is_the_older_one(self, written: str, expected: str) -> None:
        assert tone_position(written) == expected

    @given(vietnamese)
    def test_is_settled_once(self, text: str) -> None:
        once = tone_position(text)
        assert tone_position(once) == once

    @given(vietnamese)
    def test_changes_nothing_but_the_place_of_marks(self, text: str) -> None:
        assert fold(tone_position(text)) == fold(text)
        assert len(tone_position(text)) == len(nfc(text))

    @given(vietnamese)
    def test_does_not_depend_on_the_normal_form(self, text: str) -> None:
        assert tone_position(unicodedata.normalize("NFD", text)) == tone_position(text)


class TestFold:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("Nguyễn Thuý  ĐÀO", "nguyen thuy dao"),
            (" Phường Hoàn Kiếm\u00a0", "phuong hoan kiem"),
            ("Ô Chợ Dừa", "o cho dua"),
            ("Đặng 12/3", "dang 12/3"),
            ("Bưởi", "buoi"),
            ("", ""),
        ],
    )
    def test_drops_marks_case_and_extra_space(self, written: str, expected: str) -> None:
        assert fold(written) == fold(unicodedata.normalize("NFD", written)) == expected

    @given(st.text())
    def test_is_settled_once(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)


class TestSortKey:
    @pytest.mark.parametrize(
        "ordered",
        [
            ["An", "Ảnh", "Ánh", "Ăn", "Ân", "Da", "Dũng", "Đà", "Đạt"],
            ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ", "mb"],
            [
                "a",
                "A",
                "à",
                "ă",
                "â",
                "b",
                "c",
                "d",
                "đ",
                "e",
                "ê",
                "g",
                "h",
                "i",
                "o",
                "ô",
                "ơ",
                "p",
                "u",
                "ư",
            ],
            ["ba", "Bà Chi", "Ba Dũng"],
            ["(x)", "1", "10", "2", "a", "z", "я"],
            ["Hà", "Hà Nội", "Hà Tĩnh", "Hai"],
            ["e", "é", "ë", "ê"],
        ],
    )
    def test_is_in_the_order_of_the_alphabet(self, ordered: list[str]) -> None:
        shuffled = random.Random(7).sample(ordered, len(ordered))
        assert sorted(shuffled, key=sort_key) == ordered

    @given(vietnamese, vietnamese)
    def test_compares_letters_then_tones_then_case(self, one: str, other: str) -> None:
        assert (sort_key(one) < sort_key(other)) == (by_levels(one) < by_levels(other))

    @given(st.text())
    def test_has_only_digits_and_lower_case_letters(self, text: str) -> None:
        assert sort_key(text).isascii()
        assert sort_key(text).isalnum()
        assert sort_key(text) == sort_key(text).lower()

    @given(vietnamese)
    def test_does_not_depend_on_the_normal_form(self, text: str) -> None:
        assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


def by_levels(text: str) -> tuple[list[int], list[int], list[bool]]:
    """The order by its definition: positions in the alphabet, then in the row of tones, then case."""
    collapsed = " ".join(text.split())
    bare = [unicodedata.normalize("NFD", letter.lower()) for letter in collapsed]
    tones = "\u0300\u0309\u0303\u0301\u0323"
    letters = ["".join(sign for sign in letter if sign not in tones) for letter in bare]
    alphabet = [unicodedata.normalize("NFD", letter) for letter in " aăâbcdđeêghiklmnoôơpqrstuưvxy"]
    return (
        [alphabet.index(letter) for letter in letters],
        [max([tones.index(sign) + 1 for sign in letter if sign in tones], default=0) for letter in bare],
        [letter.isupper() for letter in collapsed],
    )


class TestNameKey:
    def test_orders_by_given_name_then_family_and_middle_names(self) -> None:
        ordered = [
            "Lê Thị An", "Trần Văn An", "Trần Vân An", "Đỗ Văn Ảnh", "Lê Ánh", "Nguyễn Văn Bình",
            "Bế Thị Dung", "Nguyễn Đạt", "Y",
        ]  # fmt: skip
        shuffled = random.Random(7).sample(ordered, len(ordered))
        assert sorted(shuffled, key=name_key) == ordered

    def test_takes_a_given_name_before_any_longer_one(self) -> None:
        assert name_key("Vũ An") < name_key("Bùi Anh")

    @pytest.mark.parametrize("name", ["", " ", "An"])
    def test_takes_any_name(self, name: str) -> None:
        assert isinstance(name_key(name), str)
