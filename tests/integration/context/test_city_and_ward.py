"""Two nodes that know each other by registrations: asked as one, cut from each other, and one again."""

import os
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.integration.context.federated import base, create, gauge, ids, kind, level, registered
from tests.integration.context.test_distributed_subscriptions import subscribe
from tests.support.links import Link, link
from tests.support.receivers import Receiver, receiver
from tests.support.waiting import until

SHORT_S = 3.0
LONG_S = 600.0
CUT_S = 1.0
AWAY_S = 60 * float(os.environ.get("DOTHI_CUT_MINUTES", "10"))
EVERY_S = 5.0
LATEST_S = 330.0
"""A copy of a subscription is tried again after five minutes at the latest."""


@pytest.fixture
def street(ward: httpx.Client) -> Iterator[Link]:
    """The link from the city to its ward."""
    with link(base(ward)) as one:
        yield one


class TestCityAndWard:
    def test_answer_one_query(self, city: httpx.Client, ward: httpx.Client, street: Link) -> None:
        type_ = kind()
        here, there = gauge(type_, "city", level=level(1)), gauge(type_, "ward", level=level(2))
        create(city, here)
        create(ward, there)
        with registered(city, street.url, type_), registered(ward, base(city), type_):
            for asked in (city, ward):
                assert sorted(ids(asked.get("entities", params={"type": type_}))) == [here["id"], there["id"]]
            street.cut()
            left = city.get("entities", params={"type": type_})
            assert (ids(left), "199" in left.headers["NGSILD-Warning"]) == ([here["id"]], True)
            street.mend()
            assert len(ids(city.get("entities", params={"type": type_}))) == 2

    def test_converge_when_the_link_is_back(
        self, city: httpx.Client, ward: httpx.Client, street: Link
    ) -> None:
        _converge(city, ward, street, SHORT_S)

    @pytest.mark.long
    def test_converge_again_and_again(self, city: httpx.Client, ward: httpx.Client, street: Link) -> None:
        _converge(city, ward, street, LONG_S)

    @pytest.mark.long
    def test_converge_after_minutes_without_a_link(
        self, city: httpx.Client, ward: httpx.Client, street: Link
    ) -> None:
        """The city answers all the while and says what is missing; then it has what the ward said last."""
        kind_ = kind()
        here, there = gauge(kind_, "city", level=level(0)), gauge(kind_, "ward", level=level(0))
        create(city, here)
        create(ward, there)
        with registered(city, street.url, kind_), receiver() as heard:
            street.cut()
            kept = subscribe(city, heard.url, kind_)
            value, back = 0, time.monotonic() + AWAY_S
            while time.monotonic() < back:
                value += 1
                ward.patch(f"entities/{there['id']}/attrs", json={"level": level(value)})
                left = city.get("entities", params={"type": kind_})
                assert (ids(left), "199" in left.headers["NGSILD-Warning"]) == ([here["id"]], True)
                time.sleep(EVERY_S)
            street.mend()
            began = time.monotonic()
            assert city.get(f"entities/{there['id']}").json()["level"]["value"] == value

            def told() -> object:
                """Let the ward speak on, until the subscription that was made without a link is there."""
                nonlocal value
                value += 1
                ward.patch(f"entities/{there['id']}/attrs", json={"level": level(value)})
                time.sleep(CUT_S)
                return _last(heard, there["id"])

            until(told, patience_s=LATEST_S)
            print(f"told {time.monotonic() - began:.0f} s after {AWAY_S:g} s without a link")  # noqa: T201
            ward.patch(f"entities/{there['id']}/attrs", json={"level": level(-1)})
            until(lambda: _last(heard, there["id"]) == -1)
            city.delete(f"subscriptions/{kept}")


def _last(heard: Receiver, entity: str) -> object:
    """Return the level of an entity that a subscriber was told last, None before."""
    told = [one["level"]["value"] for each in heard.told for one in each.data if one["id"] == entity]
    return told[-1] if told else None


def _converge(city: httpx.Client, ward: httpx.Client, street: Link, seconds: float) -> None:
    """
    Change an entity of the ward while the link of the city is cut again and again.

    Subscriptions that are made and ended meanwhile reach the ward, and what the ward says last is what the
    city answers and what its subscriber has heard.
    """
    one = gauge(kind(), level=level(0))
    create(ward, one)
    before = len(ward.get("subscriptions", params={"limit": 1000}).json())
    with registered(city, street.url, one["type"]), receiver() as heard:
        street.cut()
        kept = subscribe(city, heard.url, one["type"])
        ended = subscribe(city, heard.url, one["type"])
        value, until_ = 0, time.monotonic() + seconds
        while time.monotonic() < until_:
            street.mend()
            value += 1
            ward.patch(f"entities/{one['id']}/attrs", json={"level": level(value)})
            time.sleep(CUT_S)
            street.cut()
            ward.patch(f"entities/{one['id']}/attrs", json={"level": level(value + 0.5)})
            time.sleep(CUT_S / 2)
        city.delete(f"subscriptions/{ended}")
        street.mend()
        until(lambda: len(ward.get("subscriptions", params={"limit": 1000}).json()) == before + 1)
        ward.patch(f"entities/{one['id']}/attrs", json={"level": level(-1)})
        until(lambda: heard.told and heard.told[-1].data[0]["level"]["value"] == -1)
        assert city.get(f"entities/{one['id']}").json()["level"]["value"] == -1
        assert {told.body["subscriptionId"] for told in heard.told} <= {kept, ended}
        city.delete(f"subscriptions/{kept}")
        until(lambda: len(ward.get("subscriptions", params={"limit": 1000}).json()) == before)
