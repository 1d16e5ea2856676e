"""Admin of closing requests, consents and retention proofs."""

from django.contrib import admin
from django.utils import timezone

from accounts import admin_search
from accounts.models import Closing, Consent, RetentionProof
from accounts.privacy import services
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.web.admin_lists import IndexedValuesFilter


@admin.register(Closing)
class ClosingAdmin(ReadOnlyAdmin):
    """Requests to close an account."""

    list_display = ("id", "user", "asked_at", "due_at", "state", "closed_at", "erased_at")
    list_filter = ("state",)
    search_by = (admin_search.names("user__agent"), admin_search.email("user__email"))
    ordering = ("-asked_at",)
    list_select_related = ("user__agent",)
    fields = ("user", "asked_at", "due_at", "state", "holds", "closed_at", "erased_at")

    @admin.display(description="Pending")
    def holds(self, closing: Closing) -> str:
        """What blocks the closing now, while it is open."""
        if not closing.is_open:
            return "Nothing pending"
        blockers = services.closing_blockers(closing.user, now=timezone.now())
        return " ".join(hold.sentence for hold in blockers) or "Nothing"


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Who agreed to what, and when it ended."""

    list_display = (
        "user", "purpose", "version", "given_at", "where", "withdrawn_at", "replaced_at",
    )  # fmt: skip
    list_filter = (("purpose", IndexedValuesFilter), ("version", IndexedValuesFilter))
    search_by = (admin_search.names("user__agent"), admin_search.email("user__email"))
    ordering = ("-given_at",)
    list_select_related = ("user__agent",)


@admin.register(RetentionProof)
class RetentionProofAdmin(ReadOnlyAdmin):
    """Proofs of the retention runs, newest first; `manage.py apply_retention` checks the chain."""

    list_display = ("number", "at", "rule", "period", "ended", "oldest_at", "newest_at")
    list_filter = ("at", ("rule", IndexedValuesFilter))
    ordering = ("-number",)
    fields = (*list_display, "previous_hash", "hash")
