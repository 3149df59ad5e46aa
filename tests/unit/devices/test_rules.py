"""Codes of boxes and files of devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.registers.devices import rules

HEAD = "device,profile,claim_code,token_sha256,name_vi,lon,lat,ward_code\n"


class TestCode:
    def test_is_read_as_it_is_shown(self) -> None:
        assert rules.shown("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"
        assert rules.normalized(rules.shown("ABCDEFGHJKMN")) == "ABCDEFGHJKMN"

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("abcd-efgh-jkmn", "ABCDEFGHJKMN"),
            (" O1il 0000 zzzz ", "01110000ZZZZ"),
            ("1234567", ""),
            ("ABCD-EFGH-UUUU", ""),
            ("ABCD-EFGH-ĐĐĐĐ", ""),
            ("", ""),
            ("A" * 65, ""),
        ],
    )
    def test_is_read_as_people_type_it(self, typed: str, code: str) -> None:
        assert rules.normalized(typed) == code


class TestFile:
    def test_is_read_with_commas_semicolons_and_a_mark(self) -> None:
        text = f"\ufeff{HEAD}rain-1,rain,ABCD-EFGH-JKMN,,Trạm mưa,105.85,21.03,00070\n"
        boxes, wrong = rules.read_file(text.encode())
        assert not wrong
        (box,) = boxes
        assert (box.id, box.claim_code, box.line) == ("rain-1", "ABCDEFGHJKMN", 2)
        assert (box.facts.name_vi, box.facts.lon, box.facts.lat) == ("Trạm mưa", 105.85, 21.03)
        assert rules.read_file(text.replace(",", ";").encode()) == (boxes, [])

    def test_names_lines_as_an_editor_counts_them(self) -> None:
        text = f'{HEAD}\nrain-1,rain,,,"two\nlines"\n\nrain 2,rain\n'
        boxes, wrong = rules.read_file(text.encode())
        assert [(box.id, box.line) for box in boxes] == [("rain-1", 4)]
        assert [one.line for one in wrong] == [6]

    @pytest.mark.parametrize(
        ("line", "column"),
        [
            ("rain-1,rain,,,,,,,more", ""),
            ("rain 1,rain", "device"),
            (",rain", "device"),
            ("rain-1,", "profile"),
            ("rain-1,rain,short", "claim_code"),
            ("rain-1,rain,,12", "token_sha256"),
            ("rain-1,rain,,,,105.85,,", "lat"),
            ("rain-1,rain,,,,200,21,", "lon"),
            ("rain-1,rain,,,,105,nan,", "lat"),
            ("rain-1,rain,,,,,,7", "ward_code"),
        ],
    )
    def test_names_what_is_wrong_and_keeps_the_rest(self, line: str, column: str) -> None:
        boxes, wrong = rules.read_file(f"{HEAD}{line}\nrain-2,rain\n".encode())
        assert [(one.line, one.column) for one in wrong] == [(2, column)]
        assert [box.id for box in boxes] == ["rain-2"]

    def test_names_what_stands_twice(self) -> None:
        text = f"{HEAD}a,rain,ABCDEFGH\na,rain\nb,rain,abcd-efgh\n"
        boxes, wrong = rules.read_file(text.encode())
        assert [box.id for box in boxes] == ["a"]
        assert [(one.line, one.column) for one in wrong] == [(3, "device"), (4, "claim_code")]

    @pytest.mark.parametrize("content", [b"", b"name\nx\n", "thiết bị\n".encode("utf-16"), b"\xff"])
    def test_says_what_no_file_of_devices_is(self, content: bytes) -> None:
        boxes, wrong = rules.read_file(content)
        assert not boxes
        assert wrong

    def test_ends_after_a_thousand(self) -> None:
        text = HEAD + "".join(f"d{number},rain\n" for number in range(rules.MOST_ROWS + 5))
        boxes, wrong = rules.read_file(text.encode())
        assert (len(boxes), [one.line for one in wrong]) == (rules.MOST_ROWS, [rules.MOST_ROWS + 2])

    @given(st.binary(max_size=300))
    def test_never_fails(self, content: bytes) -> None:
        rules.read_file(content)
        rules.read_file(HEAD.encode() + content)
