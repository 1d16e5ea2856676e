"""People in the admin: to look at, to suspend and to let in again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.models import Agent, AuditEvent, TokenFamily, User
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

LOOKS_AFTER_ACCOUNTS = ("admin", "operations")


class ReadOnly(admin.ModelAdmin):
    """Rows that change only through services."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes one by hand."""
        return False


@admin.register(User)
class UserAdmin(ReadOnly):
    """Accounts, with their contacts masked."""

    list_display = ("person", "masked", "status", "is_staff", "roles", "created_at")
    list_filter = ("status", "is_staff", "groups")
    search_fields = ("email__iexact", "phone__exact", "agent__given_name", "agent__family_name")
    ordering = ("-created_at",)
    list_select_related = ("agent",)
    actions = ("suspend", "reactivate")
    fields = (
        "person", "masked", "status", "is_staff", "roles", "email_verified_at",
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

    @admin.action(description="Suspend these accounts", permissions=["suspend"])
    def suspend(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Shut them out at once."""
        self._each(request, users, services.suspend, "Suspended in the admin")

    @admin.action(description="Let these accounts in again", permissions=["suspend"])
    def reactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let them in again."""
        self._each(request, users, services.reactivate, "Let in again in the admin")

    def _each(self, request: HttpRequest, users: QuerySet[User], act: Any, why: str) -> None:
        for user in users:
            try:
                act(user=user, by=request.user, at=timezone.now(), why=why)
                messages.info(request, f"{self.person(user)}: {user.get_status_display()}.")
            except Refusal as refusal:
                messages.error(request, f"{self.person(user)}: {refusal}")


@admin.register(Agent)
class AgentAdmin(ReadOnly):
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
class AuditEventAdmin(ReadOnly):
    """What was done by whom, newest first."""

    list_display = ("at", "action", "by", "on_kind", "on_id", "number")
    list_filter = ("action", "on_kind")
    search_fields = ("on_id__exact", "request_id__exact")
    ordering = ("-id",)
    list_select_related = ("by__agent",)
    date_hierarchy = "at"


@admin.register(TokenFamily)
class TokenFamilyAdmin(ReadOnly):
    """Log-ins of programs."""

    list_display = ("program", "user", "last_used_at", "expires_at", "revoked_at", "revoked_why")
    list_filter = ("revoked_why",)
    ordering = ("-last_used_at",)
    list_select_related = ("user__agent",)
