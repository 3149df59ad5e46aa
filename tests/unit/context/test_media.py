"""Clause 6.3.4: which media type a request brings."""

import pytest

from dothi.context.api import media
from dothi.context.errors import InvalidRequest, NotAcceptable, UnsupportedMediaType


class TestBrought:
    @pytest.mark.parametrize("told", ["application/json", "Application/JSON; charset=utf-8"])
    def test_is_json_whatever_stands_after_it(self, told: str) -> None:
        assert media.brought(told) == media.JSON

    def test_may_be_a_merge_patch_where_it_patches(self) -> None:
        assert media.brought(media.MERGE_PATCH, patch=True) == media.JSON
        with pytest.raises(UnsupportedMediaType):
            media.brought(media.MERGE_PATCH)

    @pytest.mark.parametrize("told", [None, ""])
    def test_is_told(self, told: str | None) -> None:
        with pytest.raises(InvalidRequest):
            media.brought(told)


class TestWanted:
    def test_is_nothing_that_is_refused(self) -> None:
        with pytest.raises(NotAcceptable):
            media.wanted("application/json;q=0, application/ld+json;q=0, */*")
