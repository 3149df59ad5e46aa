"""The watcher's two halves live and die together, so that the supervisor sees it when one of them is lost."""

import threading

import pytest

from dothi.config.commands.watch import together
from tests.support.waiting import PATIENCE_S


class Lost(Exception):
    """One half met what it did not expect."""


class Halves:
    """A half that fails, and one that goes on until it is told to stop."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.told = False

    def fail(self) -> None:
        raise Lost

    def go_on(self) -> None:
        self.told = self.stop.wait(PATIENCE_S)


class TestTogether:
    def test_ends_what_is_apart_when_the_other_fails(self) -> None:
        halves = Halves()
        with pytest.raises(Lost):
            together(halves.fail, halves.go_on, halves.stop)
        assert halves.told

    def test_ends_with_the_failure_of_what_is_apart(self) -> None:
        halves = Halves()
        with pytest.raises(Lost):
            together(halves.go_on, halves.fail, halves.stop)
        assert halves.told

    def test_ends_both_when_told_to_stop(self) -> None:
        halves = Halves()
        halves.stop.set()
        together(halves.go_on, halves.go_on, halves.stop)
        assert halves.told
