"""Opens a session for each resident of the stage, as the sign-in page does: one JSON line of cookies each."""

import json

import django

django.setup()

from django.conf import settings  # noqa: E402 - after Django, like all below
from django.test import Client  # noqa: E402
from tests.support.people import sign_in  # noqa: E402

from dothi.foundation.identity.models import Account  # noqa: E402

if __name__ == "__main__":
    name = settings.SESSION_COOKIE_NAME
    for account in Account.objects.filter(kind=Account.Kind.RESIDENT).order_by("id"):
        print(json.dumps({name: sign_in(Client(), account).cookies[name].value}))
