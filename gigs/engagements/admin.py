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

#: The reason that the agent reads.
ASKED = "At the client's request, by HitouchCX support."


@admin.register(Gig)
class GigAdmin(OperationsAdmin):
    """Gigs with their terms."""

    list_display = ["title", "agent", "client", "state", "pay_kind", "rate_paise", "created_at"]
    list_filter = ["state", "pay_kind"]
    search_by = (TITLE, admin_search.names("agent"), replace(CLIENT, of="client"))
    list_select_related = ["agent", "client"]
    ordering = ["-created_at"]
    actions = ["complete", "hold_for_the_client", "resume_for_the_client", "end_for_the_client"]

    @admin.action(description="Complete selected gigs with no open work", permissions=["run"])
    def complete(self, request: HttpRequest, rows: Rows) -> None:
        """Complete gigs that the client did not complete."""
        for gig in rows:
            call_service(self, request, gig_services.complete_gig, gig=gig)

    @admin.action(description="Put on hold for the client", permissions=["run"])
    def hold_for_the_client(self, request: HttpRequest, rows: Rows) -> None:
        """Hold gigs at the request of the client; the audit says who did."""
        for gig in rows:
            call_service(self, request, gig_services.hold_gig, gig=gig, why=ASKED)

    @admin.action(description="Resume for the client", permissions=["run"])
    def resume_for_the_client(self, request: HttpRequest, rows: Rows) -> None:
        """Resume gigs at the request of the client."""
        for gig in rows:
            call_service(self, request, gig_services.resume_gig, gig=gig)

    @admin.action(description="End for the client", permissions=["run"])
    def end_for_the_client(self, request: HttpRequest, rows: Rows) -> None:
        """End gigs at the request of the client. Worked hours stay payable."""
        for gig in rows:
            call_service(self, request, gig_services.end_gig, gig=gig, why=ASKED)
