"""
Acts on public warnings: one person drafts, another approves, and only then is anybody told.

An update and a cancellation are messages of their own, drafted and approved like the first.
"""

from dothi.incidents.actions.warnings.deciding import TELL, approve, discard, refuse
from dothi.incidents.actions.warnings.drafts import draft, draft_cancel, draft_update

__all__ = ["TELL", "approve", "discard", "draft", "draft_cancel", "draft_update", "refuse"]
