"""People in the admin: to look at, to suspend and to let in again."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from accounts import queries
from accounts.models import Agent, AuditEvent, TokenFamily, User
from accounts.staff import services
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

LOOKS_AFTER_ACCOUNTS = ("admin", "operations")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts, with their contacts masked."""

    list_display = ("person", "masked", "status", "is_staff", "roles", "created_at")
    list_filter = ("status", "is_staff", "groups")
    search_fields = ("email__iexact", "phone__exact", "agent__given_name", "agent__family_name")
    ordering = ("-created_at",)
    list_select_related = ("agent",)
    actions = ("suspend", "reactivate")
    fields = (
        "person", "masked", "status", "standing", "is_staff", "roles", "email_verified_at",
        "phone_verified_at", "last_login", "created_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Roles come along."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Person")
    def person(self, user: User) -> str:
        """The agent's name, when there is one."""
        return (user.agent_or_none and user.agent_or_none.name) or "No name yet"

    @admin.display(description="Contacts")
    def masked(self, user: User) -> str:
        """Enough to know them by."""
        return ", ".join(mask_contact(contact) for contact in (user.email, user.phone) if contact)

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        """The roles of a member of staff."""
        return ", ".join(sorted(group.name for group in user.groups.all()))

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        """Who looks after accounts."""
        return isinstance(request.user, User) and request.user.has_role(*LOOKS_AFTER_ACCOUNTS)

    @admin.action(description="Suspend selected accounts", permissions=["suspend"])
    def suspend(self, request: HttpRequest, users: QuerySet[User]) -> TemplateResponse | None:
        """Shut them out at once, for a reason."""
        return confirm_with_reason(self, request, users, services.suspend, "Suspend")

    @admin.action(description="Reactivate selected accounts", permissions=["suspend"])
    def reactivate(self, request: HttpRequest, users: QuerySet[User]) -> TemplateResponse | None:
        """Let them in again, for a reason."""
        return confirm_with_reason(self, request, users, services.reactivate, "Reactivate")

    @admin.display(description="Reason for status")
    def standing(self, user: User) -> str:
        """The reason that was given last."""
        return status_text(user)


@admin.register(Agent)
class AgentAdmin(ReadOnlyAdmin):
    """Agents, without their personal numbers and addresses."""

    list_display = ("__str__", "level", "shift", "hours_a_day", "created_at")
    list_filter = ("level", "shift")
    search_fields = ("given_name", "family_name")
    ordering = ("-created_at",)
    fields = (
        "given_name", "family_name", "level", "shift", "hours_a_day", "skills", "languages",
        "bio", "created_at",
    )  # fmt: skip


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """What was done by whom, newest first."""

    list_display = ("at", "action", "by", "on_kind", "on_id", "number")
    list_filter = ("action", "on_kind")
    search_fields = ("on_id__exact", "request_id__exact")
    ordering = ("-id",)
    list_select_related = ("by__agent",)
    date_hierarchy = "at"


@admin.register(TokenFamily)
class TokenFamilyAdmin(ReadOnlyAdmin):
    """Log-ins of programs."""

    list_display = ("program", "user", "last_used_at", "expires_at", "revoked_at", "revoked_why")
    list_filter = ("revoked_why",)
    ordering = ("-last_used_at",)
    list_select_related = ("user__agent",)


class ReasonForm(forms.Form):
    """Why staff do what they do to somebody."""

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
    """Ask for the reason first; with it, do it to each and say what came of it."""
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
    """Why the account stands as it does: who turned it last, when, and for what reason."""
    event = queries.last_status_change(user)
    if event is None:
        return "Never suspended"
    moment = date_format(timezone.localtime(event.at), "DATETIME_FORMAT")
    return f"{event.new.get('why') or 'No reason given'} ({event.by or 'System'}, {moment})"
