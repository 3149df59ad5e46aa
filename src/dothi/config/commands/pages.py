"""`dothi pages`: one pages process, Django under waitress."""

from argparse import ArgumentParser, Namespace

NAME = "pages"
HELP = "Serve the pages on the socket that the supervisor handed on."


def add_arguments(parser: ArgumentParser) -> None:
    """Take nothing: the supervisor tells all by the environment."""


def run(_args: Namespace) -> int:
    """Serve until told to stop."""
    from dothi.config.pages import serve

    serve()
    return 0
