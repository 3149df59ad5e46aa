"""
What can go wrong with a dossier.

    DossierProblem
    ├── DossierNotFound      404  no such dossier, or none that the actor may know of
    ├── Incomplete           422  answers or documents are missing or wrong
    ├── FaultsMissing        422  a correction request names no fault
    ├── GroundUnknown        422  the procedure has no such ground
    ├── NoteMissing          422  the act must be explained
    ├── NotConfirmed         422  something must be checked by eye before the act
    ├── NotEntitled          422  the answers show that the applicant is not entitled
    ├── DossierMoved         409  somebody acted on it since the actor looked at it
    ├── TakenUp              409  a colleague has claimed it
    ├── DraftNotShown        409  an online applicant must first see the draft of the result
    └── ComponentUnknown     404  the procedure asks for no such document
"""

from dothi.kernel.problems import Conflict, Invalid, NotFound, Problem, msg


class DossierProblem(Problem):
    """Base of what can go wrong with a dossier."""


class DossierNotFound(DossierProblem, NotFound):
    """No such dossier, or none that the actor may know of."""

    slug = "dossier-not-found"
    title = msg("There is no dossier with this code")
    way_out = msg("Check the code on the receipt; it looks like H26.103.25.7-250908-0112.")


class Incomplete(DossierProblem, Invalid):
    """Answers or documents are missing or wrong; `problems` names each."""

    slug = "dossier-incomplete"
    title = msg("Something is still missing")
    way_out = msg("Open each marked answer and complete it. What was filled in is kept.")


class FaultsMissing(DossierProblem, Invalid):
    """A correction request names no fault."""

    slug = "faults-missing"
    title = msg("The request names nothing to correct")
    way_out = msg("Mark every fault at once: the law allows one request only.")


class GroundUnknown(DossierProblem, Invalid):
    """The procedure has no such ground."""

    slug = "ground-unknown"
    title = msg("This is no lawful ground")
    way_out = msg("Choose one of the grounds that the procedure lists.")


class NoteMissing(DossierProblem, Invalid):
    """The act must be explained."""

    slug = "note-missing"
    title = msg("Say why")
    way_out = msg("Write the reason in a sentence or two; the applicant or the colleague will read it.")


class NotConfirmed(DossierProblem, Invalid):
    """Something must be checked by eye before the act; `needs` names it."""

    slug = "not-confirmed"
    title = msg("Confirm what you have checked")
    way_out = msg("Check each point that the act names, tick it, and press again.")


class NotEntitled(DossierProblem, Invalid):
    """The answers show that the applicant is not entitled; `row` is the condition that says so."""

    slug = "not-entitled"
    title = msg("With these answers the procedure cannot be applied for")
    way_out = msg("Open the questions again: the page there says why, and what can be done instead.")


class DossierMoved(DossierProblem, Conflict):
    """Somebody acted on it since the actor looked at it."""

    slug = "dossier-moved"
    title = msg("Somebody has acted on this dossier since you opened it")
    way_out = msg("Nothing was done and what you wrote is kept. See how it stands now, then decide again.")


class TakenUp(DossierProblem, Conflict):
    """A colleague has claimed it."""

    slug = "taken-up"
    title = msg("A colleague has taken up this dossier")
    way_out = msg("Nothing was lost. Go on with the next one on your list.")


class DraftNotShown(DossierProblem, Conflict):
    """An online applicant must first see the draft of the result."""

    slug = "draft-not-shown"
    title = msg("The applicant has not seen the draft yet")
    way_out = msg("Show the draft first; after one day of silence it counts as confirmed.")


class ComponentUnknown(DossierProblem, NotFound):
    """The procedure asks for no such document."""

    slug = "component-unknown"
    title = msg("The procedure does not ask for this document")
    way_out = msg("Go back to the list of documents.")
