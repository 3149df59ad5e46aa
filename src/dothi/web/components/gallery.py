"""What the gallery shows: every component in every state, with the words of a real dossier."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from dothi.web.components.rows import (
    Choice,
    ChoiceGroup,
    ClockChip,
    Column,
    Fact,
    Fault,
    Field,
    Link,
    Moment,
    Provenance,
    Reading,
    Row,
    StoredFile,
    Task,
    Viewer,
)

TAKEN = date(2026, 11, 20)
SAMPLE_DIGEST = "7f3a 91c2 04be d58a"


TOKENS = (
    "lacquer", "gold", "lake", "ink", "stone", "edge", "line", "shade", "paper", "ochre", "vermilion",
)  # fmt: skip


def sections() -> list[dict[str, str]]:
    """Return the sections of the page in order: key, title, template."""
    titles = {
        "colors": _("Sign, color and type"),
        "buttons": _("Buttons"),
        "questions": _("Questions"),
        "faulty": _("Questions with faults"),
        "answers": _("Answers and files"),
        "messages": _("Messages and states"),
        "confirmation": _("Confirmation"),
        "clock": _("Time and progress"),
        "tables": _("Lists"),
    }
    return [
        {"key": key, "title": title, "template": f"components/gallery/{key}.html"}
        for key, title in titles.items()
    ]


def samples() -> dict[str, Any]:
    """Return the rows of each section by name, in the reader's language."""
    return {section.__name__: section() for section in SECTIONS}


def questions() -> list[Field]:
    """Return questions as they are first asked."""
    return [
        Field("text_input", "full_name", _("Full name as on the identity card"), value="Nguyễn Thị An",
              autocomplete="name", provenance=provenances()[0]),
        Field("text_input", "phone", _("Phone number"), hint=_("Ten digits, for example 0912 345 678"),
              input_type="tel", inputmode="tel", autocomplete="tel", width=20, optional=True),
        Field("text_input", "fee", _("Amount"), inputmode="numeric", suffix="₫", width=10, value="15.000"),
        Field("date_input", "married_on", _("When was the earlier marriage registered?"),
              hint=_("For example 24 11 2016"), value=("24", "11", "2016")),
        Field("textarea", "purpose", _("What is the certificate for?"), max_length=200, rows=3),
        Field("radios", "divorced", _("Has the applicant been married before?"), choices=[
            Choice("no", _("No"), _("Never registered a marriage in Vietnam or abroad")),
            Choice("divorced", _("Yes, and divorced")),
            Choice("unknown", _("Not sure"), divider=_("or"))]),
        Field("checkbox_groups", "places", _("Which wards are meant?"), value=["00070"], groups=[
            ChoiceGroup(_("Chosen"), wards()[:1], open=True), ChoiceGroup("A – Đ", wards()[1:], all_of="a")]),
        Field("checkboxes", "parts", _("Which papers are at hand?"), value=["card"], choices=[
            Choice("card", _("Identity card")), Choice("judgment", _("Divorce judgment")),
            Choice("death", _("Death certificate of the spouse"))]),
        Field("radios", "copies", _("How many copies?"), inline=True, value="1", choices=[
            Choice("1", "1"), Choice("2", "2"), Choice("3", "3")]),
        Field("ward_picker", "ward", _("Ward or commune of residence"), value="00070", choices=wards()),
        Field("file_upload", "judgment", _("Divorce judgment"), hint=_("A photograph of each page will do."),
              accept=".pdf,.jpg,.png", max_bytes=10 * 1024 * 1024, stored=files()),
    ]  # fmt: skip


def faulty() -> list[Field]:
    """Return questions that were answered wrongly."""
    return [
        Field("text_input", "bad_name", _("Full name as on the identity card"),
              error=_("Enter the full name as on the identity card")),
        Field("date_input", "bad_day", _("Date of birth"), value=("31", "2", "2000"),
              error=_("There is no 31 February: check day and month")),
        Field("radios", "bad_choice", _("Has the applicant been married before?"), inline=True,
              error=_("Choose an answer"), choices=[Choice("yes", _("Yes")), Choice("no", _("No"))]),
        Field("select", "bad_country", _("Country"), choices=[Choice("", "–"), Choice("vn", _("Vietnam"))],
              error=_("Choose a country")),
        Field("textarea", "bad_text", _("What is the certificate for?"), rows=2,
              error=_("Say what the certificate is for")),
        Field("file_upload", "bad_file", _("Divorce judgment"), accept=".pdf,.jpg",
              error=_("The file is larger than 10 MB: photograph each page on its own")),
    ]  # fmt: skip


def faults() -> list[Fault]:
    """Return the summary of `faulty`."""
    return [Fault(field.error, field.key) for field in faulty()]


def wards() -> list[Choice]:
    """Return some wards; the pages take all 126 from the register of territory."""
    named = {
        "00004": "Ba Đình",
        "00025": "Giảng Võ",
        "00070": "Hoàn Kiếm",
        "00097": "Hồng Hà",
        "00166": "Cầu Giấy",
    }
    return [Choice(code, _("%(name)s ward") % {"name": name}) for code, name in named.items()]


def files() -> list[StoredFile]:
    """Return received files."""
    return [
        StoredFile("ban-an-ly-hon-trang-1.jpg", 1_843_200, "JPG", SAMPLE_DIGEST, "#", "remove_1"),
        StoredFile("ban-an-ly-hon.pdf", 482_304, "PDF", SAMPLE_DIGEST, "#", "remove_2", pages=3),
    ]


def provenances() -> list[Provenance]:
    """Return where values came from: as it stands, and changed since."""
    source = _("the national population database")
    return [
        Provenance(source, TAKEN, _("Decree 107/2021/ND-CP, article 1")),
        Provenance(source, TAKEN, changed=True),
    ]


def answers() -> list[Fact]:
    """Return answers to check before sending."""
    return [
        Fact(_("Full name"), "Nguyễn Thị An", provenance=provenances()[0]),
        Fact(_("Date of birth"), "14/03/2000", "#"),
        Fact(_("Residence"), "12 phố Hàng Trống\nPhường Hoàn Kiếm, Hà Nội", "#"),
        Fact(_("Phone number"), "", "#", missing=_("Not stated")),
    ]


def tasks() -> list[Task]:
    """Return the parts of an application."""
    return [
        Task(_("Check entitlement"), "#", _("Done"), done=True),
        Task(_("About the applicant"), "#", _("To do"), hint=_("About 3 minutes")),
        Task(_("Papers"), "#", _("To do")),
        Task(_("Check and send"), status=_("After the parts above")),
    ]


def chips() -> list[ClockChip]:
    """Return the clock in each state."""
    return [
        ClockChip("good", _("2 working days left"), date(2026, 11, 26)),
        ClockChip("soon", _("3 working hours left"), date(2026, 11, 24)),
        ClockChip("late", _("1 day overdue"), date(2026, 11, 20)),
        ClockChip("paused", _("Paused: waiting for papers")),
        ClockChip("neutral", _("Not received yet")),
    ]


def moments() -> list[Moment]:
    """Return the way of a dossier, past, now and ahead."""
    desk = _("One-stop desk, Hoàn Kiếm ward")
    return [
        Moment(_("Sent online"), _at(9, 12), _("Applicant")),
        Moment(_("Received, the clock runs"), _at(10, 5), desk, _("All papers are there.")),
        Moment(_("Being examined"), holder=_("Civil-status officer, Hoàn Kiếm ward"), state="now",
               promised_on=date(2026, 11, 24)),
        Moment(_("Signed by the chair of the ward"), state="ahead"),
        Moment(_("Result in the data vault"), state="ahead", promised_on=date(2026, 11, 26)),
    ]  # fmt: skip


def columns() -> list[Column]:
    """Return the columns of the desk's queue."""
    return [
        Column(_("Dossier"), sort_url="#", narrow=True),
        Column(_("Applicant"), sort_url="#"),
        Column(_("Procedure")),
        Column(_("State"), narrow=True),
        Column(_("Clock"), sort_url="#", sorted="ascending", narrow=True),
        Column(_("Papers"), numeric=True, narrow=True),
    ]


def queue() -> list[Row]:
    """Return the desk's queue, late ones first."""
    kind, marriage = _("Certificate of marital status"), _("Marriage registration")
    good, soon, late, paused, _new = (ClockChip(chip.tone, chip.remaining) for chip in chips())
    return [
        Row(
            ["H26.01-261120-0004", "Lê Minh Châu", kind, (_("Being examined"), "neutral"), late, "2"],
            "#",
            tone="late",
        ),
        Row(
            ["H26.01-261122-0017", "Nguyễn Thị An", kind, (_("Waiting for signature"), "soon"), soon, "3"],
            "#",
        ),
        Row(["H26.01-261122-0021", "Trần Văn Bình", marriage, (_("Received"), "good"), good, "5"], "#"),
        Row(
            ["H26.01-261121-0009", "Phạm Gia Hân", kind, (_("Waiting for papers"), "paused"), paused, "1"],
            "#",
        ),
    ]


def filters() -> list[Field]:
    """Return the queue's filters."""
    states = [Choice("", _("All")), Choice("new", _("New")), Choice("late", _("Overdue"))]
    return [
        Field("text_input", "q", _("Code or name"), input_type="search", small=True),
        Field("select", "state", _("State"), choices=states, small=True),
    ]


def views() -> list[Link]:
    """Return the views of one dossier."""
    return [
        Link(_("Dossier"), "#", current=True),
        Link(_("Papers"), "#", count=3),
        Link(_("History"), "#", count=12),
    ]


def way() -> list[Link]:
    """Return breadcrumbs."""
    return [Link(_("Home"), "/"), Link(_("Procedures"), "#"), Link(_("Certificate of marital status"), "")]


def readings() -> list[Reading]:
    """Return figures, fresh and old."""
    return [
        Reading(
            _("Returned on time this month"), "99,3", "%", _("Hoàn Kiếm ward"), _at(11, 0), _("target 98 %")
        ),
        Reading(_("Dossiers in work"), "1.284", "", _("All wards"), _at(8, 15), stale=True),
    ]


def resident() -> Viewer:
    """Return a resident who has signed in."""
    links = [Link(_("My dossiers"), "#", icon="file-text"), Link(_("Inbox"), "#", icon="inbox", count=2)]
    links.append(Link(_("Data vault"), "#", icon="shield-check"))
    return Viewer("Nguyễn Thị An", _("Signed in with VNeID, level 2"), 2, links, sign_out_url="#")


def official() -> Viewer:
    """Return an official who acts through a post."""
    post = _("Civil-status officer, Hoàn Kiếm ward")
    return Viewer("Đỗ Quang Minh", post=post, change_post_url="#", sign_out_url="#")


def work() -> list[Link]:
    """Return the desk's navigation."""
    return [
        Link(_("Queue"), "?shell=desk", current=True, icon="inbox", count=38),
        Link(_("Mine"), "#", icon="user-check", count=4),
        Link(_("To sign"), "#", icon="stamp", count=0),
        Link(_("History"), "#", icon="history"),
    ]


def _at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 22, hour - 7, minute, tzinfo=UTC)


SECTIONS: tuple[Callable[[], Any], ...] = (
    questions, faulty, faults, files, provenances, answers, tasks, chips, moments, columns, queue,
    filters, views, way, readings, resident, official, work,
)  # fmt: skip
