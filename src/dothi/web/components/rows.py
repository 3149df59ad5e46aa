"""Rows: what the components take. Texts are translated already; addresses are paths of this site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tone = Literal["neutral", "good", "soon", "late", "paused"]


@dataclass(frozen=True)
class Provenance:
    """Where a prefilled value came from: "Lấy từ CSDL … ngày … – căn cứ …"."""

    source: str
    taken_on: date
    basis: str = ""
    changed: bool = False
    """The source has changed since the value was taken."""


def source_of_all(sources: "Sequence[Provenance | None]") -> Provenance | None:
    """Return the source that several values, all of these, came from; it is then said once for all."""
    first = sources[0] if len(sources) > 1 else None
    return first if first is not None and all(one == first for one in sources) else None


@dataclass(frozen=True)
class Choice:
    """One answer of radios, checkboxes or a select. `reveals` is safe HTML shown when it is chosen."""

    value: str
    label: str
    hint: str = ""
    reveals: str = ""
    divider: str = ""
    """A word such as "hoặc" that stands before this choice."""


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices of `checkbox_groups` that belong together; `all_of`: value of the button that takes all."""

    title: str
    choices: Sequence[Choice]
    open: bool = False
    all_of: str = ""


@dataclass(frozen=True)
class Field:
    """
    One question of a form. `kind` names the template `components/<kind>.html`.

    `value` is what the person typed: a string; for `date_input` a `(day, month, year)` of strings;
    for `checkboxes` a sequence of values. `error` is the translated message of this field.
    """

    kind: str
    name: str
    label: str
    hint: str = ""
    value: object = ""
    error: str = ""
    choices: Sequence[Choice] = ()
    groups: Sequence[ChoiceGroup] = ()
    page_heading: bool = False
    """The label is the heading of the page: one question a page."""
    optional: bool = False
    width: int | None = None
    """Characters that the answer usually has: 2, 3, 4, 5, 10, 20 or 30."""
    input_type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    prefix: str = ""
    suffix: str = ""
    max_length: int | None = None
    rows: int = 5
    inline: bool = False
    small: bool = False
    provenance: Provenance | None = None
    accept: str = ""
    max_bytes: int | None = None
    stored: Sequence["StoredFile"] = ()
    disabled: bool = False
    id: str = ""

    @property
    def key(self) -> str:
        """Return the id of the field's first control, which an error summary links to."""
        return self.id or self.name

    @property
    def described_by(self) -> str:
        """Return the ids of hint, provenance and error, in reading order."""
        parts = (("hint", self.hint), ("provenance", self.provenance), ("error", self.error))
        return " ".join(f"{self.key}-{part}" for part, present in parts if present)

    @property
    def chosen(self) -> frozenset[str]:
        """Return the chosen values of checkboxes, radios or a select."""
        if isinstance(self.value, str):
            return frozenset({self.value} if self.value else ())
        return (
            frozenset(str(value) for value in self.value) if isinstance(self.value, Sequence) else frozenset()
        )

    @property
    def date_parts(self) -> tuple[tuple[str, str, int], ...]:
        """Return `(part, typed value, width)` of a date in the order day, month, year."""
        typed = (
            self.value
            if isinstance(self.value, Sequence) and not isinstance(self.value, str)
            else ("", "", "")
        )
        return tuple(zip(("day", "month", "year"), map(str, typed), (2, 2, 4), strict=True))


@dataclass(frozen=True)
class StoredFile:
    """A file that has been received: size in bytes, digest as the receipt prints it."""

    name: str
    size: int
    kind: str = ""
    digest: str = ""
    view_url: str = ""
    remove_name: str = ""
    """Name of the submit button that removes it; empty when it may not be removed."""
    pages: int | None = None


@dataclass(frozen=True)
class Fault:
    """One line of an error summary; `field` is the id that it links to."""

    message: str
    field: str = ""


@dataclass(frozen=True)
class Fact:
    """One row of a summary list: what was asked, what was answered, where to change it."""

    label: str
    value: object
    change_url: str = ""
    change_label: str = ""
    """What "Thay đổi" changes, for those who do not see the row; the label when empty."""
    provenance: Provenance | None = None
    missing: str = ""
    """Said instead of an empty value, such as "Không khai"."""


@dataclass(frozen=True)
class Task:
    """One line of a task list."""

    title: str
    url: str = ""
    status: str = ""
    done: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Link:
    """A link of a navigation, a breadcrumb or tabs; `count` is a badge."""

    label: str
    url: str
    current: bool = False
    icon: str = ""
    count: int | None = None


@dataclass(frozen=True)
class ClockChip:
    """The legal clock in one line. `remaining` is a phrase such as "Còn 2 ngày làm việc"."""

    tone: Tone
    remaining: str
    due_on: date | None = None


@dataclass(frozen=True)
class Moment:
    """One entry of a timeline: who held the dossier, what happened, until when it was promised."""

    title: str
    at: datetime | None = None
    holder: str = ""
    text: str = ""
    promised_on: date | None = None
    state: Literal["past", "now", "ahead"] = "past"
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Column:
    """A column of a table. `sort_url` orders by it; `sorted` says how it is ordered now."""

    label: str
    numeric: bool = False
    sort_url: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    narrow: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table: one cell a column; the first is the row's heading and carries the link."""

    cells: Sequence[object]
    url: str = ""
    id: str = ""
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Reading:
    """A figure with its age and source: no number stands without them."""

    label: str
    value: str
    unit: str = ""
    source: str = ""
    at: datetime | None = None
    target: str = ""
    stale: bool = False


@dataclass(frozen=True)
class Viewer:
    """Who looks at the page: what header and menu show. Given by `web.accounts` as `viewer`."""

    name: str = ""
    detail: str = ""
    unread: int = 0
    links: Sequence[Link] = ()
    places: Sequence[Link] = ()
    """Where a resident's own things are; stands under the header of each page."""
    sign_in_url: str = ""
    sign_out_url: str = ""
    post: str = ""
    """The official's post and unit: in whose name each act is recorded."""
    change_post_url: str = ""

    @property
    def signed_in(self) -> bool:
        """Return whether somebody has signed in."""
        return bool(self.name)
