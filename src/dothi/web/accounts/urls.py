"""Every address of the sign-in pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
