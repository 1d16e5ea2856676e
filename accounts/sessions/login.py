"""What the pages of this app share."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from accounts.models import TokenFamily, User


def complete_login(
    request: HttpRequest, user: User, *, way: str, redirect_url: str | None = None
) -> HttpResponse:
    """Sign somebody in who has just proved who they are; a second factor is asked in between."""
    record_authentication(request, user, method=way, reauthenticated=True)
    return perform_login(request, user, redirect_url=redirect_url)


def safe_next(request: HttpRequest) -> str | None:
    """Where the person wanted to go, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next")
    return wanted if wanted and get_adapter().is_safe_url(wanted) else None


def login_id_of(request: HttpRequest | Request) -> str:
    """A program's family of tokens, or the browser's session. Never shown, only hashed."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if isinstance(family, TokenFamily):
        return f"family:{family.pk}"
    return f"session:{request.session.session_key}"
