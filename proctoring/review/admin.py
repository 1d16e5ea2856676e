"""Admin lists of reviews, appeals and bans. People decide on the page of the case."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import admin_search
from hitouch.core.admin import ReadOnlyAdmin
from proctoring.models import Appeal, ProctoringBan, ReviewCase
from proctoring.review import queries


class CaseLinkAdmin(ReadOnlyAdmin):
    """Rows about a sitting, each with a link to the page on which it is decided."""

    allowed_roles = ("proctor",)
    ordering = ["-created_at", "-id"]

    @admin.display(description="Case")
    def page(self, row: Any) -> SafeString | str:
        """The case; a ban that came without a sitting has none."""
        if row.sitting_id is None:
            return ""
        address = reverse("proctoring:case", args=[row.sitting_id])
        return format_html('<a href="{}">Open the case</a>', address)


@admin.register(ReviewCase)
class ReviewCaseAdmin(CaseLinkAdmin):
    """Results that people reviewed or have to review, the newest first."""

    list_display = [
        "agent", "in_words", "risk", "opened_at", "due_at", "claimed_by", "verdict", "decided_by",
        "decided_at", "page",
    ]  # fmt: skip
    list_filter = ["verdict"]
    search_by = (admin_search.names("sitting__agent"),)
    list_select_related = ["sitting__agent__user", "claimed_by__agent", "decided_by__agent"]
    exclude = ["reasons", "known_verdict"]

    @admin.display(description="Agent")
    def agent(self, case: ReviewCase) -> str:
        """Whose result it is."""
        return str(case.sitting.agent)

    @admin.display(description="Reasons")
    def in_words(self, case: ReviewCase) -> str:
        """Why it is reviewed."""
        return ", ".join(queries.shown_reasons(case.reasons))


@admin.register(Appeal)
class AppealAdmin(CaseLinkAdmin):
    """What agents contested, the newest first."""

    list_display = [
        "agent", "observation", "filed_at", "due_at", "outcome", "decided_by", "decided_at", "page",
    ]  # fmt: skip
    list_filter = ["outcome"]
    search_by = (admin_search.names("sitting__agent"),)
    list_select_related = ["sitting__agent__user", "observation", "decided_by__agent"]

    @admin.display(description="Agent")
    def agent(self, appeal: Appeal) -> str:
        """Who filed it."""
        return str(appeal.sitting.agent)


@admin.register(ProctoringBan)
class ProctoringBanAdmin(CaseLinkAdmin):
    """Bans from assessments, the newest first. They are revoked on the page of the case."""

    list_display = ["agent", "starts_at", "ends_at", "reason", "by", "revoked_at", "page"]
    search_by = (admin_search.names("agent"), admin_search.email("agent__user__email"))
    list_select_related = ["agent__user", "by__agent"]
