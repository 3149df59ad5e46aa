"""Amounts: whole dong in figures and in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.kernel.money import Money
from dothi.kernel.words import Linh, Thousand, amount_in_words, number_in_words

dongs = st.integers(min_value=-(10**24), max_value=10**24)


class TestMoney:
    @pytest.mark.parametrize(
        ("dong", "vietnamese", "english"),
        [
            (0, "0 đồng", "VND 0"),
            (8000, "8.000 đồng", "VND 8,000"),
            (1_500_000, "1.500.000 đồng", "VND 1,500,000"),
            (-20_000, "−20.000 đồng", "−VND 20,000"),
        ],
    )
    def test_is_written_for_people(self, dong: int, vietnamese: str, english: str) -> None:
        spaced = (Money(dong).format("vi"), Money(dong).format("en"))
        assert tuple(text.replace("\u00a0", " ") for text in spaced) == (vietnamese, english)

    @pytest.mark.parametrize("amount", [1.0, 0.5, "1", True, None])
    def test_refuses_what_is_no_whole_number(self, amount: object) -> None:
        with pytest.raises(TypeError):
            Money(amount)  # type: ignore[arg-type]  # what a form or JSON might bring

    @given(dongs, dongs, st.integers(-1000, 1000))
    def test_adds_and_multiplies_exactly(self, one: int, other: int, times: int) -> None:
        assert Money(one) + Money(other) - Money(other) == Money(one)
        assert Money(one) * times == times * Money(one) == Money(one * times)
        assert (Money(one) < Money(other)) == (one < other)

    def test_never_becomes_a_fraction(self) -> None:
        with pytest.raises(TypeError):
            Money(10) * 0.5  # type: ignore[operator]  # what a careless caller might try


class TestWords:
    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (0, "không"), (1, "một"), (4, "bốn"), (5, "năm"), (10, "mười"), (11, "mười một"),
            (14, "mười bốn"), (15, "mười lăm"), (20, "hai mươi"), (21, "hai mươi mốt"), (24, "hai mươi tư"),
            (25, "hai mươi lăm"), (91, "chín mươi mốt"), (100, "một trăm"), (101, "một trăm linh một"),
            (105, "một trăm linh năm"), (110, "một trăm mười"), (115, "một trăm mười lăm"),
            (155, "một trăm năm mươi lăm"), (1000, "một nghìn"), (1015, "một nghìn không trăm mười lăm"),
            (1001, "một nghìn không trăm linh một"), (8000, "tám nghìn"), (10_500, "mười nghìn năm trăm"),
            (1_000_005, "một triệu không trăm linh năm"), (1_500_000, "một triệu năm trăm nghìn"),
            (1_005_000, "một triệu không trăm linh năm nghìn"), (21_000, "hai mươi mốt nghìn"),
            (1_000_000_005, "một tỷ không trăm linh năm"), (10**12, "một nghìn tỷ"), (10**18, "một tỷ tỷ"),
            (-15, "âm mười lăm"),
        ],
    )  # fmt: skip
    def test_are_what_people_say(self, number: int, words: str) -> None:
        assert number_in_words(number) == words

    def test_can_be_the_words_of_the_south(self) -> None:
        assert number_in_words(105_104, "lẻ", "ngàn") == "một trăm lẻ năm ngàn một trăm lẻ bốn"

    def test_of_an_amount_begin_a_sentence(self) -> None:
        assert amount_in_words(Money(1_500_000)) == "Một triệu năm trăm nghìn đồng"

    @given(dongs, st.sampled_from(["linh", "lẻ"]), st.sampled_from(["nghìn", "ngàn"]))
    def test_are_read_back_as_the_same_number(self, number: int, linh: Linh, thousand: Thousand) -> None:
        assert heard(number_in_words(number, linh, thousand)) == number

    @given(dongs)
    def test_keep_the_rules_of_speech(self, number: int) -> None:
        words = number_in_words(number)
        assert not re.search(r"mười (mốt|tư|năm)\b|mươi (một|bốn|năm)\b|linh (mốt|tư|lăm|không)\b", words)


def heard(words: str) -> int:
    """Read words aloud back into a number, by another grammar than the one that writes them."""
    digits = {
        "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5,
        "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    }  # fmt: skip
    total = group = digit = 0
    for word in words.removeprefix("âm ").split():
        if word in digits:
            digit += digits[word]
        elif word == "mươi":
            group, digit = group + digit * 10, 0
        elif word == "trăm":
            group, digit = group + digit * 100, 0
        elif word in {"nghìn", "ngàn", "triệu"}:
            total, group, digit = total + (group + digit) * (1000 if word[0] == "n" else 10**6), 0, 0
        elif word == "tỷ":
            total, group, digit = (total + group + digit) * 10**9, 0, 0
    return (total + group + digit) * (-1 if words.startswith("âm ") else 1)
