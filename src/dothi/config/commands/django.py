"""`dothi django …`: Django's own management commands, with this node's settings."""

from argparse import REMAINDER, ArgumentParser, Namespace

NAME = "django"
HELP = "Run one of Django's management commands, such as `migrate`."


def add_arguments(parser: ArgumentParser) -> None:
    """Take everything that follows as it is."""
    parser.add_argument("arguments", nargs=REMAINDER)


def run(args: Namespace) -> int:
    """Hand the arguments to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["dothi django", *args.arguments])
    return 0
