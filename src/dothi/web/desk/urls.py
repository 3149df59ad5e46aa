"""Every address of the officials' desk."""

from django.urls import URLPattern, path

from dothi.web.desk.views import acting, queue, reading

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("", queue.work, name="work"),
    path("dossiers/", queue.dossiers, name="dossiers"),
    path("find/", queue.find, name="find"),
    path("dossiers/<uuid:dossier_id>", reading.dossier, name="dossier"),
    path("dossiers/<uuid:dossier_id>/files/<uuid:file_id>", reading.file, name="file"),
    path("dossiers/<uuid:dossier_id>/acts/<slug:act>", acting.act, name="act"),
]
