"""Admin of ratings: staff hide comments that must not be read."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts import admin_search
from gigs.clients.admin import OperationsAdmin, Rows, call_service
from gigs.models import Rating
from gigs.ratings import services as rating_services


@admin.register(Rating)
class RatingAdmin(OperationsAdmin):
    """Open ratings. Sealed ones are for their authors only."""

    list_display = ["gig", "side", "stars", "shown_comment", "submitted_at", "is_intact"]
    list_filter = ["side"]
    search_by = (admin_search.names("gig__agent"),)
    list_select_related = ["gig"]
    ordering = ["-created_at"]
    exclude = ["comment", "nonce", "seal"]
    readonly_fields = ["shown_comment"]
    actions = ["hide_personal_data", "hide_abuse"]

    def get_queryset(self, request: HttpRequest) -> Rows:
        """Nobody reads a sealed rating."""
        return super().get_queryset(request).filter(opened_at__isnull=False)

    @admin.display(boolean=True, description="As submitted")
    def is_intact(self, rating: Rating) -> bool:
        """Whether the seal fits what is stored."""
        return rating.is_intact

    def _hide(self, request: HttpRequest, rows: Rows, why: str) -> None:
        hide: Any = partial(rating_services.hide, why=why)
        for row in rows:
            call_service(self, request, hide, rating=row)

    @admin.action(description="Hide comment: personal data", permissions=["run"])
    def hide_personal_data(self, request: HttpRequest, rows: Rows) -> None:
        """Hide comments that name people or contacts."""
        self._hide(request, rows, "It contained personal data.")

    @admin.action(description="Hide comment: abusive", permissions=["run"])
    def hide_abuse(self, request: HttpRequest, rows: Rows) -> None:
        """Hide comments that insult."""
        self._hide(request, rows, "It was abusive.")
