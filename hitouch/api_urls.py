"""The API: each app's endpoints, and their documentation."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from accounts.permissions import Everyone
from hitouch import api_schema  # noqa: F401

app_name = "api"


class Schema(SpectacularJSONAPIView):
    """The OpenAPI 3.1 document of this API."""

    permission_classes = [Everyone]


class Docs(SpectacularSwaggerSplitView):
    """The API documentation."""

    permission_classes = [Everyone]
    template_name = "api_docs.html"


urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(url_name="api:schema"), name="docs"),
    path("", include("accounts.api_urls")),
    path("", include("proctoring.api_urls")),
    path("", include("onboarding.api_urls")),
    path("", include("gigs.api_urls")),
    path("", include("payments.api_urls")),
    path("", include("chatbot.api_urls")),
]
