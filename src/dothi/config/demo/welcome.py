"""What the terminal tells a newcomer: who may sign in to the demo city, and how."""

from pathlib import Path

from dothi.config.demo.accounts import Credentials, credentials
from dothi.config.demo.people import residents
from dothi.foundation.keys.roots import read_root_keys


def accounts(root_key: Path) -> list[str]:
    """Return the lines that name residents and officials with their passwords, of this demo city only."""
    found = credentials(read_root_keys(root_key))
    return [
        "  Người dân dùng thử: bấm Đăng nhập rồi chọn tên · Demo residents: press sign in, choose a name",
        *(f"    {one.name:<22} {one.personal_number}" for one in residents()),
        "  Công chức dùng thử: tên, mật khẩu · Demo officials: username, password",
        *(_official(one) for one in found),
        "  Mã 6 số khi công chức đăng nhập · The 6-digit code when an official signs in:",
        f"    .venv/bin/dothi demo totp {found[0].official.username}",
        "  Cho đồng hồ mẫu đi trước 3 ngày; về giờ thật · Move the demo clock ahead; back to real time:",
        "    .venv/bin/dothi demo clock +3d      .venv/bin/dothi demo clock real",
    ]


def _official(one: Credentials) -> str:
    who = one.official
    return f"    {who.username:<18} {one.password:<20} {who.name} · {who.post['vi']} · {who.post['en']}"
