"""
The engine: pure functions over one document, the answers and a day. No Django, no database, no clock.

`pages` and `problems` drive the form, `eligibility` the questions before it, `components`, `fees` and
`prefill` what need not be asked, `transition` the course, `claims` the result.
"""

from dothi.procedures.engine.course import acts, transition
from dothi.procedures.engine.decisions import claims, components, eligibility, fees, prefill
from dothi.procedures.engine.questions import normalize, page_problems, pages, problems

__all__ = [
    "acts",
    "claims",
    "components",
    "eligibility",
    "fees",
    "normalize",
    "page_problems",
    "pages",
    "prefill",
    "problems",
    "transition",
]
