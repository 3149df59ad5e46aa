"""What is under way is bounded in number and bytes, for all and for each device."""

import contextlib

import pytest

from dothi.telemetry.edge.room import BYTES, EACH, REQUESTS, SHARE, Full, Room


class TestRoom:
    def test_of_a_device_ends_and_others_have_theirs(self) -> None:
        room = Room()
        with contextlib.ExitStack() as stack:
            for _ in range(EACH):
                stack.enter_context(room.taken("s1", 1))
            with pytest.raises(Full) as full, room.taken("s1", 1):
                pass
            assert full.value.own
            with room.taken("s2", 1):
                pass
        with room.taken("s1", 1):
            pass

    def test_of_a_device_ends_with_its_share_of_bytes(self) -> None:
        room = Room()
        with room.taken("s1", SHARE // 2), room.taken("s1", SHARE // 2):
            with pytest.raises(Full) as full, room.taken("s1", 1):
                pass
            assert full.value.own
            with room.taken("s2", SHARE):
                pass
        with room.taken("s1", SHARE):
            pass

    @pytest.mark.parametrize(("count", "size"), [(REQUESTS, 1), (BYTES // SHARE, SHARE)])
    def test_of_all_ends(self, count: int, size: int) -> None:
        room = Room()
        with contextlib.ExitStack() as stack:
            for number in range(count):
                stack.enter_context(room.taken(f"s{number}", size))
            with pytest.raises(Full) as full, room.taken("other", 1):
                pass
            assert not full.value.own
        with contextlib.ExitStack() as stack:
            for number in range(BYTES // SHARE):
                stack.enter_context(room.taken(f"other{number}", SHARE))
