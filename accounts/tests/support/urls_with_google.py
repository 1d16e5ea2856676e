"""URL configuration of a site on which Google log-in is configured."""

from django.urls import include, path

from accounts.google import urls as google_urls
from accounts.headless.urls import GOOGLE, PREFIX

app = path(PREFIX.lstrip("/") + GOOGLE.path, GOOGLE.as_view())
urlpatterns = [*google_urls.urlpatterns, app, path("", include("hitouch.urls"))]
