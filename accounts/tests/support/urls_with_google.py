"""The addresses of a site on which Google is configured."""

from django.urls import include, path

from accounts.google import urls as google_urls
from accounts.headless.urls import GOOGLE, PREFIX

app = path(PREFIX.lstrip("/") + GOOGLE.path, GOOGLE.as_view())
urlpatterns = [*google_urls.urlpatterns, app, path("", include("hitouch.urls"))]
