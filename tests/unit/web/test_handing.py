"""The name under which a file is handed out harms nobody, whatever its sender called it."""

import pytest

from dothi.web.casework.handing import PDF, SHOWN, handed


class TestName:
    @pytest.mark.parametrize(
        ("given", "media_type", "sent"),
        [
            ("giay.pdf", PDF, 'attachment; filename="giay.pdf"'),
            ("ẢNH.JPEG", "image/jpeg", "inline; filename*=utf-8''%E1%BA%A2NH.JPEG"),
            ("x.html", PDF, 'attachment; filename="x.html.pdf"'),
            ("../../etc/passwd", PDF, 'attachment; filename="passwd.pdf"'),
            ("C:\\temp\\giay.pdf", PDF, 'attachment; filename="giay.pdf"'),
            ('a"; filename="evil.exe', "image/png", 'inline; filename="a\\"; filename=\\"evil.exe.png"'),
            ("a\r\nSet-Cookie: x=y", "image/heic", 'attachment; filename="aSet-Cookie: x=y.heic"'),
            ("hoa\u202egpj.exe", "image/jpeg", 'inline; filename="hoagpj.exe.jpg"'),
            ("", PDF, 'attachment; filename="file.pdf"'),
        ],
    )
    def test_leads_nowhere_and_ends_as_its_kind(self, given: str, media_type: str, sent: str) -> None:
        assert handed([], media_type, given)["Content-Disposition"] == sent

    def test_of_what_is_looked_at_by_officials_is_shown(self) -> None:
        assert handed([], PDF, "x", inline=SHOWN | {PDF})["Content-Disposition"] == 'inline; filename="x.pdf"'
