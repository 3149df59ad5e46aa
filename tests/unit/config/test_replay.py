"""`dothi replay` refuses what cannot be meant before it reaches for any door."""

import pytest

from dothi.config.cli import main


class TestReplay:
    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ((), "--from"),
            (("--from", ".", "--speed", "0", "--as-of-now"), "speed above 0"),
            (("--from", ".", "--begin", "noon"), "noon"),
        ],
    )
    def test_refuses_what_cannot_be_meant(
        self, words: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["replay", "storm", *words]) == 2
        assert reason in capsys.readouterr().err
