"""Assets and catalogues are built again when their sources have changed, and named when they were not."""

import os
from pathlib import Path

import pytest

from dothi.config import build
from dothi.config.environment import Environment
from dothi.config.supervisor import run_node


@pytest.fixture(autouse=True)
def _checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout whose assets and one catalogue were built a moment ago."""
    folder = tmp_path / "src/room/locale/vi/LC_MESSAGES"
    folder.mkdir(parents=True)
    for name in ("django.po", "django.mo"):
        (folder / name).write_text("")
    frontend = tmp_path / "frontend"
    frontend.mkdir()
    for name in ("package.json", "package-lock.json", "desk.ts"):
        (frontend / name).write_text("1")
    monkeypatch.setattr(build, "PROJECT", tmp_path)
    monkeypatch.setattr(build, "FRONTEND", frontend)
    monkeypatch.setattr(build, "MARK", tmp_path / ".built-from")
    build.MARK.write_text(build._state())


class TestBuilt:
    def test_says_nothing_when_all_is_of_the_present_sources(self) -> None:
        assert list(build.findings()) == []

    @pytest.mark.parametrize("name", ["package-lock.json", "desk.ts", "new.ts"])
    def test_tells_assets_of_other_sources(self, name: str) -> None:
        (build.FRONTEND / name).write_text("2")
        ((wrong, mend),) = build.findings()
        assert "are not those of the present sources" in wrong
        assert "make install" in mend

    def test_tells_assets_that_were_never_built(self) -> None:
        build.MARK.unlink()
        ((wrong, _),) = build.findings()
        assert "are not built" in wrong

    def test_compiles_a_catalogue_that_was_pulled_later(self, tmp_path: Path) -> None:
        (po,) = build.catalogues()
        later = po.with_suffix(".mo").stat().st_mtime + 1
        os.utime(po, (later, later))
        assert "1 catalogues" in next(build.findings())[0]
        assert build.translations() == 1
        os.utime(po.with_suffix(".mo"), (later, later))
        assert list(build.findings()) == []


class TestUp:
    def test_names_what_is_stale_before_anything_else(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        build.MARK.unlink()
        refused = Environment(database_url="postgresql://db.example/dothi?user=x")
        monkeypatch.setattr(run_node, "environment", lambda: refused)
        assert run_node.run(port=0, demo=False, listen_fd=None) == 1
        assert capsys.readouterr().out.startswith("!!! the pages' assets are not built; run: make install")
