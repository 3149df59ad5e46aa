"""Rules from their document to work: published once, tried in shadow, promoted, retired."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from dothi.alerts import queries
from dothi.alerts.actions.handle import close
from dothi.alerts.actions.keep import promote, promote_all, publish, retire
from dothi.alerts.brought import ABSENT, CHANGED, WAITS, told
from dothi.alerts.catalog import latest
from dothi.alerts.comparing import compared, judged
from dothi.alerts.engine.samples import Decision
from dothi.alerts.errors import ExamplesFailed, RuleDiffers, RuleUnknown, ShadowIsWorse
from dothi.alerts.keeping import at_work
from dothi.alerts.models import Firing, Standing
from dothi.alerts.raising import take_effect
from dothi.alerts.types import Call, Label, Place, RuleId, State
from dothi.alerts.watched import Thing, Watching
from dothi.config.cli import main
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM, Actor, Duty, Refused
from dothi.kernel.documents.types import Text
from dothi.kernel.ids import UnitId, new_id
from dothi.registers.agencies import queries as agencies
from dothi.registers.agencies.actions.units import establish
from dothi.registers.agencies.founding import founding_units
from tests.support.alerts import GAUGE, decided, document_of, operator
from tests.support.city import AT as NOW
from tests.support.events import emitted, faults
from tests.support.people import signed_in

MINUTE = timedelta(minutes=1)
TWO = Thing("rain-00004", Text("Trúc Bạch", "Trúc Bạch"), Place("00004"))


@pytest.fixture(autouse=True)
def _center(db: None) -> None:
    """A city with its operations center, and nothing else."""
    units = list(founding_units(settings.NODE, []))
    establish(units=units, posts=[], basis="tests", actor=SYSTEM, at=NOW - timedelta(days=1))


def text_of(**changes: Any) -> str:
    return yaml.safe_dump(document_of(**changes), allow_unicode=True)


def keeper(*duties: Duty) -> Actor:
    return operator(*(duties or (Duty.ADMINISTER_DEVICES,)), unit=center())


def center() -> UnitId:
    return UnitId(agencies.unit_coded("ioc", NOW.date()).id)


def stands() -> list[tuple[str, bool]]:
    return [(row.version, row.live) for row in queries.rules_at(NOW + 9 * MINUTE) if row.code == "rain-heavy"]


def stands_now() -> list[tuple[str, bool]]:
    return [(row.version, row.live) for row in queries.rules_at(now()) if row.code == "rain-heavy"]


def put_beside() -> tuple[Watching, Watching]:
    """Publish a rule, and a second version of it beside it."""
    publish(text=text_of(), actor=keeper(), at=NOW)
    limit = {**document_of()["limit"], "fire_at": 40, "clear_at": 30}
    golden = [{**document_of()["golden"][0], "expect": []}]
    publish(text=text_of(version="2", limit=limit, golden=golden), actor=keeper(), at=NOW)
    live, shadow = at_work()
    return live, shadow


def applied(watching: Watching, decision: Decision, thing: Thing, known_at: datetime) -> None:
    with transaction.atomic():
        take_effect(watching, [decision], {thing.id: thing}, known_at)


def labeled(live: Watching, thing: Thing, label: Label, minutes: int) -> None:
    """Let the live rule raise an alert that somebody then labels."""
    at = NOW + minutes * MINUTE
    applied(live, decided(thing.id, at), thing, at)
    (row,) = [row for row in queries.alerts_at(at) if row.thing == thing.id and row.is_open]
    applied(live, decided(thing.id, at + MINUTE, act="clear"), thing, at + MINUTE)
    close(Call(row.id, operator(unit=center()), at + MINUTE), label=label)


class TestPublish:
    def test_goes_live_once_and_is_told(self) -> None:
        first = publish(text=text_of(), actor=keeper(), at=NOW)
        assert publish(text=text_of(), actor=keeper(), at=NOW + MINUTE) == first
        assert stands() == [("1", True)]
        told = [data for kind, data in emitted() if kind == "vn.dothi.alerts.rule.published.v1"]
        assert told[-1]["rule"] == "rain-heavy"
        assert [fault for kind, data in emitted() for fault in faults(kind, data)] == []
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_entry where id = %s", [first])
            assert cursor.fetchone() == (1,)

    def test_another_version_stands_in_shadow(self) -> None:
        put_beside()
        assert stands() == [("1", True), ("2", False)]

    def test_refuses_another_content_under_the_same_version(self) -> None:
        publish(text=text_of(), actor=keeper(), at=NOW)
        with pytest.raises(RuleDiffers):
            publish(text=text_of(severity="Minor"), actor=keeper(), at=NOW)

    def test_refuses_what_fails_its_own_examples(self) -> None:
        golden = [{**document_of()["golden"][0], "expect": []}]
        with pytest.raises(ExamplesFailed):
            publish(text=text_of(golden=golden), actor=keeper(), at=NOW)

    @pytest.mark.parametrize("duty", [Duty.OPERATE, Duty.SIGN])
    def test_is_for_those_who_keep_the_units_rules(self, duty: Duty) -> None:
        with pytest.raises(Refused):
            publish(text=text_of(), actor=keeper(duty), at=NOW)
        with pytest.raises(Refused):
            publish(text=text_of(), actor=operator(Duty.ADMINISTER_DEVICES), at=NOW)


class TestCatalog:
    @pytest.fixture
    def catalog(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A catalog of one rule, whose file may be edited."""
        monkeypatch.setattr("dothi.alerts.catalog.FOLDER", tmp_path)
        (tmp_path / "rain-heavy").mkdir()
        file = tmp_path / "rain-heavy" / "1.yaml"
        file.write_text(text_of(), encoding="utf-8")
        return file

    def test_says_what_is_otherwise_here_until_it_is_published_as_the_next(
        self, catalog: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["rules", "catalog", "--lang", "en"]) == 1
        assert "? rain-heavy: not published here" in capsys.readouterr().out
        publish(text=text_of(), actor=keeper(), at=NOW)
        assert main(["rules", "catalog", "--lang", "en"]) == 0
        catalog.write_text(text_of(severity="Minor"), encoding="utf-8")
        assert told(queries.catalog_here()) == [f"{CHANGED}: rain-heavy → dothi rules catalog"]
        assert main(["rules", "catalog", "--lang", "en"]) == 1
        shown = capsys.readouterr().out
        assert "~ severity\n  - Severe\n  + Minor" in shown
        assert f"dothi rules publish --next {catalog}" in shown
        for _ in range(2):
            assert main(["rules", "publish", "--next", str(catalog), "--lang", "en"]) == 0
        assert "rain-heavy 2: shadow → dothi rules judge rain-heavy 2" in capsys.readouterr().out
        assert stands_now() == [("1", True), ("2", False)]
        assert told(queries.catalog_here()) == [f"{WAITS}: 1 → dothi rules catalog"]
        assert main(["rules", "catalog", "--lang", "en"]) == 0
        assert "dothi rules promote rain-heavy 2" in capsys.readouterr().out

    @pytest.mark.parametrize(("new", "alike"), [({"summary": {"vi": "Mưa", "en": "Rain"}}, True),
                                                ({"severity": "Minor"}, False)])  # fmt: skip
    def test_that_is_in_shadow_only_is_not_called_the_same(
        self, catalog: Path, new: dict[str, object], alike: bool
    ) -> None:
        publish(text=text_of(), actor=keeper(), at=NOW)
        catalog.write_text(text_of(version="2", **new), encoding="utf-8")
        shadow = publish(text=catalog.read_text(encoding="utf-8"), actor=keeper(), at=NOW)
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], center())
        shown = van.get("/center/rules/").content.decode()
        assert "Có 1 quy tắc có phiên bản mới còn chạy thử" in shown
        assert 'href="/center/rules/rain-heavy#shadow"' in shown
        assert "Mọi quy tắc của danh mục" not in shown
        shown = van.get("/center/rules/rain-heavy").content.decode()
        assert "Cảnh báo vẫn theo phiên bản 1 cho đến khi" in shown
        assert ("quyết định như nhau" in shown) is alike
        promote(rule_id=shadow, actor=keeper(), at=NOW + MINUTE, key=new_id())
        assert "Mọi quy tắc của danh mục" in van.get("/center/rules/").content.decode()

    def test_that_differs_is_told_on_the_pages_of_rules(self, catalog: Path) -> None:
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], center())

        def page(path: str) -> str:
            return van.get(f"/center/rules/{path}").content.decode()

        assert "chưa công bố ở đây" in page("")
        publish(text=text_of(), actor=keeper(), at=NOW)
        assert "Mọi quy tắc của danh mục" in page("")
        assert 'id="catalog"' not in page("rain-heavy")
        summary = {"vi": "Mưa <b>rất</b> lớn", "en": "Heavy rain"}
        catalog.write_text(text_of(severity="Minor", summary=summary), encoding="utf-8")
        assert 'href="/center/rules/rain-heavy#catalog"' in page("")
        shown = page("rain-heavy")
        assert "khác 2 chỗ so với phiên bản 1 ở đây" in shown
        assert "<b>rất" not in shown
        for said in ('<span lang="en">Severe</span>', '<span lang="en">Minor</span>', "Mưa &lt;b&gt;rất"):
            assert said in shown
        van.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        shown = page("rain-heavy")
        assert '<span lang="vi">Mưa &lt;b&gt;rất&lt;/b&gt; lớn</span>' in shown
        assert '<span lang="en">' not in shown

    def test_takes_ten_for_later_than_nine(self, catalog: Path) -> None:
        for version in ("9", "10"):
            (catalog.parent / f"{version}.yaml").write_text(text_of(version=version), encoding="utf-8")
        assert latest()["rain-heavy"].stem == "10"

    def test_counts_what_is_not_published_at_all(self, catalog: Path) -> None:
        assert told(queries.catalog_here()) == [f"{ABSENT}: 1 → dothi rules catalog"]


class TestPromote:
    def test_lets_the_shadow_take_the_place_once(self) -> None:
        _, shadow = put_beside()
        key = new_id()
        for _ in range(2):
            promote(rule_id=shadow.id, actor=keeper(), at=NOW + MINUTE, key=key)
        assert stands() == [("2", True)]
        assert [row.version for row in queries.rules_at(NOW)] == ["1", "2"]

    def test_refuses_one_that_missed_what_was_true_unless_it_is_said_why(self) -> None:
        live, shadow = put_beside()
        labeled(live, GAUGE, Label.TRUE, 10)
        assert judged("rain-heavy", "2", NOW + 20 * MINUTE).missed == 1
        with pytest.raises(ShadowIsWorse):
            promote(rule_id=shadow.id, actor=keeper(), at=NOW + 20 * MINUTE, key=new_id())
        promote(rule_id=shadow.id, actor=keeper(), at=NOW + 20 * MINUTE, key=new_id(), knowingly="asked for")

    def test_takes_all_that_wait_once_after_a_page_that_says_what_changes(self) -> None:
        live, shadow = put_beside()
        applied(live, decided(TWO.id, NOW), TWO, NOW)
        path = "/center/rules/versions/waiting"
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], center())
        nam = signed_in(Client(SERVER_NAME="localhost"), "nam.trang", ["administer_devices"], center())
        assert 'name="version"' not in van.get(path).content.decode()
        shown = nam.get(path).content.decode()
        assert "1 cảnh báo đang mở sẽ kết thúc" in shown
        assert "quyết định khác" in shown
        sent = {"key": str(new_id()), "version": [str(shadow.id)]}
        assert van.post(path, sent).status_code == 403
        assert nam.post(path, {"key": str(new_id())}).status_code == 422
        assert [nam.post(path, sent).status_code for _ in range(2)] == [302, 302]
        assert stands_now() == [("2", True)]
        assert [row.state for row in queries.alerts_at(now())] == [State.CLEARED]
        assert "Không có phiên bản nào chờ" in nam.get(path).content.decode()

    def test_takes_none_of_several_where_one_cannot_go_live(self) -> None:
        live, shadow = put_beside()
        with pytest.raises(RuleUnknown):
            promote_all(rule_ids=[shadow.id, live.id], actor=keeper(), at=NOW, key=new_id())
        assert stands() == [("1", True), ("2", False)]

    def test_counts_what_it_caught_and_spared(self) -> None:
        live, shadow = put_beside()
        labeled(live, GAUGE, Label.TRUE, 10)
        applied(shadow, decided(GAUGE.id, NOW + 15 * MINUTE), GAUGE, NOW + 15 * MINUTE)
        labeled(live, TWO, Label.FALSE, 20)
        found = compared(Standing.objects.get(version_id=shadow.id))
        assert (found.caught, found.missed, found.spared, found.worse) == (1, 0, 1, False)

    def test_brings_open_alerts_in_line_with_what_it_saw_in_shadow(self) -> None:
        live, shadow = put_beside()
        for thing in (GAUGE, TWO):
            applied(live, decided(thing.id, NOW), thing, NOW)
        applied(shadow, decided(GAUGE.id, NOW), GAUGE, NOW)
        applied(shadow, decided("rain-00008", NOW), Thing("rain-00008", Text("x", "x"), Place()), NOW)
        promote(rule_id=shadow.id, actor=keeper(), at=NOW + MINUTE, key=new_id(), knowingly="it is right")
        found = {row.thing: row.state for row in queries.alerts_at(NOW + 2 * MINUTE)}
        assert found == {
            GAUGE.id: State.RAISED, TWO.id: State.CLEARED, "rain-00008": State.RAISED,
        }  # fmt: skip
        assert not Firing.objects.filter(cleared_at=None).exists()

    def test_of_what_is_not_in_shadow_is_refused(self) -> None:
        live, _ = put_beside()
        for unknown in (live.id, RuleId(new_id())):
            with pytest.raises(RuleUnknown):
                promote(rule_id=unknown, actor=keeper(), at=NOW, key=new_id())


class TestRetire:
    def test_ends_the_rule_and_its_alerts(self) -> None:
        live, _ = put_beside()
        applied(live, decided(GAUGE.id, NOW), GAUGE, NOW)
        retire(code="rain-heavy", actor=keeper(), at=NOW + MINUTE, key=new_id())
        assert stands() == []
        assert [row.state for row in queries.alerts_at(NOW + 2 * MINUTE)] == [State.CLEARED]


class TestPrecision:
    def test_counts_true_and_false_only_and_bounds_the_share(self) -> None:
        live, _ = put_beside()
        for minutes, label in enumerate([Label.TRUE] * 8 + [Label.FALSE] * 2 + [Label.TEST], 1):
            labeled(live, GAUGE, label, 10 * minutes)
        found = queries.precision("rain-heavy")
        assert (found.share, found.labels[Label.TEST]) == (0.8, 1)
        assert found.low == pytest.approx(0.4902, abs=1e-4)
        assert found.high == pytest.approx(0.9433, abs=1e-4)

    def test_says_nothing_where_nothing_was_labeled(self) -> None:
        assert queries.precision("rain-heavy").share is None
