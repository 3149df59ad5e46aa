"""How sizes are written for people."""

import pytest
from django.utils.translation import override

from dothi.registers.devices.rules import MOST_BYTES
from dothi.web.components.formats import size
from dothi.web.portal.questions import LARGEST_FILE


class TestSize:
    @pytest.mark.parametrize(
        ("count", "vi", "en"),
        [
            (MOST_BYTES, "1 MB", "1 MB"),
            (LARGEST_FILE, "15 MB", "15 MB"),
            (2_560_000, "2,5 MB", "2.5 MB"),
            (640_999, "640 KB", "640 KB"),
            (999, "999 B", "999 B"),
            (0, "0 B", "0 B"),
        ],
    )
    def test_is_round_and_never_more_than_there_is(self, count: int, vi: str, en: str) -> None:
        for language, said in (("vi", vi), ("en", en)):
            with override(language):
                assert size(count) == said
