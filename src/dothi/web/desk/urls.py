"""Every address of the officials' desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
