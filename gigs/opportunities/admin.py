"""Admin of opportunities: a read-only list with actions that call services."""

from dataclasses import replace
from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts import admin_search
from gigs.clients.admin import CLIENT, TITLE, OperationsAdmin, Rows, ask_and_act
from gigs.models import (
    AgentInvitation,
    Opportunity,
    Terms,
)
from gigs.opportunities import services as opportunity_services


@admin.register(Opportunity)
class OpportunityAdmin(OperationsAdmin):
    """Opportunities."""

    list_display = ["title", "project", "state", "category", "headcount", "filled", "apply_by"]
    list_filter = ["state", "category", "pay_kind"]
    search_by = (TITLE, replace(CLIENT, of="project__client"))
    list_select_related = ["project"]
    ordering = ["-created_at"]
    actions = ["publish_for_the_client", "close_for_the_client"]

    @admin.action(description="Publish for the client…", permissions=["run"])
    def publish_for_the_client(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """Publish drafts at the request of the client; their cost is reserved."""
        return ask_and_act(
            self, request, rows, "publish",
            lambda row, why: (row.client, partial(opportunity_services.publish, opportunity=row)),
        )  # fmt: skip

    @admin.action(description="Close to applications…", permissions=["run"])
    def close_for_the_client(self, request: HttpRequest, rows: Rows) -> HttpResponse | None:
        """Close opportunities at the request of the client."""
        return ask_and_act(
            self, request, rows, "close",
            lambda row, why: (row.client, partial(opportunity_services.close, opportunity=row)),
        )  # fmt: skip


@admin.register(Terms)
class TermsAdmin(OperationsAdmin):
    """Versions of the terms of opportunities."""

    list_display = ["opportunity", "version", "by", "published_at"]
    search_by = (replace(TITLE, of="opportunity"),)
    list_select_related = ["opportunity", "by__agent"]
    ordering = ["-created_at"]


@admin.register(AgentInvitation)
class AgentInvitationAdmin(OperationsAdmin):
    """Invitations of agents."""

    list_display = ["agent", "opportunity", "state", "sent_at", "expires_at"]
    list_filter = ["state"]
    search_by = (admin_search.names("agent"), replace(TITLE, of="opportunity"))
    list_select_related = ["agent", "opportunity"]
    ordering = ["-created_at"]
