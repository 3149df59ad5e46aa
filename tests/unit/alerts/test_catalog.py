"""The rules that the product brings pass their own examples, and what is wrong with a document is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from dothi import alerts
from dothi.alerts import document
from dothi.alerts.catalog import documents, latest
from dothi.alerts.engine.golden import failures
from dothi.alerts.wording import Lasting, filled, quantity, retold
from dothi.kernel.documents.authoring import parse
from dothi.kernel.documents.faults import DocumentInvalid
from dothi.kernel.documents.types import Text
from tests.support.alerts import document_of

READ = {"qd18-2021", "tvhn-67"}
"""Sources whose clause somebody has read: article 44 of the decision, and the bulletin as it was printed."""
CROSSED = [[105, 21], [106, 22], [106, 21], [105, 22]]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.parent.name)
class TestCatalog:
    def test_passes_its_own_examples(self, path: Path) -> None:
        rule = document.load(path.read_text(encoding="utf-8"))
        assert list(failures(rule)) == []
        assert (rule.code, rule.version) == (path.parent.name, path.stem)

    def test_has_examples_that_fire_and_that_do_not(self, path: Path) -> None:
        rule = document.load(path.read_text(encoding="utf-8"))
        assert {bool(example.expect) for example in rule.golden} == {True, False}

    def test_says_of_no_limit_that_it_was_read_which_nobody_has(self, path: Path) -> None:
        rule = document.load(path.read_text(encoding="utf-8"))
        assert rule.limit.basis.verified == (rule.limit.basis.source in READ)

    def test_says_in_both_languages_whence_its_limit_comes(self, path: Path) -> None:
        basis = document.load(path.read_text(encoding="utf-8")).limit.basis
        assert all(said.vi != said.en for said in (basis.clause, basis.note) if said)


class TestSchema:
    def test_is_kept_beside_the_code(self) -> None:
        kept = Path(alerts.__file__).parent / "schema" / "rule.schema.json"
        assert json.loads(kept.read_text(encoding="utf-8")) == document.schema()


class TestFaults:
    @pytest.mark.parametrize(
        ("path", "changes"),
        [
            ("window", {"kind": "window"}),
            ("rate", {"rate": {"per_s": 60, "over_s": 60}}),
            ("limit.clear_at", {"limit": {"clear_at": 40}}),
            ("limit.hold_s", {"kind": "absence", "limit": {"hold_s": 5}}),
            ("limit.hold_s", {"limit": {"hold_s": -1}}),
            ("limit.direction", {"kind": "absence", "limit": {"direction": "below", "clear_at": 40}}),
            ("limit.basis.source", {"sources": []}),
            ("rejects", {"rejects": ["nonsense"]}),
            (
                "escalation",
                {"escalation": [{"after_s": 9, "duty": "operate"}, {"after_s": 3, "duty": "operate"}]},
            ),
            ("escalation[0].duty", {"escalation": [{"after_s": 9, "duty": "sleep"}]}),
            ("geofence.area", {"kind": "geofence", "geofence": {"latitude": "lat", "area": [[1, 2]]}}),
            ("geofence.area", {"kind": "geofence", "geofence": {"latitude": "lat", "area": CROSSED}}),
            ("window.over_s", {"kind": "window", "window": {"over_s": 0, "what": "sum"}}),
            ("golden", {"golden": []}),
            ("severity", {"severity": "Awful"}),
            ("limit.fire_at", {"limit": {"fire_at": "many"}}),
        ],
    )
    def test_name_their_place(self, path: str, changes: dict[str, Any]) -> None:
        plain = document_of()
        if "limit" in changes:
            changes = {**changes, "limit": {**plain["limit"], **changes["limit"]}}
        with pytest.raises(DocumentInvalid) as caught:
            document.read({**plain, **changes})
        assert path in [fault.path for fault in caught.value.faults]

    def test_an_example_that_does_not_come_out_is_told(self) -> None:
        data = document_of()
        data["golden"][0]["expect"] = []
        (fault,) = failures(document.trusted(data))
        assert dict(fault.facts)["found"] == "raise one 2025-09-30T08:00:00"

    @pytest.mark.parametrize("given", [{}, {"readings": {"one": [["yesterday", 1]]}}, {"readings": []}])
    def test_an_example_that_cannot_be_read_is_told(self, given: dict[str, Any]) -> None:
        data = document_of()
        data["golden"][0]["given"] = given
        assert len(list(failures(document.trusted(data)))) == 1

    def test_of_before_reasons_had_two_languages_is_read_as_it_was_written(self) -> None:
        limit = document_of()["limit"]
        limit["basis"] = {"source": "tests", "clause": "article 7", "verified": False}
        basis = document.trusted(document_of(limit=limit)).limit.basis
        assert (basis.clause, basis.note) == (Text("article 7", "article 7"), None)

    def test_a_number_with_a_point_needs_no_quotes(self) -> None:
        text = latest()["river-hong-bd1"].read_text(encoding="utf-8")
        assert document.read(parse(text)).limit.fire_at == 9.5


class TestAbsurd:
    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"limit": {"fire_at": float("nan")}}, "limit.fire_at"),
            ({"limit": {"fire_at": float("inf")}}, "limit.fire_at"),
            ({"limit": {"fire_at": 1e300}}, "limit.fire_at"),
            ({"kind": "absence", "limit": {"fire_at": -5, "clear_at": -5}}, "limit.fire_at"),
            ({"kind": "window", "window": {"over_s": 60, "what": "sum", "min_samples": -3}},
             "window.min_samples"),
            ({"kind": "window", "window": {"over_s": 10**9, "what": "sum"}}, "window.over_s"),
            ({"close_after_s": 10**12}, "close_after_s"),
            ({"escalation": [{"after_s": 10**12, "duty": "operate"}]}, "escalation[0].after_s"),
            ({"kind": "correlation", "limit": {"fire_at": 3, "clear_at": 2},
              "correlation": {"each": "above", "each_at": 1, "within_m": 10**9, "over_s": 60}},
             "correlation.within_m"),
        ],
    )  # fmt: skip
    def test_numbers_are_refused_at_their_place(self, changes: dict[str, Any], path: str) -> None:
        limit = {**document_of()["limit"], **changes.pop("limit", {})}
        with pytest.raises(DocumentInvalid) as refused:
            document.read(document_of(limit=limit, **changes))
        assert path in {fault.path for fault in refused.value.faults}


class TestWords:
    @pytest.mark.parametrize("code", [code for code in latest() if code.startswith("sensor-silent-")])
    def test_tell_a_silence_in_the_units_of_people(self, code: str) -> None:
        rule = document.load(latest()[code].read_text(encoding="utf-8"))
        said = filled(rule.words.headline, {"thing": "A", "value": quantity(5400.0, rule.looks_at.unit)})
        assert said == Text("A: không có tín hiệu trong 1 giờ 30 phút", "A: silent for 1 hour 30 minutes")

    def test_tell_a_length_of_time_whatever_unit_stands_after_it(self) -> None:
        words = Text("{value} giây so với {limit}", "{value} s, {value} seconds of {limit}")
        said = filled(words, {"value": Lasting(60), "limit": Lasting(3600)})
        assert said == Text("1 phút so với 1 giờ", "1 minute, 1 minute of 1 hour")

    def test_of_an_early_alert_tell_its_seconds_as_people_do(self) -> None:
        assert retold("A: im lặng 3600 giây", 3600.0, "s", "vi") == "A: im lặng 1 giờ"
        assert retold("A: silent for 90.5 s", 90.5, "s", "en") == "A: silent for 1 minute 30 seconds"
        assert retold("A 3600 s: mưa 3600 mm", 3600.0, "mm", "vi") == "A 3600 s: mưa 3600 mm"
        assert retold("A: im lặng 1 giờ", 3600.0, "s", "vi") == "A: im lặng 1 giờ"
