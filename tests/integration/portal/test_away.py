"""What residents see while the database is away: a page that says so, and not an error of ours."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.support.servers import free_port


@pytest.fixture
def away(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Nobody listens where the database is looked for."""
    told = connections["default"].settings_dict
    before = dict(told)
    with django_db_blocker.unblock():
        connections.close_all()
        told.update(HOST="127.0.0.1", PORT=str(free_port()))
        yield
        connections.close_all()
        told.update(before)


@pytest.mark.usefixtures("away")
class TestAway:
    @pytest.mark.parametrize("address", ["/", "/my-ward/", "/warnings/"])
    def test_is_said_in_a_whole_page(self, address: str) -> None:
        answer = Client(SERVER_NAME="localhost", raise_request_exception=False).get(address)
        page = answer.content.decode()
        assert answer.status_code == 503
        assert "<h1" in page
        assert "</html>" in page
