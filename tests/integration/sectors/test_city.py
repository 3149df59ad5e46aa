"""`dothi city`, the child that feeds the demo city: the storm of a folder, or a city made up that says so."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
from django.conf import settings
from django.test import Client

from dothi.alerts import serving
from dothi.alerts.queries import alerts_at
from dothi.config.city import Doors
from dothi.foundation.clock import now
from dothi.foundation.identity.models import Account
from tests.integration.sectors.conftest import NODE, told_by
from tests.support.data import DATA, needs_data
from tests.support.people import sign_in
from tests.support.servers import die_with_parent
from tests.support.waiting import until

WORST = f"entities/urn:ngsi-ld:WeatherObserved:{NODE}:rain-00190"
DUST = f"entities/urn:ngsi-ld:AirQualityObserved:{NODE}:pm25-00004"
STORM = ("rain_flood", "admin_units")
"""Of the folder; without stops and hospitals, which take time and are tried elsewhere."""


@contextlib.contextmanager
def city(doors: Doors, folder: Path, data: str) -> Iterator[Path]:
    """Run the child while the block lasts; yields what it prints."""
    output = folder / "city.log"
    environ = {"PATH": os.environ["PATH"], **told_by(doors), "DOTHI_DATA": data, "DOTHI_VAR": str(folder)}
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "dothi.config.cli", "city"], env=environ, stdout=file, stderr=file,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )  # fmt: skip
    try:
        yield output
    finally:
        process.kill()
        process.wait(20)


def origin(api: httpx.Client, address: str, measured: str) -> str:
    """Return from where an entity says that its values are, once it has one."""
    answer = api.get(address)
    told = answer.json() if answer.status_code == 200 else {}
    return str(told["origin"]["value"]) if measured in told and "origin" in told else ""


def screen() -> str:
    """Return the center's screen as an operator sees it in English."""
    browser = sign_in(Client(SERVER_NAME="localhost"), Account.objects.get(username="van.ioc"))
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return str(browser.get("/center/").content.decode())


class TestCity:
    @needs_data
    def test_brings_the_storm_to_the_context_and_the_alerts(
        self, doors: Doors, api: httpx.Client, tmp_path: Path
    ) -> None:
        serving.once(now)  # who has said so hears of every batch from then on
        for name in STORM:
            (tmp_path / name).symlink_to(DATA / name)
        (tmp_path / "demo").mkdir()
        with city(doors, tmp_path, str(tmp_path)) as output:
            until(lambda: "bulletin" in origin(api, WORST, "precipitation"))
            assert "The storm of 2025 is replayed as of now." in output.read_text()
            until(_has_rain_alert)
        assert "hospitals: there is no" in output.read_text()

    def test_makes_a_city_up_without_a_folder_and_the_screen_says_so(
        self, doors: Doors, api: httpx.Client, tmp_path: Path
    ) -> None:
        with city(doors, tmp_path, "") as output:
            until(lambda: origin(api, DUST, "pm25") == "generated")
        assert "nobody measured them" in output.read_text()
        assert "These readings are generated" in screen()


def _has_rain_alert() -> bool:
    serving.once(now)
    return any(one.rule.startswith("rain-") for one in alerts_at(now()))
