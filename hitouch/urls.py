"""All addresses: pages, the API, the admin, and what machines ask."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.audience import for_everyone
from hitouch import pages, styleguide
from hitouch.core import health

hitouch_urls = (
    [
        path("", pages.front, name="front"),
        path("next/", pages.landing, name="landing"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
    ],
    "hitouch",
)

urlpatterns = [
    path("livez", for_everyone(health.livez), name="livez"),
    path("readyz", for_everyone(health.readyz), name="readyz"),
    path("", include(hitouch_urls)),
    path("", include("accounts.urls")),
    path("", include("proctoring.urls")),
    path("", include("onboarding.urls")),
    path("", include("gigs.urls")),
    path("", include("payments.urls")),
    path("", include("chatbot.urls")),
    path("api/v1/", include("hitouch.api_urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    from hitouch.dev import urls as dev_urls

    urlpatterns += dev_urls.urlpatterns
