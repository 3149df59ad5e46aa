"""What the rules of the catalog say of their sources: written once in English, read in both languages."""

from typing import Final

from django.utils.translation import gettext

from dothi.kernel.problems import msg

SAID: Final = (
    msg("article 44: heavy rain, risk level 1, 100 to 200 mm in 24 h"),
    msg("article 44: heavy rain, risk level 2, 200 to 400 mm in 24 h"),
    msg("article 44: heavy rain, risk level 3, more than 400 mm in 24 h"),
    msg("0.5 m an hour"),
    msg("100 mm in three hours"),
    msg("50 mm in one hour"),
    msg("alert level 1 of the Red River at Hanoi, as the bulletin prints it"),
    msg("alert level 2 of the Red River at Hanoi, as the bulletin prints it"),
    msg("alert level 3 of the Red River at Hanoi, as the bulletin prints it"),
    msg("breakpoints of PM2.5"),
    msg("reported flooded"),
    msg("three flags"),
    msg("three points within 800 m"),
    msg("three to six intervals of the profile"),
    msg("bulletins of the storm of September 2025 show 0.2 to 0.5 m an hour on the To Lich"),
    msg("the article also counts districts and days; this rule looks at the sum of one gauge"),
    msg(
        "the breakpoints are of 24 h or Nowcast values; a plain mean of 3 h is quicker and stands in for them"
    ),
)


def clause(said: str) -> str:
    """Return a clause or a note in the reader's language; of rules that an operator wrote, as it stands."""
    return gettext(said) if said in SAID else said
