"""Pages of the account: overview, active sessions, recent activity."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_users
from accounts.security import login_history
from accounts.sessions import queries, services
from hitouch.core.web.query import PageNumberForm, query_parameters

RECENT_COUNT, PAGE_SIZE = 5, 20


@require_safe
@for_users
def account(request: UserRequest) -> HttpResponse:
    """The overview of the account."""
    now, user = timezone.now(), request.user
    context = {
        "active_sessions": queries.active_sessions(user, at=now, session_key=_session_key(request)),
        "events": login_history.describe(login_history.activity_of(user, at=now)[:RECENT_COUNT]),
        "password_set_at": login_history.password_set_at(user),
    }
    return render(request, "accounts/account.html", context)


@require_safe
@for_users
@query_parameters(PageNumberForm)
def activity(request: UserRequest) -> HttpResponse:
    """Activity of the last thirty days, with pagination."""
    rows = login_history.activity_of(request.user, at=timezone.now())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "events": login_history.describe(page.object_list)}
    return render(request, "accounts/sessions/activity.html", context)


@require_POST
@for_users
def end_session(request: UserRequest, sign_in: str) -> HttpResponse:
    """End one session."""
    try:
        services.end_session(user=request.user, sign_in=sign_in, at=timezone.now())
    except services.NoSuchSession as refusal:
        raise Http404 from refusal
    messages.success(request, "That device has been logged out.")
    return redirect("accounts:account")


@require_POST
@for_users
def end_sessions(request: UserRequest) -> HttpResponse:
    """End all other sessions."""
    services.end_all_others(
        user=request.user, at=timezone.now(), keep_session=_session_key(request)
    )
    messages.success(request, "All other devices have been logged out.")
    return redirect("accounts:account")


def _session_key(request: UserRequest) -> str:
    return request.session.session_key or ""
