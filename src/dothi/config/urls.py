"""Every address of the pages process."""

from django.urls import URLPattern, URLResolver, include, path

from dothi.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("-/alive", health.alive, name="alive"),
    path("-/ready", health.ready, name="ready"),
    path("", include("dothi.web.portal.urls")),
    path("desk/", include("dothi.web.desk.urls")),
    path("center/", include("dothi.web.center.urls")),
    path("backoffice/", include("dothi.web.backoffice.urls")),
    path("account/", include("dothi.web.accounts.urls")),
    path("components/", include("dothi.web.components.urls")),
]

handler400 = "dothi.web.accounts.views.unknown.bad_request"
handler403 = "dothi.web.components.problems.refused"
handler404 = "dothi.web.accounts.views.unknown.not_found"
handler500 = "dothi.web.components.problems.server_error"
