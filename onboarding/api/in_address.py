"""The words that stand in addresses, for the documentation."""

from drf_spectacular.utils import OpenApiParameter

from onboarding import forms
from onboarding.models import KycDocument

PATH = OpenApiParameter.PATH
SLUGS = [kind.lower().replace("_", "-") for kind in KycDocument.Kind.values]

SECTION = OpenApiParameter("section", str, PATH, enum=list(forms.SECTIONS))
KIND = OpenApiParameter("slug", str, PATH, enum=SLUGS)
PIN = OpenApiParameter("pin", str, PATH, pattern="^[1-9][0-9]{5}$")
IFSC = OpenApiParameter("ifsc", str, PATH, pattern="^[A-Za-z]{4}0[A-Za-z0-9]{6}$")
