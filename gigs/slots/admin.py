"""Admin of slots and claims."""

from dataclasses import replace

from django.contrib import admin
from django.http import HttpRequest

from accounts import admin_search
from gigs.clients.admin import TITLE, OperationsAdmin, Rows, call_service
from gigs.models import (
    Claim,
    Slot,
)
from gigs.slots import claims


@admin.register(Slot)
class SlotAdmin(OperationsAdmin):
    """Slots with their capacity."""

    list_display = ["opportunity", "starts_at", "ends_at", "capacity", "taken"]
    list_filter = ["starts_at"]
    search_by = (replace(TITLE, of="opportunity"),)
    list_select_related = ["opportunity"]
    ordering = ["-starts_at"]


@admin.register(Claim)
class ClaimAdmin(OperationsAdmin):
    """Claims of agents on slots."""

    list_display = ["agent", "slot", "state", "is_late_release", "created_at"]
    list_filter = ["state", "is_late_release"]
    search_by = (admin_search.names("agent"),)
    list_select_related = ["agent", "slot__opportunity"]
    ordering = ["-created_at"]
    actions = ["give_back"]

    @admin.action(description="Release selected shifts for the agent", permissions=["run"])
    def give_back(self, request: HttpRequest, rows: Rows) -> None:
        """Release claims at the request of the agent."""
        for claim in rows:
            why = "Released by support at the agent's request."
            call_service(self, request, claims.release_claim, claim=claim, why=why)
