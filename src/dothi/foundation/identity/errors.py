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
    ├── NotAssigned     403  another official holds the case, or none does
    └── ProveAgain      401  the last proof of identity is too old for this act
    Problem
    ├── ProviderDown         503  the identity provider does not answer
    ├── ProviderSlow         503  it answers too late
    ├── ProviderDoubtful     502  what it answered does not hold
    ├── CitizenUnknown       404  it does not find the citizen
    ├── ConsentWithheld      403  the person did not agree
    ├── SignInExpired        409  the answer belongs to no sign-in that was begun here
    ├── WrongCredentials     422  name, password or code is wrong
    ├── LastFactor           409  the last second factor stays
    └── TooManyAttempts      429  tried too often
"""

from typing import ClassVar

from dothi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, Problem, Unavailable, msg


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
    """The case is somebody else's. Whoever asked is answered with `absent`: that there is no such case."""

    slug = "not-yours"
    title = msg("This belongs to another person")
    way_out = msg("Check that you signed in as the right person. To follow a dossier, use its code.")

    def __init__(self, *, absent: type[NotFound] = NotFound, **facts: object) -> None:
        super().__init__(**facts)
        self.absent = absent


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


class ProveAgain(Refused):
    """The last proof of identity is too old for this act."""

    slug = "prove-again"
    status = 401
    title = msg("Prove once more that it is you")
    way_out = msg("Enter a code or use your passkey; you will come back to this page.")


class ProviderDown(Unavailable):
    """The identity provider does not answer."""

    slug = "identity-provider-down"
    title = msg("VNeID does not answer")
    way_out = msg("Nothing is lost. Try again in a few minutes, call 1900 1009, or go to your one-stop desk.")


class ProviderSlow(Unavailable):
    """The identity provider answers too late."""

    slug = "identity-provider-slow"
    title = msg("VNeID takes too long to answer")
    way_out = msg("Nothing is lost. Try again in a few minutes, call 1900 1009, or go to your one-stop desk.")


class ProviderDoubtful(Problem):
    """What the identity provider answered does not hold."""

    slug = "identity-provider-doubtful"
    status = 502
    title = msg("The answer of VNeID could not be verified")
    way_out = msg("You were not signed in. Try again; if it happens once more, call 1900 1009.")


class CitizenUnknown(NotFound):
    """The identity provider does not find the citizen."""

    slug = "citizen-unknown"
    title = msg("VNeID does not find this citizen")
    way_out = msg("Your data at the police may be under correction. Your one-stop desk serves you meanwhile.")


class ConsentWithheld(NotAllowed):
    """The person did not agree that their data are passed on."""

    slug = "consent-withheld"
    title = msg("You did not agree to share your data, so you are not signed in")
    way_out = msg("You can sign in again at any time, or go to your one-stop desk.")


class SignInExpired(Conflict):
    """The answer belongs to no sign-in that was begun in this browser, or it was used."""

    slug = "sign-in-expired"
    title = msg("This sign-in has expired")
    way_out = msg("Sign in again; what you had filled in is kept.")


class WrongCredentials(Invalid):
    """Name, password or code is wrong; which one is not said."""

    slug = "wrong-credentials"
    title = msg("Name, password or code is wrong")
    way_out = msg("Check what you typed. Ask the administrator of your unit if you cannot sign in.")


class LastFactor(Conflict):
    """The last second factor stays, for a password alone never suffices."""

    slug = "last-factor"
    title = msg("This is your last second factor")
    way_out = msg("Add another passkey or code first, then remove this one.")


class TooManyAttempts(Problem):
    """Tried too often."""

    slug = "too-many-attempts"
    status = 429
    title = msg("Too many attempts")
    way_out = msg("Wait 15 minutes and try again, or sign in with a passkey.")
