"""The YAML that people write is read as JSON, and what could harm the reader is refused."""

import pytest

from dothi.kernel.documents.authoring import MAX_BYTES, parse
from dothi.kernel.documents.faults import DocumentInvalid

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"


class TestParse:
    def test_keeps_codes_dates_and_words_as_text(self) -> None:
        read = parse("code: 1.004873\nward: 00070\non: 2026-11-22\nanswer: no\nsix: 6\nsure: true\nnone:\n")
        expected = {"code": "1.004873", "ward": "00070", "on": "2026-11-22", "answer": "no"}
        assert read == {**expected, "six": 6, "sure": True, "none": None}

    @pytest.mark.parametrize(
        "text",
        [
            BOMB,
            "a: !!python/object/apply:os.system ['true']",
            "a: 1\na: 2",
            "- a list",
            "just words",
            "a: {",
            "a: " + "[" * 2000,
            "a: " + "[" * 30 + "]" * 30,
            "a: e\u0301",
            "a: " + "x" * MAX_BYTES,
            "",
        ],
        ids=[
            "bomb",
            "tag",
            "twice",
            "list",
            "scalar",
            "broken",
            "deep-open",
            "deep",
            "nfd",
            "large",
            "empty",
        ],
    )
    def test_refuses_what_json_lacks(self, text: str) -> None:
        with pytest.raises(DocumentInvalid) as refused:
            parse(text)
        assert refused.value.faults
