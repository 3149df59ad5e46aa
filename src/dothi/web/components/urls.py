"""Every address of the component gallery and of the reader's preferences."""

from django.urls import URLPattern, path

from dothi.web.components import views

app_name = "components"

urlpatterns: list[URLPattern] = [
    path("", views.gallery, name="gallery"),
    path("view/", views.view, name="view"),
    path("language/", views.language, name="language"),
    path("plain/", views.plain, name="plain"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
