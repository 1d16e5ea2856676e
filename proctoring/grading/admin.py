"""Admin lists of results on a scale, and of the certificates of levels."""

from typing import Any

from django.contrib import admin

from accounts import admin_search
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.web.admin_lists import Column
from proctoring.models import LevelCertificate, SittingResult, SkillResult


class SkillResultInline(admin.TabularInline):
    """The skills of a result."""

    model = SkillResult
    fields = readonly_fields = ["skill", "score", "level", "items", "unanswered"]  # type: ignore[assignment]
    extra = 0
    can_delete = False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True


@admin.register(SittingResult)
class SittingResultAdmin(ReadOnlyAdmin):
    """Scores and levels with their range, the newest first."""

    allowed_roles = ("proctor",)
    list_display = [
        "agent", "score", "level", "level_low", "level_high", "scale", "computed_at", "released_at",
    ]  # fmt: skip
    list_filter = ["level"]
    search_by = (admin_search.names("sitting__agent"),)
    list_select_related = ["sitting__agent__user", "scale"]
    ordering = ["-computed_at", "-id"]
    inlines = [SkillResultInline]

    @admin.display(description="Agent")
    def agent(self, result: SittingResult) -> str:
        """Whose result it is."""
        return str(result.sitting.agent)


@admin.register(LevelCertificate)
class LevelCertificateAdmin(ReadOnlyAdmin):
    """Certificates, the newest first."""

    allowed_roles = ("proctor",)
    list_display = ["code", "holder_name", "issued_at", "withdrawn_at", "withdrawn_reason"]
    search_by = (admin_search.names("sitting__agent"), Column("the code", "code"))
    ordering = ["-issued_at", "-id"]
    exclude = ["file"]
