"""Admin of clients, members and projects; and the base class of all admin pages of gigs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.permissions import authenticated_user
from accounts.security import audit
from gigs.clients.behalf import act_for_client
from gigs.clients.forms import BehalfForm
from gigs.models import (
    Client,
    Member,
    Project,
)
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


def call_service(model_admin: Any, request: HttpRequest, service: Any, **row: object) -> None:
    """Call a service for one row; show a refusal and go on with the others."""
    try:
        service(by=authenticated_user(request), at=timezone.now(), **row)
    except Refusal as refusal:
        model_admin.message_user(request, f"{next(iter(row.values()))}: {refusal}", messages.ERROR)


def ask_and_act(
    model_admin: Any,
    request: HttpRequest,
    rows: Rows,
    act: str,
    call: Callable[[Any, str], tuple[Client, Callable[..., object]]],
) -> HttpResponse | None:
    """Ask for the reason; once it is typed, act for each row by itself.

    `call` gives for a row and the reason the client, and the service with its row.
    """
    form = BehalfForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        context = {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
            "title": f"{act.capitalize()} for the client",
            "rows": rows,
            "action": request.POST.get("action", ""),
            "checkbox": ACTION_CHECKBOX_NAME,
            "form": form,
        }
        return TemplateResponse(request, "gigs/clients/admin/behalf.html", context)
    why, done = form.cleaned_data["reason"], 0
    by, at = authenticated_user(request), timezone.now()
    for row in rows:
        client, service = call(row, why)
        try:
            act_for_client(act, service, client=client, on=row, why=why, by=by, at=at)
            done += 1
        except Refusal as refusal:
            model_admin.message_user(request, f"{row}: {refusal}", messages.ERROR)
    if done:
        model_admin.message_user(request, f"Done for {done}.", messages.SUCCESS)
    return None


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
