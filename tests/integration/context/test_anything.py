"""No request, however strange, makes the broker fail or forget to say in JSON what is wrong."""

import json
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dothi.context.api.app import TABLE
from dothi.context.api.operations import Operation

LEAST_OF_ERRORS = 400
BODILESS = (411, 415)
NAMES = (
    "id", "type", "@context", "value", "object", "a", "speed", "location", "scope", "languageMap", "json",
    "vocab", "valueList", "objectList", "observedAt", "datasetId", "unitCode", "entities", "endpoint",
    "notification", "geoQ", "q", "temporalQ", "expiresAt", "@graph", "@type", "@id",
)  # fmt: skip
WORDS = (
    "urn:x:y", "T", "Point", "Property", "Relationship", "GeoProperty", "LanguageProperty", "Subscription",
    "2026-11-22T08:00:00Z", "urn:ngsi-ld:null", "*", "", "@none", "Feature", "-1", "true", "a;b", "a==1",
    "/a/#", "near;maxDistance==10", "[1,2]", "before", "\u0000", "\n", "\U0001f300", "' or 1=1; --",
    "normalized", "1e400",
)  # fmt: skip
words = st.one_of(st.sampled_from(WORDS), st.text(max_size=20))
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=8))
PIECES = (
    "a", "speed", "T", "urn:x:y", "==", "!=", "~=", "!~=", ">", "<=", ";", "|", "(", ")", "..", ",", "[", "]",
    "{", "}", ".", "%", "@en", '"', "1", "-2.5", "2026-11-22T08:00:00Z", "P1D", "true", "null", "/", "#",
    "+", "*", "\\",
    "near", "maxDistance", "Point", "[105.8,21]", "within", "[[[0,0],[0,1],[1,1],[0,0]]]", " ", "^(a+)+$",
)  # fmt: skip
grammar = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    words,
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=5)),
    max_leaves=12,
)
entities = st.dictionaries(names, anything, max_size=5).map(
    lambda told: {"id": "urn:x:y", "type": "T", **told}
)
bodies = st.one_of(anything, entities, st.lists(entities, max_size=3))
kinds = st.sampled_from(
    [
        *["application/json"] * 6,
        *["application/ld+json"] * 2,
        "application/merge-patch+json",
        "text/plain",
        "",
    ]
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Operation, httpx.Request]:
    one = draw(st.sampled_from(TABLE.operations))
    path = "/".join(
        quote(draw(words), safe="") if part.startswith("{") else part for part in one.path.split("/")
    )
    known = st.sampled_from([*sorted(one.params), "options", "unheard"])
    told = draw(
        st.lists(st.tuples(known, st.one_of(words, grammar)), max_size=draw(st.sampled_from([0, 1, 3])))
    )
    if "type" in one.params:
        told += draw(st.sampled_from([[], [("type", "T")]]))
    headers = {
        "Content-Type": draw(kinds),
        "Accept": draw(st.sampled_from(["*/*", "application/geo+json", "x;q=;,"])),
    }
    if draw(st.integers(0, 5)) == 0:
        headers["NGSILD-Tenant"] = draw(st.sampled_from(["t", "a b", "'"]))
    content = json.dumps(draw(bodies)).encode("utf-8", "surrogatepass") if one.brings else None
    return one, httpx.Request(
        one.method,
        f"http://b/ngsi-ld/v1/{path}",
        params=tuple(told),
        headers=headers,
        content=content,
    )


class TestAnything:
    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(requests())
    def test_is_answered(self, api: httpx.Client, asked: tuple[Operation, httpx.Request]) -> None:
        _, request = asked
        request.url = request.url.copy_with(host=api.base_url.host, port=api.base_url.port)
        answer = api.send(request)
        told: Any = answer.content
        assert answer.status_code < 500 or b"LdContextNotAvailable" in told, (request, request.content, told)
        if (
            answer.status_code >= LEAST_OF_ERRORS
            and answer.status_code not in BODILESS
            and request.method != "HEAD"
        ):
            assert answer.json()["type"].startswith("https://uri.etsi.org/ngsi-ld/errors/")
