"""Addresses of Google as a way in; `google_login` and `google_callback` are allauth's names."""

from django.urls import path

from accounts.views import google

urlpatterns = [
    path("log-in/google/", google.log_in, name="google_login"),
    path("log-in/google/back/", google.come_back, name="google_callback"),
    path("account/google/link/", google.link, name="google_link"),
    path("account/google/unlink/", google.unlink, name="google_unlink"),
]
