"""Admin of users, agents, audit events and token families; suspending and reactivating accounts."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from accounts import admin_search, queries
from accounts.hooks import mfa_required
from accounts.mfa import access as factors_access
from accounts.mfa import queries as mfa_queries
from accounts.models import AccessChange, Agent, AuditEvent, TokenFamily, User
from accounts.models.users import ADMIN_ROLE
from accounts.permissions import authenticated_user
from accounts.security.reauthentication import reauthentication_required, stashed_data
from accounts.staff import access
from accounts.staff.filters import RoleFilter
from accounts.staff.forms import ReasonForm, RolesForm
from accounts.staff.roles import all_roles
from hitouch.core.admin import ActionPagesAdmin, ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact
from hitouch.core.web.admin_lists import Column, IndexedValuesFilter
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import View

ACCOUNT_ROLES = ("admin", "operations")
FACTOR_KINDS = (AccessChange.Kind.FACTORS, AccessChange.Kind.REQUIRED_FACTORS)


def names(user: User) -> list[str]:
    """The names of the person's roles, of prefetched groups."""
    return sorted(group.name for group in user.groups.all())


@admin.register(User)
class UserAdmin(ActionPagesAdmin):
    """Accounts, with masked contacts, and the roles of staff."""

    change_form_template = "accounts/access/admin/user.html"
    change_list_template = "accounts/access/admin/users.html"

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
        return ", ".join(names(user))

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        """Only the roles in `ACCOUNT_ROLES`."""
        return isinstance(request.user, User) and request.user.has_role(*ACCOUNT_ROLES)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; after re-authentication, the reason page of the action it interrupted."""
        stashed = stashed_data(request)
        acts = {"suspend": access.suspend, "reactivate": access.reactivate}
        act = acts.get(str(stashed.get("action")))
        if act is None or not self.has_suspend_permission(request):
            return super().changelist_view(request, extra_context)
        selected = stashed.get(ACTION_CHECKBOX_NAME, [])
        pks = selected if isinstance(selected, list) else [selected]
        users = self.get_queryset(request).filter(pk__in=pks)
        action = str(stashed["action"])
        typed = {"why": stashed.get("why", "")}
        return _reason_page(self, request, users, action, initial=typed)

    @admin.action(description="Suspend selected accounts", permissions=["suspend"])
    def suspend(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse:
        """Suspend, with a reason; ends all sessions. For an admin a second person approves."""
        return confirm_with_reason(self, request, users, access.suspend)

    @admin.action(description="Reactivate selected accounts", permissions=["suspend"])
    def reactivate(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse:
        """Reactivate, with a reason."""
        return confirm_with_reason(self, request, users, access.reactivate)

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The roles of all staff, and of one person; removing a person's second factors."""
        return {
            "roles": ("roles/", self.roles_view),
            "person-roles": ("<uuid:pk>/roles/", self.person_roles_view),
            "person-factors": ("<uuid:pk>/second-factors/", self.person_factors_view),
        }

    def roles_view(self, request: HttpRequest) -> HttpResponse:
        """Who has which role."""
        staff = queries.staff_with_roles()
        people = [
            (role, [user for user in staff if role.name in names(user)])
            for role in all_roles().values()
        ]
        without = [user for user in staff if not names(user)]
        context = {"title": "Roles", "roles": people, "without_role": without}
        return self._render(request, "roles.html", **context)

    def person_roles_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Request other roles for a person; another admin approves."""
        if not authenticated_user(request).has_role(ADMIN_ROLE):
            raise PermissionDenied
        user = get_object_or_404(queries.staff_with_roles(), pk=pk)
        return cast(
            HttpResponse, reauthentication_required(self._request_roles_view)(request, user)
        )

    def _request_roles_view(self, request: HttpRequest, user: User) -> HttpResponse:
        stashed = stashed_data(request)
        initial = {"roles": [], **stashed} if stashed else {"roles": names(user)}
        form = RolesForm(request.POST or None, initial=initial)
        if form.is_valid():
            with add_refusals_to(form):
                by, now = authenticated_user(request), timezone.now()
                change = access.request_roles(user=user, **form.payload(), by=by, at=now)
                messages.success(request, "Requested. Another admin has to approve it.")
                return redirect("admin:accounts_accesschange_change", change.pk)
        waiting = user.access_changes.open().filter(kind=AccessChange.Kind.ROLES).first()
        return self._render(
            request, "person_roles.html", title=f"Roles of {user.name}", form=form, waiting=waiting
        )

    def person_factors_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Request that a person's second factors are removed; a colleague approves."""
        if not self.has_suspend_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User.objects.select_related("agent"), pk=pk)
        return cast(
            HttpResponse, reauthentication_required(self._request_reset_view)(request, user)
        )

    def _request_reset_view(self, request: HttpRequest, user: User) -> HttpResponse:
        form = ReasonForm(request.POST or None, initial=stashed_data(request))
        if form.is_valid():
            with add_refusals_to(form):
                by, now, why = authenticated_user(request), timezone.now(), form.cleaned_data["why"]
                change = factors_access.request_reset(user=user, by=by, at=now, why=why)
                messages.success(request, "Requested. A colleague has to approve it.")
                return redirect("admin:accounts_accesschange_change", change.pk)
        return self._render(
            request,
            "person_factors.html",
            title=f"Second factors of {user.name}",
            form=form,
            original=user,
            factors=mfa_queries.enrolled_factors(user),
            needs_token=mfa_required(user),
            waiting=user.access_changes.open().filter(kind__in=FACTOR_KINDS).first(),
        )

    def _render(self, request: HttpRequest, template: str, **extra: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **extra}
        return TemplateResponse(request, f"accounts/access/admin/{template}", context)

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


def confirm_with_reason(
    site: admin.ModelAdmin,
    request: HttpRequest,
    users: QuerySet[User],
    act: Callable[..., Any],
) -> HttpResponse:
    """Ask for the reason first; with it, act on each user and show the result.

    Who requests it for an admin has to have authenticated recently.
    """

    def view(request: HttpRequest) -> HttpResponse:
        form = ReasonForm(request.POST if "why" in request.POST else None)
        if form.is_valid():
            return _act_on_each(request, users, act, form.cleaned_data["why"])
        return _reason_page(site, request, users, request.POST["action"], form=form)

    if any(user.has_admin_rights for user in users):
        return cast(HttpResponse, reauthentication_required(cast(Any, view))(request))
    return view(request)


def _reason_page(
    site: admin.ModelAdmin,
    request: HttpRequest,
    users: QuerySet[User],
    action: str,
    *,
    form: ReasonForm | None = None,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page on which the reason for an action on these users is entered."""
    context = {
        **site.admin_site.each_context(request),
        "title": action.capitalize(),
        "form": form or ReasonForm(initial=initial),
        "users": users,
        "opts": User._meta,
        "action": action,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/accounts/reason.html", context)


def _act_on_each(
    request: HttpRequest, users: QuerySet[User], act: Callable[..., Any], why: str
) -> HttpResponse:
    """Act on each user and show the result, or that a second person has to approve."""
    for user in users:
        try:
            requested = act(user=user, by=request.user, at=timezone.now(), why=why)
        except Refusal as refusal:
            messages.error(request, f"{user}: {refusal}")
            continue
        user.refresh_from_db(fields=["status"])
        status = f"{user.get_status_display()}."
        if requested:
            status = "Requested; a second person has to approve it."
        messages.info(request, f"{user}: {status}")
    return redirect(request.get_full_path())


def status_text(user: User) -> str:
    """The reason of the last change of status, by whom and when."""
    event = queries.last_status_change(user)
    if event is None:
        return "Never suspended"
    moment = date_format(timezone.localtime(event.at), "DATETIME_FORMAT")
    return f"{event.new.get('why') or 'No reason given'} ({event.by or 'System'}, {moment})"
