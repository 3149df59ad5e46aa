"""A refusal of the domain in words: what happened and the way out, with what it knows filled in."""

from django.utils.translation import gettext

from dothi.kernel.problems import Problem


def words(problem: Problem) -> str:
    """Return title and way out of a problem in the reader's language."""
    return f"{_filled(problem.title, problem)}. {_filled(problem.way_out, problem)}"


def _filled(msgid: str, problem: Problem) -> str:
    text = gettext(msgid)
    try:
        return text % problem.facts
    except (KeyError, ValueError, TypeError):
        return text
