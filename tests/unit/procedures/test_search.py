"""A procedure is found by the words that people use, typed as people type them."""

import pytest

from dothi.procedures.search import match, phrases_of
from tests.unit.procedures.catalog import MARRIAGE, STATUS, procedure

EVERYDAY = [
    ("giay doc than", STATUS),
    ("giấy độc thân", STATUS),
    ("xac nhan doc than", STATUS),
    ("xin giay xac nhan doc than o dau", STATUS),
    ("xác nhận tình trạng hôn nhân", STATUS),
    ("xn tinh trang hon nhan", STATUS),
    ("xac nhan tthn", STATUS),
    ("tinh trang hon nha", STATUS),
    ("giay chung nhan doc tan", STATUS),
    ("chung nhan chua ket hon", STATUS),
    ("giay chua co vo", STATUS),
    ("giay xac nhan chua co chong", STATUS),
    ("giaays ddoocj thaan", STATUS),
    ("xacs nhaanj ddoocj thaan", STATUS),
    ("toi muon xin giay doc than de mua nha", STATUS),
    ("giay hon nhan", STATUS),
    ("single certificate", STATUS),
    ("xac nhan da ly hon", STATUS),
    ("gxn doc than", STATUS),
    ("1.004873", STATUS),
    ("dang ky ket hon", MARRIAGE),
    ("đăng ký kết hôn", MARRIAGE),
    ("đăng kí kết hôn", MARRIAGE),
    ("dk ket hon", MARRIAGE),
    ("dki kh", MARRIAGE),
    ("dang ki ket hon online", MARRIAGE),
    ("dang ky keets hoon", MARRIAGE),
    ("ddawng kys keets hoon", MARRIAGE),
    ("dang ky kte hon", MARRIAGE),
    ("lay vo", MARRIAGE),
    ("lấy chồng", MARRIAGE),
    ("toi muon lay vo can giay to gi", MARRIAGE),
    ("cuoi", MARRIAGE),
    ("cưới vợ", MARRIAGE),
    ("lam giay ket hon", MARRIAGE),
    ("giay hon thu", MARRIAGE),
    ("giay chung nhan ket hon", MARRIAGE),
    ("gcn ket hon", MARRIAGE),
    ("lap gia dinh", MARRIAGE),
    ("get married", MARRIAGE),
    ("1.000894", MARRIAGE),
]
STRANGE = [
    "",
    "   ",
    "thoi tiet hom nay",
    "giay phep xay dung",
    "dang ky xe may",
    "khai sinh",
    "???",
    "' or 1=1",
    "a" * 5000,
]


def ranked(query: str) -> list[str]:
    scores = {code: match(query, phrases_of(procedure(code))).score for code in (STATUS, MARRIAGE)}
    return [code for code, score in sorted(scores.items(), key=lambda item: -item[1]) if score]


@pytest.mark.parametrize(("query", "code"), EVERYDAY)
def test_everyday_words_find_the_procedure_first(query: str, code: str) -> None:
    assert ranked(query)[:1] == [code]


@pytest.mark.parametrize("query", STRANGE)
def test_words_of_other_things_find_nothing(query: str) -> None:
    assert ranked(query) == []


def test_says_which_words_matched() -> None:
    assert "giay doc than" in match("giay doc tan", phrases_of(procedure(STATUS))).phrases
