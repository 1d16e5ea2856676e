"""Admin of gigs."""

from dataclasses import replace

from django.contrib import admin
from django.http import HttpRequest

from accounts import admin_search
from gigs.clients.admin import CLIENT, TITLE, OperationsAdmin, Rows, call_service
from gigs.engagements import services as gig_services
from gigs.models import (
    Gig,
)


@admin.register(Gig)
class GigAdmin(OperationsAdmin):
    """Gigs with their terms."""

    list_display = ["title", "agent", "client", "state", "pay_kind", "rate_paise", "created_at"]
    list_filter = ["state", "pay_kind"]
    search_by = (TITLE, admin_search.names("agent"), replace(CLIENT, of="client"))
    list_select_related = ["agent", "client"]
    ordering = ["-created_at"]
    actions = ["complete"]

    @admin.action(description="Complete selected gigs with no open work", permissions=["run"])
    def complete(self, request: HttpRequest, rows: Rows) -> None:
        """Complete gigs that the client did not complete."""
        for gig in rows:
            call_service(self, request, gig_services.complete_gig, gig=gig)
