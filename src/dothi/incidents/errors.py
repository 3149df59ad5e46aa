"""
What can go wrong with an incident, a response unit or a warning.

    IncidentProblem
    ├── IncidentNotFound   404  no such incident
    ├── UnitNotFound       404  no such response unit
    ├── KindUnknown        422  no such type, severity, kind of unit or cause
    ├── PlaceUnfit         422  no point in the city
    ├── InstantUnfit       422  it cannot have happened then
    ├── WordsMissing       422  the act must be explained
    ├── IncidentMoved      409  somebody acted on it since the actor looked
    ├── IncidentClosed     409  closed or merged into another
    ├── AlertTaken         409  the alert belongs to another incident
    ├── UnitBusy           409  the unit is on its way to another incident, or off
    ├── UnitNotHere        409  the unit was not sent to this incident
    ├── DeviceUnfit        422  the device cannot tell where this unit is
    ├── TrackerTaken       409  the device tells where another unit is
    ├── UnitsStillOut      409  units are still on their way or on the scene
    ├── StepUnfit          409  the step is not there, done, or waits for a sensor
    ├── StepsOpen          409  a sensor has not recovered yet
    ├── ClosureNotFound    404  no such closure of roads
    ├── WarningNotFound    404  no such warning, or none that the public may know of
    ├── WarningUnfit       422  a part of the message cannot be told so
    ├── WarningMoved       409  it is no draft any more, or was replaced already
    └── Refused (identity)
        └── NotCompetent   403  the unit may not warn of this hazard, or not in that ward
"""

from dothi.foundation.identity.errors import Refused
from dothi.kernel.problems import Conflict, Invalid, NotFound, Problem, msg


class IncidentProblem(Problem):
    """Base of what can go wrong with an incident."""


class IncidentNotFound(IncidentProblem, NotFound):
    """No such incident."""

    slug = "incident-not-found"
    title = msg("There is no such incident")
    way_out = msg("Open it again from the list of incidents.")


class UnitNotFound(IncidentProblem, NotFound):
    """No such response unit."""

    slug = "response-unit-not-found"
    title = msg("There is no such unit")
    way_out = msg("Choose one from the list of units.")


class KindUnknown(IncidentProblem, Invalid):
    """No such type, severity, kind of unit or cause; `word` is what was asked for."""

    slug = "incident-kind-unknown"
    title = msg("“%(word)s” is not in the list")
    way_out = msg("Choose one of the list.")


class PlaceUnfit(IncidentProblem, Invalid):
    """No point on the earth, or no ward."""

    slug = "incident-place-unfit"
    title = msg("This place cannot be used")
    way_out = msg("Mark a point inside the city, or choose a ward.")


class InstantUnfit(IncidentProblem, Invalid):
    """It cannot have happened then: in the future, or before the incident was opened by a day."""

    slug = "incident-instant-unfit"
    title = msg("It cannot have happened then")
    way_out = msg("Give the time at which it happened: not in the future, at most one day back.")


class WordsMissing(IncidentProblem, Invalid):
    """The act must be explained, in at most `most` characters."""

    slug = "incident-words-missing"
    title = msg("Say it in words")
    way_out = msg("Write a sentence or two, at most %(most)s characters.")


class IncidentMoved(IncidentProblem, Conflict):
    """Somebody acted on it since the actor looked at it."""

    slug = "incident-moved"
    title = msg("Somebody has acted on this incident since you opened it")
    way_out = msg("Nothing was done. See how it stands now, then decide again.")


class IncidentClosed(IncidentProblem, Conflict):
    """It is closed, or merged into another."""

    slug = "incident-closed"
    title = msg("This incident is closed")
    way_out = msg("Open a new one, or go on with the one that it was merged into.")


class AlertTaken(IncidentProblem, Conflict):
    """The alert belongs to another incident; `incident` is its code."""

    slug = "alert-taken"
    title = msg("This alert belongs to incident %(incident)s already")
    way_out = msg("Open that incident, or merge the two.")


class UnitBusy(IncidentProblem, Conflict):
    """The unit is taken, or off; `unit` is its call sign."""

    slug = "response-unit-busy"
    title = msg("%(unit)s was sent elsewhere or is off")
    way_out = msg("Nothing was done. Choose the next one of the list.")


class UnitNotHere(IncidentProblem, Conflict):
    """The unit was not sent to this incident, or that step does not follow; `unit` is its call sign."""

    slug = "response-unit-not-here"
    title = msg("%(unit)s is not where this would follow")
    way_out = msg("Look at the list of units, then say what it does now.")


class UnitsStillOut(IncidentProblem, Conflict):
    """Units are still on their way or on the scene; `units` are their call signs."""

    slug = "response-units-still-out"
    title = msg("%(units)s: still on the way or on the scene")
    way_out = msg("Say first that each is free again, then close the incident.")


class DeviceUnfit(IncidentProblem, Invalid):
    """Not at work, without positions, or another office's; `device` is its id."""

    slug = "tracker-unfit"
    title = msg("%(device)s cannot tell where this unit is")
    way_out = msg("Choose a device of your own office that is at work and measures lon and lat.")


class TrackerTaken(IncidentProblem, Conflict):
    """The device tells where another unit is; `unit` is its call sign."""

    slug = "tracker-taken"
    title = msg("%(device)s tells where %(unit)s is")
    way_out = msg("Take it from that unit first.")


class ClosureNotFound(IncidentProblem, NotFound):
    """No such closure of roads."""

    slug = "road-closure-not-found"
    title = msg("There is no such closure of roads")
    way_out = msg("See the list of closed roads beside the units.")


class WarningNotFound(IncidentProblem, NotFound):
    """No such warning, or none that the public may know of."""

    slug = "warning-not-found"
    title = msg("There is no such warning")
    way_out = msg("See the list of warnings in force.")


class WarningUnfit(IncidentProblem, Invalid):
    """A part of the message cannot be told so; `part` names it."""

    slug = "warning-unfit"
    title = msg("The warning cannot be told with this: %(part)s")
    way_out = msg("Correct it: words in both languages, at least one ward, an end that lies ahead.")


class WarningMoved(IncidentProblem, Conflict):
    """It is no draft any more, or another message replaced it already."""

    slug = "warning-moved"
    title = msg("Somebody has decided about this warning already")
    way_out = msg("Nothing was done. See how it stands now.")


class NotCompetent(Refused):
    """The unit may not warn of this hazard, or not in one of these wards."""

    slug = "not-competent"
    title = msg("Your office may not warn of this hazard in all of these wards")
    way_out = msg("Ask the city's operations center, or take out the wards that are not yours.")


class StepUnfit(IncidentProblem, Conflict):
    """There is no such step, it is done or begun already, or its sensor is not named."""

    slug = "runbook-step-unfit"
    title = msg("This step cannot be taken now")
    way_out = msg("Look at the runbook again: a step is taken once, and some wait for a sensor.")


class StepsOpen(IncidentProblem, Conflict):
    """A sensor has not recovered yet; `steps` are the titles of those that wait for it."""

    slug = "runbook-steps-open"
    title = msg("The sensor has not recovered yet: %(steps)s")
    way_out = msg("Wait until it has, or close the incident for another cause.")
