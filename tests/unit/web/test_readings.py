"""Readings in words: how values came to be, what is no quantity, digits as the reader groups them."""

from datetime import UTC, datetime

from django.utils.translation import override

from dothi.registers.devices.types import Value
from dothi.sectors.models import origins
from dothi.sectors.models.profiles import kinds
from dothi.web.backoffice import words
from dothi.web.casework import readings
from dothi.web.center.wording import amount, number

AT = datetime(2026, 9, 30, tzinfo=UTC)


def said(text: str) -> str:
    return words.amount(Value("origin", AT, None, text, 0, AT), {})


class TestMeasures:
    def test_of_every_kind_of_device_of_the_product_have_words(self) -> None:
        names = {name for kind in kinds().values() for name in kind.profile.measures}
        assert names <= readings.MEASURES.keys()


class TestOrigin:
    def test_is_told_in_both_languages(self) -> None:
        told = {one for name, one in vars(origins).items() if name.isupper()}
        assert told == readings.ORIGINS.keys()
        with override("vi"):
            assert said(origins.SPREAD) == "chia đều giữa hai bản tin"
        with override("en"):
            assert said(origins.SPREAD) == "spread between bulletins"

    def test_that_the_product_does_not_know_stays_as_it_was_sent(self) -> None:
        assert said("by hand") == "by hand"


class TestAmount:
    def test_says_what_is_no_quantity_in_words(self) -> None:
        with override("vi"):
            assert words.amount(Value("flooded", AT, 1.0, None, 0, AT), {}) == "Đang ngập"
            assert amount(0.0, "", "flooded") == "Không ngập"
            assert amount(3600.0, "s") == "1 giờ"
            assert amount(5405.0, "s") == "1 giờ 30 phút 5 giây"
            assert amount(3 * 86_400.0, "s") == "3 ngày"
            assert amount(35.2, "ug/m3") == "35,2 µg/m³"

    def test_groups_digits_as_the_reader_does(self) -> None:
        with override("vi"):
            assert number(4524) == "4.524"
        with override("en"):
            assert number(4524.5) == "4,524.5"
