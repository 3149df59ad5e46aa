"""
Amounts in Vietnamese words, as papers about money carry them beside the figures.

Of the usual ways of reading, this one names the hundred of every group but the first (1,015 is
"một nghìn không trăm mười lăm") and leaves out groups of nothing (1,000,000,005 is "một tỷ không trăm
linh năm"): no other number is read the same.
"""

from typing import Literal

from dothi.kernel.money import Money

Linh = Literal["linh", "lẻ"]
Thousand = Literal["nghìn", "ngàn"]

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_BILLION = 1_000_000_000


def amount_in_words(amount: Money, linh: Linh = "linh", thousand: Thousand = "nghìn") -> str:
    """
    Return an amount as a sentence begins: "Một triệu năm trăm nghìn đồng".

    `linh` joins a hundred and a digit (north "linh", south "lẻ"), `thousand` is "nghìn" or "ngàn".
    """
    words = number_in_words(amount.dong, linh, thousand)
    return f"{words[0].upper()}{words[1:]} đồng"


def number_in_words(number: int, linh: Linh = "linh", thousand: Thousand = "nghìn") -> str:
    """Return a whole number of any size in lower-case words, e.g. "âm hai mươi mốt"."""
    if number == 0:
        return _DIGITS[0]
    words = _whole(abs(number), linh, thousand)
    return " ".join(["âm", *words] if number < 0 else words)


def _whole(number: int, linh: Linh, thousand: Thousand) -> list[str]:
    """Read billions first, themselves a number, then what is below a billion."""
    billions, rest = divmod(number, _BILLION)
    words = [*_whole(billions, linh, thousand), "tỷ"] if billions else []
    for size, name in ((1_000_000, "triệu"), (1_000, thousand), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words += _group(group, linh, full=bool(words))
            words += [name] if name else []
    return words


def _group(group: int, linh: Linh, *, full: bool) -> list[str]:
    """Read a group of three digits; `full` names a hundred of nothing too."""
    hundreds, rest = divmod(group, 100)
    named = bool(hundreds) or full
    words = [_DIGITS[hundreds], "trăm"] if named else []
    return words + (_below_hundred(rest, linh, after_hundred=named) if rest else [])


def _below_hundred(number: int, linh: Linh, *, after_hundred: bool) -> list[str]:
    tens, units = divmod(number, 10)
    if tens == 0:
        return [linh, _DIGITS[units]] if after_hundred else [_DIGITS[units]]
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if units == 0:
        return words
    ends = {5: "lăm"} if tens == 1 else _AFTER_TENS
    return [*words, ends.get(units, _DIGITS[units])]
