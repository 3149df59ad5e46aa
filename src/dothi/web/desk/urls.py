"""Every address of the officials' desk."""

from django.urls import URLPattern, path

from dothi.web.desk.views import acting, queue, reading

app_name = "desk"

RESULT = "dossiers/<uuid:dossier_id>/results/<uuid:result_id>"

urlpatterns: list[URLPattern] = [
    path("", queue.work, name="work"),
    path("dossiers/", queue.dossiers, name="dossiers"),
    path("find/", queue.find, name="find"),
    path("dossiers/<uuid:dossier_id>", reading.dossier, name="dossier"),
    path("dossiers/<uuid:dossier_id>/files/<uuid:file_id>", reading.file, name="file"),
    path("dossiers/<uuid:dossier_id>/files/<uuid:file_id>/view", reading.preview, name="preview"),
    path(RESULT, reading.result, name="result"),
    path(f"{RESULT}/paper", reading.result_paper, name="result-paper"),
    path("dossiers/<uuid:dossier_id>/papers/<uuid:paper_id>", reading.paper, name="paper"),
    path("dossiers/<uuid:dossier_id>/acts/<slug:act>", acting.act, name="act"),
]
