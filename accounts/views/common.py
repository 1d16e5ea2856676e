"""What the pages of this app share."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import User

form_page = require_http_methods(["GET", "HEAD", "POST"])


def show(request: HttpRequest, template: str, form: forms.Form, **context: object) -> HttpResponse:
    """The page with its form; a limit that was reached answers 429 and says how long."""
    response = render(request, template, {"form": form, **context})
    refusal = getattr(form, "refusal", None)
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response


def enter(
    request: HttpRequest, user: User, *, way: str, redirect_url: str | None = None
) -> HttpResponse:
    """Sign somebody in who has just proved who they are; a second factor is asked in between."""
    record_authentication(request, user, method=way, reauthenticated=True)
    return perform_login(request, user, redirect_url=redirect_url)


def safe_next(request: HttpRequest) -> str | None:
    """Where the person wanted to go, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next")
    return wanted if wanted and get_adapter().is_safe_url(wanted) else None


def posted(request: HttpRequest) -> QueryDict | None:
    """The form's data, or None while nothing was sent."""
    return request.POST if request.method == "POST" else None
