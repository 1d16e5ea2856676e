"""Admin of submitted work, and of files that nobody can open."""

from dataclasses import replace

from django.contrib import admin
from django.http import HttpRequest

from accounts import admin_search
from gigs.clients.admin import TITLE, OperationsAdmin, Rows, call_service
from gigs.models import (
    Deliverable,
    Work,
)
from gigs.work import deliverables


@admin.register(Work)
class WorkAdmin(OperationsAdmin):
    """Submitted work and its state."""

    list_display = ["gig", "agent", "state", "round", "submitted_at", "decided_at"]
    list_filter = ["state", "pay_kind"]
    search_by = (replace(TITLE, of="gig"), admin_search.names("gig__agent"))
    list_select_related = ["gig__agent", "gig__client"]
    ordering = ["-submitted_at"]

    @admin.display(description="Agent")
    def agent(self, work: Work) -> str:
        """The agent of the gig."""
        return work.gig.agent.name


@admin.register(Deliverable)
class DeliverableAdmin(OperationsAdmin):
    """Files of submitted work that nobody can open, because they were not checked."""

    list_display = ["file", "work", "created_at", "pages_checked", "tries", "failed_at"]
    list_select_related = ["file", "work__gig"]
    ordering = ["-created_at"]
    actions = ["check_again"]

    def get_queryset(self, request: HttpRequest) -> Rows:
        """Links and checked files are shown with their work only."""
        return Deliverable.objects.unchecked().order_by("-created_at")

    @admin.action(description="Check selected files again", permissions=["run"])
    def check_again(self, request: HttpRequest, rows: Rows) -> None:
        """Let files that were given up be read again."""
        for row in rows:
            call_service(self, request, deliverables.check_again, deliverable=row)
