"""Whether the time that a refused password takes tells which names there are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from dothi.foundation.identity.models import Account
from tests.integration.identity.test_official_sign_in import enter_password
from tests.support.people import PASSWORD, official, resident


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of slow work that the hasher has done since the test began."""
    done: list[str] = []
    for name in ("encode", "verify"):
        work = getattr(Argon2PasswordHasher, name)

        def counted(*given: Any, work: Any = work, name: str = name) -> Any:
            done.append(name)
            return work(*given)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return done


def closed() -> str:
    """Return the name of an account that was closed."""
    account = official("closed", "Khác")
    Account.objects.filter(id=account.id).update(is_active=False)
    return account.username


class TestTimeOfPassword:
    """How long a refusal takes is the hasher's work, so it is this that must not tell names apart."""

    @pytest.mark.parametrize(
        ("named", "password"),
        [
            pytest.param(lambda: official().username, "wrong", id="wrong password"),
            pytest.param(lambda: official().username, "", id="no password given"),
            pytest.param(lambda: "nobody", "wrong", id="no such name"),
            pytest.param(lambda: "", "", id="nothing"),
            pytest.param(lambda: resident().username, "wrong", id="an account without a password"),
            pytest.param(closed, "wrong", id="a closed account"),
            pytest.param(closed, PASSWORD, id="a closed account and its password"),
        ],
    )
    def test_is_that_of_one_hash_whoever_is_named(
        self, browser: Client, hashed: list[str], named: Callable[[], str], password: str
    ) -> None:
        username = named()
        hashed.clear()
        assert enter_password(browser, username, password).status_code == 422
        assert len(hashed) == 1

    @pytest.mark.parametrize("username", ["minh.hoankiem", "nobody"])
    def test_is_that_of_none_for_a_name_that_is_locked(
        self, browser: Client, hashed: list[str], username: str
    ) -> None:
        official()
        for _ in range(5):
            enter_password(browser, username, "wrong")
        hashed.clear()
        assert enter_password(browser, username).status_code == 429
        assert hashed == []
