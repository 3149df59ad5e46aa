"""
What the vault refuses.

    Problem
    ├── NotAllowed
    │   ├── ConsentMissing    403  the owner has not agreed to this reuse, or has withdrawn
    │   └── NotTheirConsent   403  only the person decides about their own data
    ├── NotFound
    │   └── ResultUnknown     404  no such result of this person
    ├── Conflict
    │   ├── ResultNotUsable   409  revoked, superseded, not yet valid or no longer
    │   └── DepositDiffers    409  the dossier already gave another result of this kind
    └── Invalid
        ├── FactsUnfit        422  too many or too large facts, or an id that is not one
        └── FieldUnknown      422  the result does not hold this field
"""

from dothi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, msg


class ConsentMissing(NotAllowed):
    """The owner has not agreed to this reuse, or has withdrawn."""

    slug = "consent-missing"
    title = msg("The owner has not agreed to the reuse of this result")
    way_out = msg("Ask the owner, or let them upload the paper instead.")


class NotTheirConsent(NotAllowed):
    """Only the person decides about their own data."""

    slug = "not-their-consent"
    title = msg("Only the person concerned can agree to this")
    way_out = msg("Let the person sign in and answer for themselves.")


class ResultUnknown(NotFound):
    """No such result of this person; whether another person has it is not told."""

    slug = "result-unknown"
    title = msg("We cannot find this result")
    way_out = msg("Open it from the list of results.")


class ResultNotUsable(Conflict):
    """The result is revoked, superseded, not yet valid or no longer. Facts: status, reason."""

    slug = "result-not-usable"
    title = msg("This result can no longer be used")
    way_out = msg("Apply for a new one, or upload another paper.")


class DepositDiffers(Conflict):
    """The dossier already gave the owner another result of this kind."""

    slug = "deposit-differs"
    title = msg("This dossier already has another result of this kind")
    way_out = msg("A result is corrected by a new dossier, which replaces it.")


class FactsUnfit(Invalid):
    """Too many or too large facts, or a field id that is not one."""

    slug = "facts-unfit"
    title = msg("This result holds more than the vault can keep")
    way_out = msg("Put long texts into the paper; keep only single answers as facts.")


class FieldUnknown(Invalid):
    """The result does not hold a field that was asked for."""

    slug = "field-unknown"
    title = msg("The result does not hold what was asked for")
    way_out = msg("Fill in the answer by hand.")
