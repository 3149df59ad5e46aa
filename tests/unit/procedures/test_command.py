"""The authors' command line: words in two languages, and exit codes that a script can trust."""

import json
from pathlib import Path

import pytest

from dothi.config.cli import main
from tests.unit.procedures.catalog import FILES, STATUS

Captured = pytest.CaptureFixture[str]
SOUND = str(FILES[0])


class TestCheck:
    def test_prints_each_value_that_nobody_has_read(self, capsys: Captured) -> None:
        assert main(["procedures", "check", "--lang", "en"]) == 0
        said = capsys.readouterr().out
        assert "all 13 golden dossiers pass" in said
        assert "123/2015/NĐ-CP, Điều 23" in said

    def test_names_place_and_mend_of_a_fault(self, tmp_path: Path, capsys: Captured) -> None:
        broken = tmp_path / "broken.yaml"
        broken.write_text(FILES[0].read_text().replace("clock: submitted", "clock: submited"))
        assert main(["procedures", "check", str(broken), "--lang", "en"]) == 1
        assert "transitions[0].clock" in capsys.readouterr().out

    def test_shows_which_example_fails(self, tmp_path: Path, capsys: Captured) -> None:
        broken = tmp_path / "broken.yaml"
        broken.write_text(FILES[0].read_text().replace("due_on: 2026-08-26", "due_on: 2026-08-27"))
        assert main(["procedures", "check", str(broken), "--lang", "en"]) == 1
        assert "golden[verified-and-extended].due_on" in capsys.readouterr().out

    def test_tells_an_unreadable_file_from_a_wrong_one(self, tmp_path: Path) -> None:
        assert main(["procedures", "check", str(tmp_path / "absent.yaml")]) == 2


class TestDiff:
    def test_is_silent_of_what_is_the_same(self) -> None:
        assert main(["procedures", "diff", SOUND, SOUND]) == 0

    def test_names_each_place_that_changed(self, tmp_path: Path, capsys: Captured) -> None:
        changed = tmp_path / "changed.yaml"
        changed.write_text(FILES[0].read_text().replace("copies: 2\n", "copies: 3\n", 1))
        assert main(["procedures", "diff", SOUND, str(changed)]) == 1
        assert capsys.readouterr().out == "~ result.copies\n  - 2\n  + 3\n"


class TestExplain:
    def test_says_why_not_and_what_to_do(self, tmp_path: Path, capsys: Captured) -> None:
        answers = tmp_path / "answers.json"
        answers.write_text(json.dumps({"purpose": "marriage-mission"}))
        on = ["--on", "2026-08-21", "--lang", "en"]
        assert main(["procedures", "explain", STATUS, "--answers", str(answers), *on]) == 0
        said = capsys.readouterr().out
        assert "Entitled: no" in said
        assert "● foreign-mission" in said
        assert "Register the marriage at" in said

    def test_knows_only_what_there_is(self) -> None:
        assert main(["procedures", "explain", "9.999999"]) == 2
