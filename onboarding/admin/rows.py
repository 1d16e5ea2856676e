"""Agreements and signatures, to look at."""

from django.contrib import admin

from onboarding.admin.access import ReadOnly
from onboarding.models import AgreementTemplate, Signature


@admin.register(AgreementTemplate)
class AgreementTemplateAdmin(ReadOnly):
    """The texts, version by version."""

    roles = ("operations",)
    list_display = ("title", "version", "kind", "in_force_at", "sha256")
    ordering = ("kind", "-in_force_at")
    fields = ("title", "kind", "version", "in_force_at", "sha256", "text")


@admin.register(Signature)
class SignatureAdmin(ReadOnly):
    """Who signed what, with the evidence."""

    roles = ("operations",)
    list_display = ("agent", "kind", "version", "typed_name", "signed_at")
    list_filter = ("kind", "version")
    search_fields = ("agent__given_name", "agent__family_name", "typed_name")
    list_select_related = ("agent",)
    ordering = ("-signed_at",)
    fields = (
        "agent", "template", "text_sha256", "typed_name", "signed_at", "ip", "user_agent",
        "evidence",
    )  # fmt: skip
