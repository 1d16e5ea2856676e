"""Completing a log-in in a browser session, and the id of the current log-in."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from accounts.models import TokenFamily, User
from accounts.security import secret_checks
from accounts.security.locks import LoginOutdated

STAMP_KEY = "login_stamp"


def complete_login(
    request: HttpRequest, user: User, *, method: str, redirect_url: str | None = None
) -> HttpResponse:
    """Log in a user who has authenticated; allauth asks for a second factor first."""
    record_authentication(request, user, method=method, reauthenticated=True)
    return perform_login(request, user, redirect_url=redirect_url)


def keep_login_stamp(request: HttpRequest, user: User) -> None:
    """Keep the stamp of the account whose credentials were checked, until the log-in is complete.

    An app's session keeps it for as long as it issues tokens.
    """
    request.session[STAMP_KEY] = user.login_stamp


def login_stamp_of(request: HttpRequest) -> str:
    """The stamp of the log-in of this session; a session without one cannot be completed."""
    return str(request.session.get(STAMP_KEY, "none"))


def require_current_login(request: HttpRequest, user: User) -> None:
    """Refuse a log-in that was begun before its account was changed, so that it uses up no code.

    Whether the account is active, and once more its stamp, is looked at when the session begins.
    """
    if user.is_active and user.login_stamp != login_stamp_of(request):
        raise LoginOutdated


def safe_next(request: HttpRequest) -> str | None:
    """The page the user wanted, if it is on this site."""
    url = request.POST.get("next") or request.GET.get("next")
    return url if url and get_adapter().is_safe_url(url) else None


def login_id_of(request: HttpRequest | Request) -> str:
    """The app's token family, or the browser session. Never shown, only hashed."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if isinstance(family, TokenFamily):
        return secret_checks.login_id(family=family)
    return secret_checks.login_id(session_key=request.session.session_key or "")
