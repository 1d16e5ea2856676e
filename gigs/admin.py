"""Clients, members and what they make, for staff. Decisions go through the services."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.permissions import authenticated_user
from accounts.security import audit
from gigs.models import (
    Application,
    Claim,
    Client,
    Gig,
    Member,
    Opportunity,
    Project,
    Slot,
    Work,
    WorkSession,
)
from gigs.services import claims as services
from gigs.services import projects
from gigs.services import work as services_work
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal

Rows = QuerySet[Any]


class OperationsAdmin(ReadOnlyAdmin):
    """Viewed by Django's permission (roles.yaml); actions are for operations."""

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Whether the user may run an action on the rows."""
        return authenticated_user(request).has_role("operations")


class MemberInline(admin.TabularInline):
    """The people who act for a client; a new client gets its first here."""

    model = Member
    extra = 1
    autocomplete_fields = ["user"]


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):
    """Clients and who acts for them."""

    list_display = ["name", "created_at"]
    search_fields = ["name"]
    inlines = [MemberInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Who may act for a client is a role, so each change is noted."""
        super().save_formset(request, form, formset, change)
        members = [*formset.new_objects, *(row for row, _ in formset.changed_objects)]
        for member in members:
            facts: dict[str, object] = {"client": member.client.name, "role": member.role}
            audit.record_event(
                by=authenticated_user(request),
                action="member.saved",
                on=member,
                at=timezone.now(),
                new=facts,
            )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Clients are kept."""
        return False


@admin.register(Project)
class ProjectAdmin(OperationsAdmin):
    """Budgets and what is promised."""

    list_display = ["title", "client", "state", "budget_paise", "promised_paise"]
    list_filter = ["state", "client"]
    search_fields = ["title"]
    list_select_related = ["client"]


@admin.register(Opportunity)
class OpportunityAdmin(OperationsAdmin):
    """What is offered."""

    list_display = ["title", "project", "state", "category", "headcount", "filled", "apply_by"]
    list_filter = ["state", "category", "pay_kind"]
    search_fields = ["title", "project__client__name"]
    list_select_related = ["project"]
    actions = ["close_for_the_client"]

    @admin.action(description="Close to applications", permissions=["run"])
    def close_for_the_client(self, request: HttpRequest, rows: Rows) -> None:
        """When a client asks for it."""
        for opportunity in rows:
            _try(self, request, projects.close, opportunity=opportunity)


@admin.register(Application)
class ApplicationAdmin(OperationsAdmin):
    """Who applied."""

    list_display = ["agent", "opportunity", "score", "state", "created_at"]
    list_filter = ["state"]
    search_fields = ["opportunity__title", "agent__given_name", "agent__family_name"]
    list_select_related = ["agent", "opportunity"]


@admin.register(Gig)
class GigAdmin(OperationsAdmin):
    """Who works for whom, on which terms."""

    list_display = ["title", "agent", "client", "state", "pay_kind", "rate_paise", "created_at"]
    list_filter = ["state", "pay_kind", "client"]
    search_fields = ["title", "agent__given_name", "agent__family_name"]
    list_select_related = ["agent", "client"]
    actions = ["complete"]

    @admin.action(description="Complete selected gigs with no open work", permissions=["run"])
    def complete(self, request: HttpRequest, rows: Rows) -> None:
        """When the client forgot to."""
        for gig in rows:
            _try(self, request, services_work.complete_gig, gig=gig)


@admin.register(Slot)
class SlotAdmin(OperationsAdmin):
    """Hours and seats."""

    list_display = ["opportunity", "starts_at", "ends_at", "capacity", "taken"]
    search_fields = ["opportunity__title"]
    date_hierarchy = "starts_at"
    list_select_related = ["opportunity"]


@admin.register(Claim)
class ClaimAdmin(OperationsAdmin):
    """Who holds which seat."""

    list_display = ["agent", "slot", "state", "is_late_release", "created_at"]
    list_filter = ["state", "is_late_release"]
    search_fields = ["agent__given_name", "agent__family_name"]
    list_select_related = ["agent", "slot__opportunity"]
    actions = ["give_back"]

    @admin.action(description="Release selected shifts for the agent", permissions=["run"])
    def give_back(self, request: HttpRequest, rows: Rows) -> None:
        """When an agent calls and cannot."""
        for claim in rows:
            why = "Released by support at the agent's request."
            _try(self, request, services.release_claim, claim=claim, why=why)


@admin.register(WorkSession)
class WorkSessionAdmin(OperationsAdmin):
    """The log of time."""

    list_display = ["agent", "gig", "started_at", "ended_at", "is_closed_by_clock", "work"]
    list_filter = ["is_closed_by_clock"]
    list_select_related = ["agent", "gig", "work__gig"]


@admin.register(Work)
class WorkAdmin(OperationsAdmin):
    """What was handed in and how it was judged."""

    list_display = ["gig", "agent", "state", "round", "submitted_at", "decided_at"]
    list_filter = ["state", "pay_kind"]
    search_fields = ["gig__title", "summary"]
    list_select_related = ["gig__agent", "gig__client"]

    @admin.display(description="Agent")
    def agent(self, work: Work) -> str:
        """Who did it."""
        return work.gig.agent.name


def _try(page: Any, request: HttpRequest, verb: Any, **row: object) -> None:
    """One row that refuses must not stop the others."""
    try:
        verb(by=authenticated_user(request), at=timezone.now(), **row)
    except Refusal as refusal:
        page.message_user(request, f"{next(iter(row.values()))}: {refusal}", messages.ERROR)
