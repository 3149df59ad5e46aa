"""The forms of devices: what was typed, what is wrong with it, and their fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, require
from dothi.kernel.ids import new_id
from dothi.registers.devices import rules
from dothi.registers.devices.owners import units_of
from dothi.registers.devices.queries import profiles
from dothi.registers.devices.types import Facts
from dothi.web.backoffice import words
from dothi.web.components.rows import Choice, Fault, Field

LONGEST = 200
TEXTS = ("device", "profile", "name_vi", "name_en", "lon", "lat", "ward_code", "group", "contract")


@dataclass(frozen=True)
class Form:
    """A form as it was sent: its key, its texts, and by field what is wrong."""

    key: UUID
    typed: Mapping[str, str]
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def faults(self) -> list[Fault]:
        """Return the faults for the summary at the top."""
        return [Fault(said, name) for name, said in self.wrong.items()]

    @property
    def status(self) -> int:
        """Return how the page answers."""
        return 422 if self.wrong else 200


def form_of(request: HttpRequest, names: Sequence[str], before: Mapping[str, str] | None = None) -> Form:
    """Return what was sent, bounded; `before` is what stands there until something was."""
    if request.method != "POST":
        return Form(new_id(), {name: (before or {}).get(name, "") for name in names})
    typed = {name: request.POST.get(name, "").strip()[:LONGEST] for name in names}
    key = words.key_of(request.POST.get("key", ""))
    wrong = {} if key else {"key": gettext("This form is not whole. Open it again.")}
    return Form(key or new_id(), typed, wrong)


def own_unit(actor: Actor, rule: ActRule, at: datetime) -> UUID:
    """Return the unit for which the actor administers devices. Raises Refused."""
    units = units_of(actor)
    require(actor, rule, CaseFacts("devices", unit_id=units[0] if units else None), at)
    return units[0]


def check_facts(form: Form, *, with_id: bool) -> Facts:
    """Note what is wrong with the facts that were typed, and return them."""
    typed, wrong = form.typed, form.wrong
    if with_id and not rules.ID.fullmatch(typed["device"]):
        wrong["device"] = gettext("An id has 1 to 64 letters, digits, - and _.")
    if not typed["profile"]:
        wrong["profile"] = gettext("Choose what kind of device it is")
    if typed["ward_code"] and not rules.WARD.fullmatch(typed["ward_code"]):
        wrong["ward_code"] = gettext("The code of a ward has 5 digits.")
    lon, lat = _degrees(form, "lon", 180), _degrees(form, "lat", 90)
    if bool(typed["lon"]) != bool(typed["lat"]):
        wrong["lat" if typed["lon"] else "lon"] = gettext("A place has both, longitude and latitude.")
    return Facts(
        typed["profile"], typed["name_vi"], typed["name_en"], lon, lat, typed["ward_code"], typed["group"],
        typed["contract"],
    )  # fmt: skip


def _degrees(form: Form, name: str, most: int) -> float | None:
    told = form.typed[name]
    found = rules.degrees(told, most) if told else None
    if told and found is None:
        form.wrong[name] = gettext("This is no number of degrees.")
    return found


def typed_facts(facts: Facts) -> dict[str, str]:
    """Return what a form shows of a device before anything is typed."""
    place = {"lon": facts.lon, "lat": facts.lat}
    return {
        "profile": facts.profile, "name_vi": facts.name_vi, "name_en": facts.name_en,
        "ward_code": facts.ward_code, "group": facts.group, "contract": facts.contract,
        **{name: "" if one is None else f"{one:g}" for name, one in place.items()},
    }  # fmt: skip


def text(
    form: Form, name: str, label: str, hint: str = "", *, optional: bool = True, width: int | None = None
) -> Field:
    """Return a question that is answered in one line."""
    return Field(
        "text_input", name, label, hint, form.typed[name], form.wrong.get(name, ""), optional=optional,
        width=width, autocomplete="off",
    )  # fmt: skip


def fields_of_facts(form: Form, *, with_id: bool) -> list[Field]:
    """Return the questions about a device."""
    kinds = [Choice("", gettext("Choose one")), *(Choice(one.name, words.kind(one)) for one in profiles())]
    hint = gettext("As it stands on the device. It never changes.")
    number = text(form, "device", gettext("Id of the device"), hint, optional=False) if with_id else None
    return [
        *([number] if number else []),
        Field("select", "profile", gettext("Kind of device"), value=form.typed["profile"],
              error=form.wrong.get("profile", ""), choices=kinds),
        text(form, "name_vi", gettext("Name in Vietnamese")),
        text(form, "name_en", gettext("Name in English")),
        text(form, "lon", gettext("Longitude, degrees"), gettext("Such as 105.8542."), width=10),
        text(form, "lat", gettext("Latitude, degrees"), gettext("Such as 21.0285."), width=10),
        text(form, "ward_code", gettext("Code of the ward"), gettext("Five digits, such as 00070."), width=5),
        text(form, "group", gettext("Group")),
        text(form, "contract", gettext("Contract")),
    ]  # fmt: skip
