"""Whether names of things lead to pages of this site, and to nothing else."""

from uuid import UUID, uuid4

import pytest
from django.conf import settings

from dothi.kernel.ids import name_in, urn
from dothi.web.casework.places import OFFICIALS, OWNERS, address

KEY = UUID("d913a684-f8f6-4323-89f9-b64622ea9116")
"""A name of a test is the same in each process that collects it."""


class TestAddress:
    def test_depends_on_who_looks(self) -> None:
        key = uuid4()
        about = urn(settings.NODE, "dossier", key)
        assert address(about, OWNERS) == f"/dossiers/{key}/"
        assert address(about, OFFICIALS) == f"/desk/dossiers/{key}"

    @pytest.mark.parametrize(
        "about",
        [
            "", "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "urn:dothi:x",
            f"urn:dothi:elsewhere.example:dossier:{KEY}", urn(settings.NODE, "dossier", "../evil"),
            urn(settings.NODE, "unknown", KEY), f"urn:other:{settings.NODE}:dossier:{KEY}",
        ],
    )  # fmt: skip
    def test_of_anything_else_is_none(self, about: str) -> None:
        assert address(about, OWNERS) == ""


class TestName:
    def test_has_the_parts_that_it_was_made_of(self) -> None:
        assert name_in(urn("hanoi.example", "result", "a:b")) == ("hanoi.example", "result", "a:b")
        assert name_in("urn:dothi::dossier:1") is None
