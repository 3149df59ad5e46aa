"""Every address of the residents' portal."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
