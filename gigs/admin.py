"""Admin of gigs: clients and members, and read-only lists with actions that call services."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import admin_search
from accounts.permissions import authenticated_user
from accounts.security import audit
from gigs.models import (
    Application,
    Claim,
    Client,
    Deliverable,
    Gig,
    Member,
    Opportunity,
    Project,
    Slot,
    Work,
    WorkSession,
)
from gigs.services import claims, deliverables, projects
from gigs.services import work as work_services
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import ListAdmin, Words

Rows = QuerySet[Any]
TITLE = Words("the beginnings of words of the title", ("title",))
CLIENT = Words("the beginnings of words of the client's name", ("name",))


class OperationsAdmin(ReadOnlyAdmin):
    """Base admin: viewing needs Django's permission (roles.yaml), actions the role operations."""

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Whether the user may run an action on the rows."""
        return authenticated_user(request).has_role("operations")


class MemberInline(admin.TabularInline):
    """The members of a client; a new client gets its first one here."""

    model = Member
    extra = 1
    autocomplete_fields = ["user"]


@admin.register(Client)
class ClientAdmin(ListAdmin):
    """Clients and their members."""

    list_display = ["name", "created_at"]
    search_by = (CLIENT,)
    ordering = ["-created_at"]
    inlines = [MemberInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Audit each change of members, since it grants a role."""
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
        """Clients are never deleted."""
        return False


@admin.register(Project)
class ProjectAdmin(OperationsAdmin):
    """Projects with budget and committed amount."""

    list_display = ["title", "client", "state", "budget_paise", "promised_paise"]
    list_filter = ["state"]
    search_by = (TITLE, replace(CLIENT, of="client"))
    list_select_related = ["client"]
    ordering = ["-created_at"]


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
            _call_service(self, request, projects.close, opportunity=opportunity)


@admin.register(Application)
class ApplicationAdmin(OperationsAdmin):
    """Applications."""

    list_display = ["agent", "opportunity", "score", "state", "created_at"]
    list_filter = ["state"]
    search_by = (admin_search.names("agent"), replace(TITLE, of="opportunity"))
    list_select_related = ["agent", "opportunity"]
    ordering = ["-created_at"]


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
            _call_service(self, request, work_services.complete_gig, gig=gig)


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
            _call_service(self, request, claims.release_claim, claim=claim, why=why)


@admin.register(WorkSession)
class WorkSessionAdmin(OperationsAdmin):
    """Work sessions, from clock-in to clock-out."""

    list_display = ["agent", "gig", "started_at", "ended_at", "is_closed_by_clock", "work"]
    list_filter = ["is_closed_by_clock"]
    search_by = (admin_search.names("agent"),)
    list_select_related = ["agent", "gig", "work__gig"]
    ordering = ["-started_at"]


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
            _call_service(self, request, deliverables.check_again, deliverable=row)


def _call_service(model_admin: Any, request: HttpRequest, service: Any, **row: object) -> None:
    """Call a service for one row; show a refusal and go on with the others."""
    try:
        service(by=authenticated_user(request), at=timezone.now(), **row)
    except Refusal as refusal:
        model_admin.message_user(request, f"{next(iter(row.values()))}: {refusal}", messages.ERROR)
