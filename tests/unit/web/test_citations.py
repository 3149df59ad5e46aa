"""Whether citations read as law in both languages."""

import pytest
from django.utils import translation

from dothi.web.casework.citations import cited


class TestCited:
    @pytest.mark.parametrize(
        ("kept", "vietnamese"),
        [
            ("Decree 61/2018/ND-CP, art. 17", "Nghị định 61/2018/NĐ-CP, Điều 17"),
            ("Decree 224/2026/ND-CP, art. 29(3)", "Nghị định 224/2026/NĐ-CP, khoản 3 Điều 29"),
            (
                "Decree 61/2018/ND-CP, art. 25; Law 91/2025/QH15",
                "Nghị định 61/2018/NĐ-CP, Điều 25; Luật 91/2025/QH15",
            ),
            ("Circular 01/2018/TT-VPCP", "Thông tư 01/2018/TT-VPCP"),
            ("demo city", "demo city"),
            ("", ""),
        ],
    )
    def test_is_vietnamese_for_vietnamese_readers_and_as_kept_for_others(
        self, kept: str, vietnamese: str
    ) -> None:
        with translation.override("vi"):
            assert cited(kept) == vietnamese
        with translation.override("en"):
            assert cited(kept) == kept
