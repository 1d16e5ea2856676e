"""Admin of gigs."""

from dataclasses import replace
from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts import admin_search
from gigs.clients.admin import CLIENT, TITLE, OperationsAdmin, Rows, ask_and_act, call_service
from gigs.engagements import services as gig_services
from gigs.models import (
    Gig,
)

ENDS = ("replace_for_the_client", "end_for_the_client")


@admin.register(Gig)
class GigAdmin(OperationsAdmin):
    """Gigs with their terms."""

    list_display = ["title", "agent", "client", "state", "pay_kind", "rate_paise", "created_at"]
    list_filter = ["state", "pay_kind"]
    search_by = (TITLE, admin_search.names("agent"), replace(CLIENT, of="client"))
    list_select_related = ["agent", "client"]
    ordering = ["-created_at"]
    actions = ["complete", "hold_for_the_client", "resume_for_the_client", *ENDS]

    @admin.action(description="Complete selected gigs with no open work", permissions=["run"])
    def complete(self, request: HttpRequest, rows: Rows) -> None:
        """Complete gigs that the client did not complete."""
        for gig in rows:
            call_service(self, request, gig_services.complete_gig, gig=gig)

    @admin.action(description="Put on hold for the client…", permissions=["run"])
    def hold_for_the_client(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """Hold gigs at the request of the client."""
        return ask_and_act(
            self, request, rows, "hold",
            lambda gig, why: (gig.client, partial(gig_services.hold_gig, gig=gig, why=why)),
        )  # fmt: skip

    @admin.action(description="Resume for the client…", permissions=["run"])
    def resume_for_the_client(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """Resume gigs at the request of the client."""
        return ask_and_act(
            self, request, rows, "resume",
            lambda gig, why: (gig.client, partial(gig_services.resume_gig, gig=gig)),
        )  # fmt: skip

    @admin.action(description="Replace the agent for the client…", permissions=["run"])
    def replace_for_the_client(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """End gigs and open their places again, at the request of the client."""
        return ask_and_act(
            self, request, rows, "replace",
            lambda gig, why: (gig.client, partial(gig_services.replace_gig, gig=gig, why=why)),
        )  # fmt: skip

    @admin.action(description="End for the client…", permissions=["run"])
    def end_for_the_client(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """End gigs at the request of the client. Worked hours stay payable."""
        return ask_and_act(
            self, request, rows, "end",
            lambda gig, why: (gig.client, partial(gig_services.end_gig, gig=gig, why=why)),
        )  # fmt: skip
