"""
The engine: pure functions over one document, the answers and a day. No Django, no database, no clock.

`pages` and `problems` drive the form, `eligibility` the questions before it, `components`, `fees` and
`prefill` what need not be asked, `transition`, `clock_rule` and `clock_event` the course, `claims` and
`validity` the result. `failures` runs the document's own examples.
"""

from dothi.procedures.engine.course import acts, transition
from dothi.procedures.engine.decisions import (
    claims,
    components,
    eligibility,
    fees,
    fitting,
    misfilled,
    prefill,
)
from dothi.procedures.engine.golden import failures
from dothi.procedures.engine.legal_clock import (
    cite,
    clock_event,
    clock_rule,
    duration_for,
    rule_of,
    segment_rules,
    tacit_at,
)
from dothi.procedures.engine.questions import normalize, page_problems, pages, problems
from dothi.procedures.engine.validity import validity

__all__ = [
    "acts",
    "cite",
    "claims",
    "clock_event",
    "clock_rule",
    "components",
    "duration_for",
    "eligibility",
    "failures",
    "fees",
    "fitting",
    "misfilled",
    "normalize",
    "page_problems",
    "pages",
    "prefill",
    "problems",
    "rule_of",
    "segment_rules",
    "tacit_at",
    "transition",
    "validity",
]
