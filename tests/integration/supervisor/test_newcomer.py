"""What the terminal tells a newcomer is enough to sign in as an official and to see a late dossier."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.node import RunningNode, node_folder
from tests.support.waiting import until

DOTHI = (sys.executable, "-m", "dothi.config.cli")
PRINTED = re.compile(r"^ +(ha\.hoankiem) +(\S+) +", re.MULTILINE)
"""Said after the node has begun to answer."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def _dothi(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DOTHI, *arguments], env={"PATH": os.environ["PATH"], "DOTHI_VAR": str(var)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def clock_is_real_again(node: RunningNode) -> Iterator[None]:
    """Bring the demo clock back whatever the test did."""
    yield
    _dothi(node.var, "demo", "clock", "real")


class TestBanner:
    def test_lets_an_official_sign_in_with_what_is_printed(self, node: RunningNode) -> None:
        printed = until(lambda: PRINTED.search(node.output.read_text()))
        assert printed
        username, password = printed.groups()
        with httpx.Client(base_url=node.url, follow_redirects=True, timeout=30) as browser:
            page = browser.get("/account/official/")
            page = _send(browser, page, username=username, password=password)
            assert page.url.path.endswith("/official/code/")
            code = _dothi(node.var, "demo", "totp", username).stdout.strip()
            assert re.fullmatch(r"\d{6}", code)
            _send(browser, page, code=code)
            desk = browser.get("/desk/")
            assert (desk.status_code, desk.url.path) == (200, "/desk/"), node.logs()


def _send(browser: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    token = TOKEN.search(page.text)
    assert token
    return browser.post(page.url.path, data={"csrfmiddlewaretoken": token.group(1), **fields})


class TestTotp:
    def test_names_the_officials_when_it_does_not_know_one(self, node: RunningNode) -> None:
        told = _dothi(node.var, "demo", "totp", "nobody")
        assert told.returncode == 2
        assert "ha.hoankiem" in told.stderr

    def test_says_what_to_do_where_no_demo_city_is(self) -> None:
        with node_folder() as var:
            told = _dothi(var, "demo", "totp", "ha.hoankiem")
            assert not var.exists()
        assert told.returncode == 2
        assert "make run" in told.stderr


@pytest.mark.usefixtures("clock_is_real_again")
class TestClock:
    def test_is_read_by_the_children_and_comes_back_with_a_warning(self, node: RunningNode) -> None:
        assert "+3 days" in _dothi(node.var, "demo", "clock", "+3d").stdout
        file, folder = node.var / "demo/clock", node.var / "demo"
        assert file.read_text() == "259200\n"
        assert file.stat().st_uid == folder.stat().st_uid
        back = _dothi(node.var, "demo", "clock", "real")
        assert "keeps that time" in back.stdout
        assert file.read_text() == "0\n"

    def test_refuses_to_go_further_than_a_year(self, node: RunningNode) -> None:
        told = _dothi(node.var, "demo", "clock", "+367d")
        assert told.returncode == 2
        assert "at most 366 days ahead" in told.stderr
