"""A device officer of the center, and a kind of device, in a transaction that is rolled back."""

import pytest

from tests.support.fleet import Officer, keep_profile, officer_of_the_center


@pytest.fixture
def officer(db: None) -> Officer:
    keep_profile()
    return officer_of_the_center()
