"""Admin of uploaded files: what waits to be read, and what became of each. No file is opened."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import admin_search
from accounts.permissions import authenticated_user
from hitouch.core.admin import ReadOnlyAdmin
from onboarding.kyc.review import queries
from onboarding.models import KycUpload


@admin.register(KycUpload)
class KycUploadAdmin(ReadOnlyAdmin):
    """Uploaded files, unread ones first and the longest waiting on top.

    Neither the file nor a full number is shown: the documents are looked at in their review.
    """

    allowed_roles = (*queries.REVIEWERS, "support")
    list_display = ("agent", "title", "state", "created_at", "tries", "ended_at")
    list_filter = ("state", "kind")
    search_by = (admin_search.names("case__agent"),)
    search_note = admin_search.SEALED_NOTE
    fields = (
        *("agent", "title", "masked", "state", "created_at", "taken_at", "tries", "scans"),
        *("next_try_at", "passwords_tried", "ended_at", "code", "message"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[KycUpload]:
        """Not one's own, and what was passed on to senior reviewers only for them."""
        return queries.uploads_visible_to(authenticated_user(request)).unread_first()

    @admin.display(description="Agent")
    def agent(self, upload: KycUpload) -> str:
        """Whose document it shows."""
        return upload.case.agent.name

    @admin.display(description="Document")
    def title(self, upload: KycUpload) -> str:
        """What it shows."""
        return upload.title

    @admin.display(description="Number")
    def masked(self, upload: KycUpload) -> str:
        """The number that was entered, masked."""
        return upload.masked
