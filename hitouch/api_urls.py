"""URLs of the API: each app's endpoints, and the OpenAPI documentation."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from accounts.permissions import IsAnyone
from hitouch import api_schema  # noqa: F401

app_name = "api"


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI 3.1 document of this API."""

    permission_classes = [IsAnyone]


class DocsView(SpectacularSwaggerSplitView):
    """The API documentation."""

    permission_classes = [IsAnyone]
    template_name = "api_docs.html"


urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(url_name="api:schema"), name="docs"),
    path("", include("accounts.api_urls")),
    path("", include("proctoring.api_urls")),
    path("", include("onboarding.api_urls")),
    path("", include("gigs.api_urls")),
    path("", include("payments.api_urls")),
    path("", include("chatbot.api_urls")),
]
