"""The doors of devices beyond loopback open under TLS only, with a certificate that is good now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dothi.config.environment import Environment
from dothi.config.supervisor import check_doors
from tests.support.certificates import Authority

NOW = datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Environment:
    """Settings with a certificate that is good for a day."""
    pair = Authority(tmp_path).made("door")
    return Environment(devices_certificate_file=str(pair.certificate), devices_key_file=str(pair.key))


def wrong(environment: Environment, at: datetime = NOW) -> str:
    """Return what is wrong, which also shuts the doors."""
    found = [told for told, _ in check_doors.findings(environment, at)]
    assert check_doors.shut(environment, at) == bool(found or not environment.devices_certificate_file)
    return "; ".join(found)


class TestFindings:
    def test_are_none_where_nobody_asks_for_such_doors(self) -> None:
        assert not wrong(Environment())

    def test_are_none_with_a_good_certificate(self, settings: Environment) -> None:
        assert not wrong(settings)

    def test_name_a_file_that_is_missing_or_of_no_certificate(self, settings: Environment) -> None:
        assert "cannot be read: No such file" in wrong(replace(settings, devices_key_file="/nowhere/a.key"))
        key = settings.devices_key_file
        assert "no certificate and key" in wrong(replace(settings, devices_certificate_file=key))

    def test_name_a_certificate_out_of_its_time(self, settings: Environment) -> None:
        assert "expired on" in wrong(settings, NOW + timedelta(days=2))
        assert "is good from" in wrong(settings, NOW - timedelta(days=2))

    def test_name_a_key_of_another_certificate(self, settings: Environment, tmp_path: Path) -> None:
        other = Authority(tmp_path, "other").made("door")
        assert "is not the key of" in wrong(replace(settings, devices_key_file=str(other.key)))

    def test_name_what_lacks_its_other_half(self, settings: Environment) -> None:
        assert "go together" in wrong(replace(settings, devices_key_file=""))
        alone = Environment(devices_client_ca_file=settings.devices_certificate_file)
        assert "needs DOTHI_DEVICES_CERTIFICATE_FILE" in wrong(alone)
        assert "names no authority" in wrong(replace(settings, devices_client_ca_file="/nowhere"))

    @pytest.mark.parametrize(
        "told", [{"mqtt_url": "mqtt://city.example:1883"}, {"devices_url": "http://10.0.0.1:8005"}]
    )
    def test_name_an_address_beyond_loopback_without_tls(self, told: dict[str, str]) -> None:
        assert "without TLS" in wrong(replace(Environment(), **told))  # type: ignore[arg-type]  # two texts
        assert not wrong(Environment(mqtt_url="mqtts://city.example", devices_url="http://localhost:8005"))
