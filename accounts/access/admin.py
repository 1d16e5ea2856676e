"""The queue of access changes, and the page on which one is approved, declined or carried out."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import admin_search
from accounts.access import queries, services
from accounts.access.forms import DeclineForm
from accounts.access.kinds import kind_of
from accounts.models import AccessChange, User
from accounts.permissions import authenticated_user
from accounts.security.reauthentication import reauthentication_required, stashed_data
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to


def _approve(change: AccessChange, by: User, form: Form) -> str:
    services.approve_change(change=change, by=by, at=timezone.now())
    return "Approved."


def _decline(change: AccessChange, by: User, form: Form) -> str:
    why = form.cleaned_data["why"]
    services.decline_change(change=change, by=by, at=timezone.now(), why=why)
    return "Declined. Your colleague has been told."


def _withdraw(change: AccessChange, by: User, form: Form) -> str:
    services.withdraw_change(change=change, by=by, at=timezone.now())
    return "Withdrawn."


Action = tuple[type[Form], Callable[[AccessChange, User, Any], str]]
#: Form and function for each value of the POST field `verb`.
ACTIONS: dict[str, Action] = {
    "approve": (Form, _approve),
    "decline": (DeclineForm, _decline),
    "withdraw": (Form, _withdraw),
}


@admin.register(AccessChange)
class AccessChangeAdmin(ReadOnlyAdmin):
    """Requests, newest first."""

    allowed_roles = queries.ACCESS_ROLES
    list_display = ("kind", "target", "state", "requested_by", "requested_at", "expires_at")
    list_filter = ("state", "kind")
    search_by = (admin_search.email("target__email"), admin_search.phone("target__phone"))
    list_select_related = ("target__agent", "requested_by__agent")
    ordering = ("-requested_at",)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One request: what exactly changes, and the forms for what this person can do."""
        if not self.has_role(request):
            raise PermissionDenied
        change = get_object_or_404(queries.changes_for_staff(), pk=_uuid(object_id))
        if request.method == "POST":
            decide = cast(Any, reauthentication_required(self._decide))
            return cast(HttpResponse, never_cache(decide)(request, change))
        return self._render(request, change)

    def _decide(self, request: HttpRequest, change: AccessChange) -> HttpResponse:
        verb = request.POST.get("verb", "")
        if verb == "carry_out":
            return self._carry_out(request, change)
        form_class, action = ACTIONS.get(verb, (Form, None))
        form = form_class(request.POST)
        if action is None or not form.is_valid():
            return self._render(request, change, form=form)
        try:
            messages.success(request, action(change, authenticated_user(request), form))
        except Refusal as refusal:
            if refusal.field in form.fields:
                add_refusal_to(form, refusal)
                return self._render(request, change, form=form)
            messages.error(request, str(refusal))
        return redirect("admin:accounts_accesschange_change", change.pk)

    def _carry_out(self, request: HttpRequest, change: AccessChange) -> HttpResponse:
        by, now = authenticated_user(request), timezone.now()
        try:
            created = services.carry_out_change(change=change, by=by, at=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:accounts_accesschange_change", change.pk)
        context = {**self.admin_site.each_context(request), "title": str(change)}
        if change.kind == AccessChange.Kind.REQUIRED_FACTORS:
            context |= {"opts": self.opts, "change": change, "token": created}
            return TemplateResponse(request, "accounts/access/admin/token_once.html", context)
        context |= {"opts": created.credential._meta, "created": created}
        return TemplateResponse(request, "admin/accounts/secret_once.html", context)

    def _render(
        self, request: HttpRequest, change: AccessChange, *, form: Form | None = None
    ) -> HttpResponse:
        user, now = authenticated_user(request), timezone.now()
        is_requester = change.requested_by_id == user.pk
        is_alive = change.is_open and change.expires_at > now
        is_waiting = change.state == AccessChange.State.REQUESTED and is_alive
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": change.get_kind_display(),
            "change": change,
            "differences": kind_of(change.kind).differences(change),
            "can_decide": is_waiting and queries.can_decide(change, user),
            "can_withdraw": is_requester and is_alive,
            "can_carry_out": is_requester and is_alive and not is_waiting,
            "is_concerned": change.target_id == user.pk,
            "is_requester": is_requester,
            "is_waiting": is_waiting,
            "decline_form": form
            if isinstance(form, DeclineForm)
            else DeclineForm(initial=stashed_data(request)),
            "events": [
                {"at": event.at, "by": event.by, "label": AccessChange.State(event.became).label}
                for event in change.events.select_related("by__agent").order_by("at", "pk")
            ],
        }
        return TemplateResponse(request, "accounts/access/admin/change.html", context)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
