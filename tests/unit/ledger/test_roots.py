"""The root keys wrap, rotate, and refuse what they cannot open."""

import base64
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from dothi.foundation.keys.roots import RootKeys, RootKeyUnusable, create_root_key, read_root_keys
from dothi.kernel.ids import new_id

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


class TestRootKeys:
    def test_wrap_for_one_subject_only(self) -> None:
        roots, subject = RootKeys({1: OLD}), new_id()
        wrapped = roots.wrap(subject, b"k" * 32)
        assert roots.unwrap(subject, wrapped) == b"k" * 32
        with pytest.raises(InvalidTag):
            roots.unwrap(new_id(), wrapped)

    def test_open_after_a_rotation_what_was_wrapped_before(self) -> None:
        before, after, subject = RootKeys({1: OLD}), RootKeys({1: OLD, 2: NEW}), new_id()
        assert after.unwrap(subject, before.wrap(subject, b"k" * 32)) == b"k" * 32
        assert after.wrap(subject, b"k" * 32)[1] == 2
        assert after.blind("001095012345", "person") == before.blind("001095012345", "person")
        with pytest.raises(RootKeyUnusable):
            before.unwrap(subject, after.wrap(subject, b"k" * 32))

    def test_blind_differs_by_index_and_by_key(self) -> None:
        blinds = {RootKeys({1: key}).blind("1", index) for key in (OLD, NEW) for index in ("a", "b")}
        assert len(blinds) == 4


class TestReadRootKeys:
    def test_makes_a_private_file_once(self, tmp_path: Path) -> None:
        path = tmp_path / "secrets" / "root.key"
        create_root_key(path)
        first = path.read_bytes()
        create_root_key(path)
        assert path.read_bytes() == first
        assert path.stat().st_mode & 0o777 == 0o600

    def test_reads_the_lines_of_a_rotation(self, tmp_path: Path) -> None:
        path = tmp_path / "root.key"
        path.write_text("".join(f"{n} {base64.b64encode(key).decode()}\n" for n, key in ((1, OLD), (2, NEW))))
        assert read_root_keys(path).versions == {1: OLD, 2: NEW}

    @pytest.mark.parametrize(
        "content", [b"", b"short", b"1 AAAA\n", b"0 " + base64.b64encode(OLD), b"\xff" * 40]
    )
    def test_refuses_what_is_no_key(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "root.key"
        path.write_bytes(content)
        with pytest.raises(RootKeyUnusable):
            read_root_keys(path)
