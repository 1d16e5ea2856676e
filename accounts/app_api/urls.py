"""Addresses of allauth's client for apps, below `auth/app/`."""

from django.urls import path

from accounts.app_api.doors import open_doors

urlpatterns = [path(one.path, one.as_view(), name=f"app-{one.path}") for one in open_doors()]
