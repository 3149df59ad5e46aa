"""Whether browsers are called what people call them."""

import pytest

from dothi.web.accounts.devices import named

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
LINUX, WINDOWS = f"Mozilla/5.0 (Linux; Android 10; K) {KHTML}", f"Mozilla/5.0 (Windows NT 10.0) {KHTML}"


class TestNamed:
    @pytest.mark.parametrize(
        ("user_agent", "name"),
        [
            (
                f"{LINUX} Chrome/131.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (f"{WINDOWS} Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
            (
                f"{WINDOWS} coc_coc_browser/130 Chrome/124.0 Safari/537.36",
                "Cốc Cốc, Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1",
                "Safari, iOS",
            ),
            ("curl/8.5.0", ""),
            ("", ""),
        ],
    )
    def test_is_said_in_two_words(self, user_agent: str, name: str) -> None:
        assert named(user_agent) == name
