"""What a right has to say."""

from dataclasses import replace

import pytest

from dothi.context.rights.right import right
from dothi.foundation.clients.rules import is_fingerprint, problem_of
from dothi.foundation.clients.types import Terms

MEMBERS = ("tenant", "operations", "types", "scopes", "attributes")
SOUND = Terms(operations=["read"], basis="Decision 1")


class TestTerms:
    @pytest.mark.parametrize(
        ("members", "wrong"),
        [
            ({"operations": []}, "operations"), ({"operations": ["own"]}, "operations"),
            ({"basis": " "}, "basis"), ({"tenant": "a b"}, "tenant"), ({"types": []}, "types"),
            ({"types": "Well"}, "types"), ({"types": [""]}, "types"), ({"scopes": ["/a,/b"]}, "scopes"),
            ({"attributes": ["a b"]}, "attributes"), ({"attributes": ["a\0"]}, "attributes"),
        ],
    )  # fmt: skip
    def test_that_say_nothing_clear_are_refused(self, members: dict[str, object], wrong: str) -> None:
        assert problem_of(replace(SOUND, **members)) == wrong  # type: ignore[arg-type]  # wrong on purpose

    @pytest.mark.parametrize(
        "members",
        [
            {},
            {"types": ["Well", "https://example.org/Well"]},
            {"scopes": ["/a/+", "/b/#"]},
            {"tenant": "north"},
        ],
    )
    def test_that_are_taken_are_understood_by_the_broker(self, members: dict[str, object]) -> None:
        terms = replace(SOUND, **members)  # type: ignore[arg-type]  # each fits its member
        assert problem_of(terms) == ""
        assert right({name: getattr(terms, name) for name in MEMBERS}) is not None


class TestFingerprint:
    def test_has_64_digits(self) -> None:
        assert is_fingerprint("0a" * 32)
        for wrong in ("0a" * 31, "0A" * 32, "0g" * 32, ""):
            assert not is_fingerprint(wrong)
