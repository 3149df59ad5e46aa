"""The page of an expected failure: what happened, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from dothi.kernel.problems import Problem


def problem_page(request: HttpRequest, problem: Problem, **facts: object) -> HttpResponse:
    """Render `problem` in the reader's language with its status; `facts` reach the template."""
    said = {"title": words(problem.title, problem), "way_out": words(problem.way_out, problem)}
    return render(
        request, "accounts/problem.html", {**said, "slug": problem.slug, **facts}, status=problem.status
    )


def words(msgid: str, problem: Problem) -> str:
    """Return a msgid translated, its named placeholders filled with what the problem knows."""
    text = gettext(msgid)
    try:
        return text % problem.facts
    except (KeyError, ValueError, TypeError):
        return text
