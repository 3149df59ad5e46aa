"""Whether enrolling an official is on the record, and takes no account away from somebody else."""

import pytest

from dothi.foundation.clock import now
from dothi.foundation.identity.actions.persons import enroll_official
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.identity.models import Account
from tests.integration.identity.test_official_sign_in import entries
from tests.support.people import BINH, PASSWORD


def enroll(username: str, password: str) -> Account:
    return enroll_official(username=username, profile=BINH, password=password, actor=SYSTEM, at=now())


@pytest.mark.usefixtures("db")
class TestEnroll:
    def test_is_recorded_once_and_without_a_name(self) -> None:
        account = enroll("binh", PASSWORD)
        enroll("binh", PASSWORD)
        found = entries("identity.official.enrolled")
        assert len(found) == 1
        assert str(account.id) in str(found)
        assert "binh" not in str(found).lower()

    def test_under_another_name_leaves_the_password_of_the_account_one_has(self) -> None:
        enroll("binh", PASSWORD)
        again = enroll("binh2", "of somebody else")
        assert (again.username, again.check_password(PASSWORD)) == ("binh", True)
        assert len(entries("identity.official.enrolled")) == 1
