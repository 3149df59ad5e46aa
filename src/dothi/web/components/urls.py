"""Every address of the component gallery."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
