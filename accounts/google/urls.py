"""URLs of Google log-in. `google_login` and `google_callback` are names that allauth reverses."""

from django.urls import path

from accounts.google import views

urlpatterns = [
    path("log-in/google/", views.log_in, name="google_login"),
    path("log-in/google/back/", views.callback, name="google_callback"),
    path("account/google/link/", views.link, name="google_link"),
    path("account/google/unlink/", views.unlink, name="google_unlink"),
]
