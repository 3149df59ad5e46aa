"""
Entities that were told before are told from memory, and nobody can tell.

The same is asked in an order that is the one of every page, but whose answer is written anew each time.
"""

from typing import Any

import httpx
import pytest

from tests.support.things import Things

ANEW = {"orderBy": "id"}
WAYS: list[tuple[dict[str, str], str]] = [
    ({}, "application/json"),
    ({}, "application/ld+json"),
    ({"options": "sysAttrs"}, "application/json"),
    ({"format": "concise", "lang": "vi"}, "application/ld+json"),
    ({"format": "simplified"}, "application/json"),
    ({"limit": "2", "offset": "1", "count": "true"}, "application/json"),
    ({"q": "level>1", "count": "true"}, "application/json"),
    (
        {"georel": "near;maxDistance==2000", "geometry": "Point", "coordinates": "[105.8,21]"},
        "application/json",
    ),
]


@pytest.fixture
def things(api: httpx.Client) -> Things:
    several = Things(api)
    by = {"type": "Relationship", "object": "urn:x:y"}
    for number, name in enumerate("abcd"):
        place = {"type": "Point", "coordinates": [105.8 + number / 100, 21]}
        several.put(
            name, scope=f"/Hanoi/{name}",
            level=[
                {"type": "Property", "value": number, "unitCode": "MTR", "by": by},
                {"type": "Property", "value": -number, "datasetId": "urn:x:low"},
            ],
            name={"type": "LanguageProperty", "languageMap": {"vi": f"Hồ {name}", "en": f"Lake {name}"}},
            kind={"type": "VocabProperty", "vocab": "lake"},
            location={"type": "GeoProperty", "value": place},
        )  # fmt: skip
    return several


def told(
    things: Things, asked: dict[str, str], accept: str, **headers: str
) -> tuple[int, Any, dict[str, str]]:
    """Return what an answer says; its links, but for the order that they tell."""
    answer = things.api.get(
        "entities", params={"type": things.type, **asked}, headers={"Accept": accept, **headers}
    )
    assert answer.status_code == 200, answer.text
    kept = {name: answer.headers.get(name, "") for name in ("Content-Type", "NGSILD-Results-Count", "Link")}
    return answer.status_code, answer.json(), kept | {"Link": kept["Link"].replace("&orderBy=id", "")}


def same(things: Things) -> None:
    """Check that all ways of telling are those of answers that are written anew."""
    for asked, accept in WAYS:
        anew = told(things, asked | ANEW, accept)
        assert told(things, asked, accept) == anew == told(things, asked, accept)


class TestRetelling:
    def test_is_as_good_as_new_whatever_changes(self, things: Things) -> None:
        same(things)
        level = {"level": {"type": "Property", "value": 7}}
        assert things.api.patch(f"entities/{things.id('b')}/attrs", json=level).status_code == 204
        same(things)
        assert things.api.delete(f"entities/{things.id('a')}").status_code == 204
        things.put("a", level={"type": "Property", "value": 9})
        same(things)
        assert things.api.delete(f"entities/{things.id('c')}").status_code == 204
        same(things)

    def test_speaks_the_names_of_each_request(self, things: Things) -> None:
        """The same entities under two @contexts, each told twice."""
        terms = {"@context": {"height": "https://uri.etsi.org/ngsi-ld/default-context/level"}}
        address = things.api.post("jsonldContexts", json=terms).headers["Location"]
        link = f'<{things.api.base_url.join(address)}>; rel="http://www.w3.org/ns/json-ld#context"'
        for named, headers in [("level", {}), ("height", {"Link": link})] * 2:
            found = told(things, {}, "application/json", **headers)
            assert found == told(things, ANEW, "application/json", **headers)
            assert all(named in one for one in found[1])
