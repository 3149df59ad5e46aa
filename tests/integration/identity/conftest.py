"""A browser without a browser, and the real provider to which it signs in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from dothi.config.demo.idp.settings import Provider
from tests.support.identity import running_idp


@pytest.fixture
def vneid(settings: Settings, tmp_path: Path) -> Iterator[Provider]:
    """The demo provider, connected to this site."""
    with running_idp(tmp_path, settings.PUBLIC_URL) as provider:
        settings.IDP_URL = provider.issuer
        settings.IDP_CLIENT_KEY_FILE = provider.client_key_file
        yield provider


@pytest.fixture
def browser(db: None) -> Client:
    """A browser that demands CSRF tokens, as real ones do; `post` helpers fetch them."""
    return Client()
