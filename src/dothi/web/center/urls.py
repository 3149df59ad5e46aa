"""Every address of the operations center."""

from django.urls import URLPattern, path

from dothi.web.center.views import (
    alerts,
    incidents,
    layers,
    reports,
    ruling,
    runbooks,
    screen,
    series,
    shifts,
    units,
    waiting,
    warnings,
)

app_name = "center"

urlpatterns: list[URLPattern] = [
    path("", screen.screen, name="screen"),
    path("situation", screen.told, name="situation"),
    path("areas", screen.areas, name="areas"),
    path("layers/<slug:name>", layers.listed, name="layer-list"),
    path("layers/<slug:name>.json", layers.layer, name="layer"),
    path("timeline", screen.lines, name="timeline"),
    path("token", screen.token, name="token"),
    path("figures/<slug:name>", series.figure, name="figure"),
    path("series/<int:number_of>", series.series, name="series"),
    path("alerts/<uuid:alert_id>", alerts.alert, name="alert"),
    path("alerts/<uuid:alert_id>/<slug:act>", alerts.act, name="alert-act"),
    path("rules/", ruling.rules, name="rules"),
    path("rules/versions/waiting", waiting.waiting, name="rules-waiting"),
    path("rules/versions/<uuid:rule_id>", ruling.version, name="rule-version"),
    path("rules/trials/<uuid:trial_id>", ruling.trial, name="rule-trial"),
    path("rules/<slug:code>", ruling.rule, name="rule"),
    path("rules/<slug:code>/<slug:act>", ruling.act, name="rule-act"),
    path("shifts/", shifts.shifts, name="shifts"),
    path("shifts/<slug:act>", shifts.act, name="shift-act"),
    path("reports/", reports.order, name="report-order"),
    path("reports/<uuid:paper_id>", reports.report, name="report"),
    path("reports/<uuid:paper_id>.pdf", reports.paper, name="report-paper"),
    path("warnings/", warnings.listed, name="warnings"),
    path("warnings/new", warnings.new, name="warning-new"),
    path("warnings/<uuid:warning_id>", warnings.warning, name="warning"),
    path("warnings/<uuid:warning_id>/update", warnings.update, name="warning-update"),
    path("warnings/<uuid:warning_id>/cap.xml", warnings.document, name="warning-cap"),
    path("warnings/<uuid:warning_id>/<slug:act>", warnings.act, name="warning-act"),
    path("runbooks/", runbooks.listed, name="runbooks"),
    path("units/", units.listed, name="units"),
    path("units/<uuid:unit_id>/<slug:act>", units.act, name="unit-act"),
    path("roads/<uuid:closure_id>/open", units.open_roads, name="roads-open"),
    path("incidents/", incidents.found, name="incidents"),
    path("incidents/new", incidents.new, name="incident-new"),
    path("incidents/<uuid:incident_id>", incidents.incident, name="incident"),
    path("incidents/<uuid:incident_id>/<slug:act>", incidents.act, name="incident-act"),
]
