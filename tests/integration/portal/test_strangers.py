"""What belongs to somebody else is answered as what does not exist, and the ledger knows of it."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.dossiers.models import Dossier
from dothi.dossiers.papers import about
from dothi.foundation.clock import now
from dothi.foundation.identity.models import Account
from dothi.foundation.identity.types import Profile
from dothi.foundation.notices.queries import inbox
from dothi.foundation.papers.queries import papers_about
from dothi.web.portal.urls import urlpatterns
from tests.conftest import CityTemplate, database_of_its_own
from tests.integration.desk.test_double_press import official
from tests.support import city, desk
from tests.support.people import resident, sign_in

NAMED = {"page_id": "for-whom", "field_id": "authorization_file"}
EVERYBODYS = {"warning", "warning-cap"}
PERSONAL = [one for one in urlpatterns if "uuid:" in str(one.pattern) and one.name not in EVERYBODYS]
"""Every address that names a thing of a person."""
ONE_OF_EACH = [
    ("get", "dossier"), ("get", "file"), ("get", "result"), ("get", "paper"), ("get", "proof"),
    ("post", "notice"),
]  # fmt: skip
PLACES = [
    "files/{file_id}", "files/{file_id}/view", "results/{result_id}", "results/{result_id}/paper",
    "papers/{paper_id}",
]  # fmt: skip
"""Where officials open what belongs to a dossier."""
NUMBERS = count(1)

Things = Mapping[str, UUID]


@pytest.fixture(scope="module")
def ans(
    cluster: postgres.Cluster, city_template: CityTemplate, django_db_blocker: DjangoDbBlocker
) -> Iterator[Things]:
    """One of each kind of An's things, by the name that it has in an address."""
    with database_of_its_own(cluster, django_db_blocker, city_template.name):
        signed, an = desk.made_signed(), city.resident("an", now())
        result_id, filed = Dossier.objects.get(pk=signed).result_id, desk.made_with_file(b"%PDF-1.7\n")
        assert result_id is not None
        yield {
            "dossier_id": filed, "result_id": result_id, "file_id": file_in(filed),
            "paper_id": papers_about(about(signed))[0].id, "notice_id": inbox(city.person_id(an))[0].id,
        }  # fmt: skip


def file_in(dossier_id: UUID) -> UUID:
    """Return the id of the file of a dossier, as the desk's page links to it."""
    page = official("ha").get(f"/desk/dossiers/{dossier_id}").content.decode()
    found = re.search(r"/files/([0-9a-f-]{36})/view", page)
    assert found is not None
    return UUID(found[1])


def an() -> Client:
    """Return the browser of An."""
    return browser(Account.objects.get(person_id=city.person_id(city.resident("an", now()))))


def stranger() -> Client:
    """Return the browser of a new resident, whose refusals are not counted yet."""
    return browser(resident(Profile("Người Lạ", f"00109{next(NUMBERS):07}", "male", "1990-01-01")))


def browser(account: Account) -> Client:
    return sign_in(Client(SERVER_NAME="localhost"), account)


def nobodys(things: Things) -> Things:
    """Return ids of things that do not exist."""
    return {name: uuid4() for name in things}


def address(name: str, things: Things) -> str:
    """Return the address of this name with these things in it."""
    wanted = next(one for one in PERSONAL if one.name == name).pattern.converters
    given = {**NAMED, **things}
    return reverse(f"portal:{name}", kwargs={part: given[part] for part in wanted})


def said(answer: Any) -> tuple[int, Mapping[str, str], str]:
    """Return status, headers and body without tokens and without the ids that were asked for."""
    body = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return (
        answer.status_code,
        dict(answer.items()),
        re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-\w{12}", "ID", body),
    )


def refused_on(thing: UUID) -> list[str]:
    """Return the reason of every recorded refusal of an address that names this thing."""
    with connection.cursor() as cursor:
        cursor.execute("select body from ledger_entry where act = 'identity.act.refused' order by id")
        told = [json.loads(bytes(body))["facts"] for (body,) in cursor.fetchall()]
    return [facts["reason"] for facts in told if str(thing) in facts["of"].values()]


class TestStranger:
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("route", PERSONAL, ids=lambda route: route.name)
    def test_is_answered_as_if_there_were_no_such_thing(
        self, ans: Things, route: URLPattern, method: str
    ) -> None:
        asks, name = getattr(stranger(), method), str(route.name)
        assert said(asks(address(name, ans))) == said(asks(address(name, nobodys(ans))))

    @pytest.mark.parametrize(("method", "name"), ONE_OF_EACH)
    def test_is_told_nothing_where_the_owner_is(self, ans: Things, method: str, name: str) -> None:
        where = address(name, ans)
        assert getattr(stranger(), method)(where).status_code == 404
        assert getattr(an(), method)(where).status_code != 404

    @pytest.mark.parametrize(("method", "name"), ONE_OF_EACH)
    def test_stands_in_the_ledger_with_what_was_tried(self, ans: Things, method: str, name: str) -> None:
        asks, missing = getattr(stranger(), method), nobodys(ans)
        kind = next(iter(next(one for one in PERSONAL if one.name == name).pattern.converters))
        before = refused_on(ans[kind])
        asks(address(name, ans))
        asks(address(name, missing))
        assert refused_on(ans[kind]) == [*before, "not-yours"]
        assert refused_on(missing[kind]) == []


class TestOfficial:
    """What one may open hangs on the dossier in whose name it is asked for."""

    @pytest.mark.parametrize("place", PLACES)
    def test_is_answered_by_another_dossier_as_if_there_were_no_such_thing(
        self, ans: Things, place: str
    ) -> None:
        other, ha = desk.made_submitted(), official("ha")
        theirs, missing = (f"/desk/dossiers/{other}/{place.format(**ids)}" for ids in (ans, nobodys(ans)))
        assert said(ha.get(theirs)) == said(ha.get(missing))
        assert ha.get(theirs).status_code == 404
