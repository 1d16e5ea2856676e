"""One's own account: contacts, password, second factor, where one is signed in, what happened."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_users
from accounts.security import login_history
from accounts.sessions import queries, services

NEWEST, A_PAGE = 5, 20


@require_safe
@for_users
def account(request: UserRequest) -> HttpResponse:
    """Everything about the account on one page."""
    now, user = timezone.now(), request.user
    context = {
        "sign_ins": queries.active_sessions(user, at=now, session_key=_key(request)),
        "happenings": login_history.describe(login_history.activity_of(user, at=now)[:NEWEST]),
        "password_set_at": login_history.password_set_at(user),
    }
    return render(request, "accounts/account.html", context)


@require_safe
@for_users
def activity(request: UserRequest) -> HttpResponse:
    """The last thirty days, twenty to a page."""
    rows = login_history.activity_of(request.user, at=timezone.now())
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "happenings": login_history.describe(page.object_list)}
    return render(request, "accounts/sessions/activity.html", context)


@require_POST
@for_users
def end_session(request: UserRequest, sign_in: str) -> HttpResponse:
    """Log out in one place."""
    try:
        services.end_one(user=request.user, sign_in=sign_in, at=timezone.now())
    except services.NoSuchSession as refusal:
        raise Http404 from refusal
    messages.success(request, "That device has been logged out.")
    return redirect("accounts:account")


@require_POST
@for_users
def end_sessions(request: UserRequest) -> HttpResponse:
    """Log out everywhere but here."""
    services.end_all_others(user=request.user, at=timezone.now(), keep_session=_key(request))
    messages.success(request, "All other devices have been logged out.")
    return redirect("accounts:account")


def _key(request: UserRequest) -> str:
    return request.session.session_key or ""
