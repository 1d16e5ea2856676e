"""All URLs: pages, API and admin. The middleware answers health checks before them."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from hitouch import views

hitouch_urls = (
    [
        path("", views.home, name="front"),
        path("next/", views.landing, name="landing"),
        path("terms/", views.terms, name="terms"),
        path("privacy/", views.privacy, name="privacy"),
        path("styleguide/", views.styleguide, name="styleguide"),
    ],
    "hitouch",
)
urlpatterns: list[URLPattern | URLResolver] = [
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
    urlpatterns.append(path("", include("hitouch.dev.urls")))
