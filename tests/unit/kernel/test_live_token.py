"""The live token: only what the pages signed, and only for a short time."""

import contextlib
import random
from datetime import UTC, datetime, timedelta

import pytest

from dothi.kernel.live_token import LIFETIME, TokenRefused, check, issue
from tests.support.hostile import bent, word

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOPICS = ("person/0192", "unit/00070")


class TestCheck:
    def test_returns_the_topics_that_were_signed(self) -> None:
        assert check(issue(TOPICS, "key", AT), "key", AT).topics == TOPICS

    def test_refuses_after_its_lifetime(self) -> None:
        token = issue(TOPICS, "key", AT)
        check(token, "key", AT + LIFETIME - timedelta(seconds=1))
        with pytest.raises(TokenRefused, match="expired"):
            check(token, "key", AT + LIFETIME)

    @pytest.mark.parametrize("key", ["other", ""])
    def test_refuses_another_key(self, key: str) -> None:
        with pytest.raises(TokenRefused, match="forged"):
            check(issue(TOPICS, "key", AT), key, AT)

    @pytest.mark.parametrize("token", ["", ".", "a.b", "é.é", "eyJ0IjpbXX0."])
    def test_refuses_what_is_no_token(self, token: str) -> None:
        with pytest.raises(TokenRefused):
            check(token, "key", AT)

    def test_refuses_a_body_changed_after_signing(self) -> None:
        body, mac = issue(TOPICS, "key", AT).split(".")
        other = issue(("person/0193",), "key", AT).split(".")[0]
        assert body != other
        with pytest.raises(TokenRefused, match="forged"):
            check(f"{other}.{mac}", "key", AT)

    def test_refuses_whatever_else_is_made_of_a_token(self) -> None:
        dice, good = random.Random(1), issue(TOPICS, "key", AT)
        for _ in range(500):
            told = bent(dice, good.encode()).decode("utf-8", "surrogateescape") + dice.choice(
                ("", word(dice))
            )
            if told != good:
                with contextlib.suppress(TokenRefused):
                    assert check(told, "key", AT).topics == TOPICS, told  # of padding that says nothing


class TestIssue:
    @pytest.mark.parametrize("count", [0, 21])
    def test_refuses_none_and_too_many_topics(self, count: int) -> None:
        with pytest.raises(ValueError, match="1 to 20"):
            issue(["person/1"] * count, "key", AT)
