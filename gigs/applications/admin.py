"""Admin of applications."""

from dataclasses import replace
from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts import admin_search
from gigs.applications import services as application_services
from gigs.clients.admin import TITLE, OperationsAdmin, Rows, ask_and_act
from gigs.models import (
    Application,
)


@admin.register(Application)
class ApplicationAdmin(OperationsAdmin):
    """Applications."""

    list_display = ["agent", "opportunity", "score", "state", "created_at"]
    list_filter = ["state"]
    search_by = (admin_search.names("agent"), replace(TITLE, of="opportunity"))
    list_select_related = ["agent", "opportunity"]
    ordering = ["-created_at"]
    actions = ["accept_for_the_client"]

    @admin.action(description="Accept for the client…", permissions=["run"])
    def accept_for_the_client(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """Accept applications at the request of the client."""
        return ask_and_act(
            self, request, rows, "accept",
            lambda row, why: (
                row.opportunity.client, partial(application_services.accept, application=row)
            ),
        )  # fmt: skip
