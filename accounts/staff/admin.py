"""Admin of users, agents, audit events and token families; suspending and reactivating accounts."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from accounts import admin_search, queries
from accounts.models import Agent, AuditEvent, TokenFamily, User
from accounts.staff import services
from accounts.staff.filters import RoleFilter
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.admin_lists import Column, IndexedValuesFilter
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

ACCOUNT_ROLES = ("admin", "operations")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts, with masked contacts."""

    list_display = ("agent_name", "masked_contacts", "status", "is_staff", "roles", "created_at")
    list_filter = ("status", "is_staff", RoleFilter)
    search_by = (admin_search.names("agent"), admin_search.email(), admin_search.phone())
    search_note = admin_search.SEALED_NOTE
    ordering = ("-created_at",)
    list_select_related = ("agent",)
    actions = ("suspend", "reactivate")
    fields = (
        "agent_name", "masked_contacts", "status", "status_reason", "is_staff", "roles",
        "email_verified_at", "phone_verified_at", "last_login", "created_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Prefetch the roles."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Person")
    def agent_name(self, user: User) -> str:
        """The agent's name, if there is one."""
        return (user.agent_or_none and user.agent_or_none.name) or "No name yet"

    @admin.display(description="Contacts")
    def masked_contacts(self, user: User) -> str:
        """Both contacts, masked."""
        return ", ".join(mask_contact(contact) for contact in (user.email, user.phone) if contact)

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        """The roles of a staff member."""
        return ", ".join(sorted(group.name for group in user.groups.all()))

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        """Only the roles in `ACCOUNT_ROLES`."""
        return isinstance(request.user, User) and request.user.has_role(*ACCOUNT_ROLES)

    @admin.action(description="Suspend selected accounts", permissions=["suspend"])
    def suspend(self, request: HttpRequest, users: QuerySet[User]) -> TemplateResponse | None:
        """Suspend, with a reason; ends all sessions."""
        return confirm_with_reason(self, request, users, services.suspend, "Suspend")

    @admin.action(description="Reactivate selected accounts", permissions=["suspend"])
    def reactivate(self, request: HttpRequest, users: QuerySet[User]) -> TemplateResponse | None:
        """Reactivate, with a reason."""
        return confirm_with_reason(self, request, users, services.reactivate, "Reactivate")

    @admin.display(description="Reason for status")
    def status_reason(self, user: User) -> str:
        """The reason of the last change of status."""
        return status_text(user)


@admin.register(Agent)
class AgentAdmin(ReadOnlyAdmin):
    """Agents, without dates of birth and addresses."""

    list_display = ("__str__", "level", "shift", "hours_a_day", "created_at")
    list_filter = ("level", "shift")
    search_by = (admin_search.names(),)
    search_note = admin_search.SEALED_NOTE
    ordering = ("-created_at",)
    fields = (
        "given_name", "family_name", "level", "shift", "hours_a_day", "skills", "languages",
        "bio", "created_at",
    )  # fmt: skip


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Audit events, newest first."""

    list_display = ("at", "action", "by", "on_kind", "on_id", "address", "number")
    list_filter = ("at", ("action", IndexedValuesFilter), ("on_kind", IndexedValuesFilter))
    search_by = (Column("the id of a row", "on_id"), Column("the id of a request", "request_id"))
    ordering = ("-id",)
    list_select_related = ("by__agent",)


@admin.register(TokenFamily)
class TokenFamilyAdmin(ReadOnlyAdmin):
    """Log-ins of apps."""

    list_display = ("program", "user", "last_used_at", "expires_at", "revoked_at", "revoked_why")
    list_filter = ("revoked_why",)
    search_by = (admin_search.names("user__agent"), admin_search.email("user__email"))
    ordering = ("-created_at",)
    list_select_related = ("user__agent",)


class ReasonForm(forms.Form):
    """The reason of an action on an account."""

    why = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For staff only. The person is notified, but doesn't see the reason.",
    )


def confirm_with_reason(
    site: admin.ModelAdmin,
    request: HttpRequest,
    users: QuerySet[User],
    act: Callable[..., None],
    title: str,
) -> TemplateResponse | None:
    """Ask for the reason first; with it, act on each user and show the result."""
    form = ReasonForm(request.POST if "why" in request.POST else None)
    if not form.is_valid():
        context = {
            **site.admin_site.each_context(request),
            "title": title,
            "form": form,
            "users": users,
            "opts": User._meta,
            "action": request.POST["action"],
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/accounts/reason.html", context)
    for user in users:
        try:
            act(user=user, by=request.user, at=timezone.now(), why=form.cleaned_data["why"])
            messages.info(request, f"{user}: {user.get_status_display()}.")
        except Refusal as refusal:
            messages.error(request, f"{user}: {refusal}")
    return None


def status_text(user: User) -> str:
    """The reason of the last change of status, by whom and when."""
    event = queries.last_status_change(user)
    if event is None:
        return "Never suspended"
    moment = date_format(timezone.localtime(event.at), "DATETIME_FORMAT")
    return f"{event.new.get('why') or 'No reason given'} ({event.by or 'System'}, {moment})"
