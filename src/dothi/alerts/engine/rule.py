"""
The document that one version of one rule is; its parts stand in the order in which authors write them.

Values that the law or a bulletin sets carry their source, and whether somebody has read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from dothi.kernel.documents.types import Json, Says, Slug, Source, Text

Name = Annotated[str, Says(64, "^[A-Za-z0-9_.-]+$")]
WardCode = Annotated[str, Says(10, "^[0-9]{5}$")]
DutyName = Annotated[str, Says(40, "^[a-z][a-z_]*$")]
Clock = Annotated[str, Says(5, "^([01][0-9]|2[0-4]):[0-5][0-9]$")]
Kind = Literal["threshold", "window", "rate", "absence", "flag", "geofence", "correlation"]


@dataclass(frozen=True, slots=True)
class Looks:
    """What the rule looks at: one measure, of the things that fit every list that is not empty."""

    measure: Name
    unit: Annotated[str, Says(20)]
    profiles: tuple[Name, ...] = ()
    groups: tuple[Name, ...] = ()
    wards: tuple[WardCode, ...] = ()
    devices: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a limit comes from. `verified` is true only when the clause itself was read."""

    source: Slug
    clause: Text
    verified: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """
    When the signal raises an alert and when it clears one: at `fire_at` or beyond for `hold_s` seconds;
    short of `clear_at` for `clear_hold_s`. Between the two nothing changes (hysteresis).
    """

    direction: Literal["above", "below"]
    fire_at: float
    clear_at: float
    basis: Basis
    hold_s: int = 0
    clear_hold_s: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """The signal is the sum, mean, max or min of the samples of the last `over_s` seconds."""

    over_s: int
    what: Literal["sum", "mean", "max", "min"]
    min_samples: int = 1


@dataclass(frozen=True, slots=True)
class Rate:
    """
    The signal is the change since the oldest sample of the last `over_s` seconds, in units per `per_s`.

    With samples that are less than `min_span_s` apart there is none.
    """

    per_s: int
    over_s: int
    min_span_s: int = 1


@dataclass(frozen=True, slots=True)
class Flagged:
    """The signal is how many samples of the last `over_s` seconds bear the quality flag."""

    flag: Slug
    over_s: int


@dataclass(frozen=True, slots=True)
class Geofence:
    """
    The signal is 1 while a thing is in the area, else 0. `area` is a ring of [lon, lat] in degrees.

    The rule's measure is the longitude; `latitude` names the measure beside it in the same message.
    """

    latitude: Name
    area: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Near:
    """
    The signal is how many things beyond `each_at` lie within `within_m` meters, itself among them.

    Counted are those whose last sample is at most `over_s` seconds old.
    """

    each: Literal["above", "below"]
    each_at: float
    within_m: int
    over_s: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Days (Monday is 0) and hours in the node's zone in which the rule may raise an alert."""

    weekdays: tuple[int, ...]
    start: Clock
    end: Clock


@dataclass(frozen=True, slots=True)
class Late:
    """
    What becomes of samples that come late: for `wait_s` seconds those before them are waited for.

    One that is older than what was already looked at still counts in a span that is open (kinds window
    and flag: a gauge that was cut off tells its backlog after its latest reading), unless a run is being
    held. Of others the evidence has the number, and they are not looked at. What time alone brings
    (silence, a sample that leaves the window) is believed after `settle_s` seconds.
    """

    wait_s: int = 0
    settle_s: int = 60


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of escalation: so long without acknowledgment, then the holders of this duty are told."""

    after_s: int
    duty: DutyName


@dataclass(frozen=True, slots=True)
class Words:
    """What people read. `{thing}`, `{value}` and `{limit}` are filled in."""

    headline: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class Example:
    """An executable example: readings by thing, and what must come of them."""

    id: Slug
    title: Text
    given: Mapping[str, Json]
    expect: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule."""

    code: Slug
    version: str
    title: Text
    summary: Text
    hazard: Slug
    severity: Literal["Minor", "Moderate", "Severe", "Extreme"]
    unit: Annotated[str, Says(35)]
    sources: tuple[Source, ...]
    looks_at: Looks
    kind: Kind
    limit: Limit
    words: Words
    escalation: tuple[Rung, ...]
    golden: tuple[Example, ...]
    sha256: str
    window: Window | None = None
    rate: Rate | None = None
    flag: Flagged | None = None
    geofence: Geofence | None = None
    correlation: Near | None = None
    only: tuple[Hours, ...] = ()
    rejects: tuple[Slug, ...] = ("range", "skew")
    late: Late = Late()
    close_after_s: int = 86_400
