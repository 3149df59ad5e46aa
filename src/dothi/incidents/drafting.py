"""What a warning must be before it is kept as a draft: whole, in both languages, for wards that there are."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from dothi.foundation.clock import civil_date
from dothi.incidents import cap
from dothi.incidents.errors import WarningUnfit
from dothi.incidents.hazards import hazards
from dothi.incidents.warning_types import (
    CERTAINTIES,
    LANGUAGES,
    SEVERITIES,
    URGENCIES,
    MsgType,
    NewWarning,
    Wording,
)
from dothi.registers.agencies.queries import area_names

MOST_HEADLINE, MOST_TEXT = 160, 2000
"""Characters. A headline of 160 fits a display of text messages (CAP 1.2, 3.2.2, `headline`)."""


def check(new: NewWarning, msg_type: MsgType, at: datetime) -> None:
    """Refuse what cannot be told. Raises WarningUnfit with the part."""
    if new.hazard not in hazards():
        raise WarningUnfit(part="hazard")
    longest = timedelta(hours=hazards()[new.hazard].longest_h)
    fit = {
        "urgency": new.urgency in URGENCIES,
        "severity": new.severity in SEVERITIES,
        "certainty": new.certainty in CERTAINTIES,
        "expires_at": at < new.expires_at and new.onset_at < new.expires_at,
        "onset_at": msg_type is MsgType.CANCEL
        or (new.expires_at - max(new.onset_at, at) <= longest and new.onset_at <= at + longest),
        "wards": bool(new.wards) and len(area_names(civil_date(at), new.wards)) == len(set(new.wards)),
        **{f"words.{language}": _is_fit(new.words.get(language), msg_type) for language in LANGUAGES},
    }
    unfit = [part for part, is_fit in fit.items() if not is_fit]
    if unfit:
        raise WarningUnfit(part=", ".join(unfit))


def is_everywhere(new: NewWarning, at: datetime) -> bool:
    """Tell whether the draft names every ward of the day."""
    return len(set(new.wards)) == len(area_names(civil_date(at)))


def _is_fit(words: Wording | None, msg_type: MsgType) -> bool:
    if words is None:
        return False
    texts = (words.headline, words.description, words.instruction)
    needed = texts[:2] if msg_type is MsgType.CANCEL else texts
    return (
        all(text.strip() for text in needed)
        and all(len(text) <= MOST_TEXT and cap.is_text(text) for text in texts)
        and len(words.headline) <= MOST_HEADLINE
    )


def as_json(words: Mapping[str, Wording]) -> dict[str, dict[str, str]]:
    """Return the words as the row keeps them, by language of the node."""
    return {
        language: {
            "headline": words[language].headline.strip(),
            "description": words[language].description.strip(),
            "instruction": words[language].instruction.strip(),
        }
        for language in LANGUAGES
    }
