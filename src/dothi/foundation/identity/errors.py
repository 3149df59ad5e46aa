"""
What identity refuses, each with a title and a way out.

    Refused             403
    ├── SignInFirst     401  nobody has signed in
    ├── WrongDoor       403  the act is not open to this kind of actor
    ├── LevelTooLow     403  the identity is not proven well enough
    ├── NotYours        403  the case is somebody else's
    ├── NoMandate       403  acting for another without a recorded mandate
    ├── CaseUnknown     403  the rule is about a case and none was given
    ├── NotInThisState  403  the case is not at a stage in which this act exists
    ├── DutyMissing     403  no post held now carries the duty
    ├── OtherUnit       403  the duty is held, but over another unit or territory
    ├── OwnCase         403  an official may not handle a case of their own
    ├── SamePerson      403  who did an earlier step may not do this one
    └── NotAssigned     403  another official holds the case, or none does
"""

from typing import ClassVar

from dothi.kernel.problems import NotAllowed, msg


class Refused(NotAllowed):
    """The actor may not do this act on this case."""

    slug: ClassVar[str] = "refused"


class SignInFirst(Refused):
    """Nobody has signed in."""

    slug = "sign-in-first"
    status = 401
    title = msg("Sign in first")
    way_out = msg("Sign in; you will come back to this page.")


class WrongDoor(Refused):
    """The act is not open to this kind of actor."""

    slug = "wrong-door"
    title = msg("This is not open to you in this role")
    way_out = msg("Residents use the portal, officials use the desk. Sign in with the other account.")


class LevelTooLow(Refused):
    """The identity is not proven well enough for this act."""

    slug = "level-too-low"
    title = msg("Your electronic identity is not yet at the level that this needs")
    way_out = msg("Raise your account to level 2 at any police station, or file at the one-stop desk.")


class NotYours(Refused):
    """The case is somebody else's."""

    slug = "not-yours"
    title = msg("This belongs to another person")
    way_out = msg("Check that you signed in as the right person. To follow a dossier, use its code.")


class NoMandate(Refused):
    """Acting for another person without a recorded mandate."""

    slug = "no-mandate"
    title = msg("There is no recorded mandate to act for this person")
    way_out = msg("Go to the one-stop desk together, or bring a written mandate.")


class CaseUnknown(Refused):
    """The rule is about a case and the caller gave none."""

    slug = "case-unknown"
    title = msg("It is not known which case this is about")
    way_out = msg("Open the case from your list and try again.")


class NotInThisState(Refused):
    """The case is not at a stage in which this act exists."""

    slug = "not-in-this-state"
    title = msg("This cannot be done at this stage")
    way_out = msg("Open it again to see how it stands now.")


class DutyMissing(Refused):
    """No post that the actor holds now carries the duty."""

    slug = "duty-missing"
    title = msg("The post you act through does not carry this duty")
    way_out = msg("Change the post you act through, or ask the administrator of your unit.")


class OtherUnit(Refused):
    """The duty is held, but over another unit or territory."""

    slug = "other-unit"
    title = msg("This case belongs to another unit")
    way_out = msg("Ask the unit that holds the case.")


class OwnCase(Refused):
    """An official may not handle a case of their own."""

    slug = "own-case"
    title = msg("You may not handle a case of your own")
    way_out = msg("Leave it to a colleague; you can follow it as a resident.")


class SamePerson(Refused):
    """Who did an earlier step may not do this one."""

    slug = "same-person"
    title = msg("You did an earlier step of this case, so another person must do this one")
    way_out = msg("Leave it to a colleague with the same duty.")


class NotAssigned(Refused):
    """Another official holds the case, or none does."""

    slug = "not-assigned"
    title = msg("You have not claimed this case")
    way_out = msg("Claim it first, or ask the colleague who holds it.")
