"""A resident's own files come back as what they are."""

import pytest
from django.test import Client

from dothi.foundation.clock import now
from dothi.foundation.identity.models import Account
from dothi.web.casework.handing import PDF
from tests.integration.desk.test_pages import GUARDS, SCRIPT, png
from tests.support import city, desk
from tests.support.people import sign_in


@pytest.mark.usefixtures("city")
class TestOwnFile:
    @pytest.mark.parametrize(
        ("content", "media_type", "disposition"),
        [(b"%PDF-1.7\n" + SCRIPT, PDF, "attachment"), (png() + SCRIPT, "image/png", "inline")],
    )
    def test_is_saved_or_shown_in_a_sandbox(self, content: bytes, media_type: str, disposition: str) -> None:
        dossier_id = desk.made_with_file(content)
        an = Account.objects.get(person_id=city.person_id(city.resident("an", now())))
        browser = sign_in(Client(SERVER_NAME="localhost"), an)
        answer = browser.get(f"/dossiers/{dossier_id}/files/authorization_file/")
        assert answer["Content-Type"] == media_type
        assert answer["Content-Disposition"].startswith(f"{disposition}; ")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
        assert {name: answer[name] for name in GUARDS} == GUARDS
