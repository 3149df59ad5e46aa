"""The command line finds its commands by itself and says what each is for."""

import pytest

from dothi.config import cli, commands


class TestRegistry:
    def test_names_each_command_once_and_says_what_it_is_for(self) -> None:
        for name, command in commands.registry().items():
            assert name == command.NAME
            assert command.HELP.endswith(".")


class TestMain:
    def test_lists_every_command_in_its_help(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            cli.main(["--help"])
        printed = capsys.readouterr().out
        assert all(name in printed for name in commands.registry())

    def test_refuses_a_command_that_does_not_exist(self) -> None:
        with pytest.raises(SystemExit) as stopped:
            cli.main(["no-such-command"])
        assert stopped.value.code == 2
