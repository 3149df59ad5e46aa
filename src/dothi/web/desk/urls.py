"""Every address of the officials' desk."""

from datetime import date

from django.urls import URLPattern, path, register_converter

from dothi.web.desk.views import acting, assignments, calendar, queue, reading


class DayInAddress:
    """A civil date in an address, as 2026-12-01; what is no date is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the date. Raises ValueError, which Django takes for another address."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the date as it stands in an address."""
        return str(value)


register_converter(DayInAddress, "day")

app_name = "desk"

RESULT = "dossiers/<uuid:dossier_id>/results/<uuid:result_id>"

urlpatterns: list[URLPattern] = [
    path("", queue.work, name="work"),
    path("dossiers/", queue.dossiers, name="dossiers"),
    path("find/", queue.find, name="find"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/close/", calendar.close, name="calendar-close"),
    path("calendar/<day:on>/withdraw/", calendar.withdraw, name="calendar-withdraw"),
    path("assignments/<uuid:assignment_id>", assignments.assignment, name="assignment"),
    path("assignments/<uuid:assignment_id>/<slug:act>", assignments.act, name="assignment-act"),
    path("dossiers/<uuid:dossier_id>", reading.dossier, name="dossier"),
    path("dossiers/<uuid:dossier_id>/files/<uuid:file_id>", reading.file, name="file"),
    path("dossiers/<uuid:dossier_id>/files/<uuid:file_id>/picture", reading.picture, name="picture"),
    path("dossiers/<uuid:dossier_id>/files/<uuid:file_id>/view", reading.preview, name="preview"),
    path(RESULT, reading.result, name="result"),
    path(f"{RESULT}/paper", reading.result_paper, name="result-paper"),
    path("dossiers/<uuid:dossier_id>/papers/<uuid:paper_id>", reading.paper, name="paper"),
    path("dossiers/<uuid:dossier_id>/acts/<slug:act>", acting.act, name="act"),
]
