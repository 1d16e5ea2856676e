"""Admin of opportunities: a read-only list with actions that call services."""

from dataclasses import replace

from django.contrib import admin
from django.http import HttpRequest

from accounts import admin_search
from gigs.clients.admin import CLIENT, TITLE, OperationsAdmin, Rows, call_service
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
    actions = ["close_for_the_client"]

    @admin.action(description="Close to applications", permissions=["run"])
    def close_for_the_client(self, request: HttpRequest, rows: Rows) -> None:
        """Close opportunities at the request of the client."""
        for opportunity in rows:
            call_service(self, request, opportunity_services.close, opportunity=opportunity)


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
