"""Pages of Google log-in: redirect, callback, linking. Only mounted when Google is configured."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.google import services
from accounts.google.provider import GoogleOAuthAdapter
from accounts.permissions import UserRequest, for_everyone, for_users
from accounts.security.reauthentication import reauthentication_required
from accounts.sessions.login import safe_next
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import any_query_parameters
from hitouch.core.web.views import form_page, post_data_or_none, render_form

_callback = OAuth2CallbackView.adapter_view(GoogleOAuthAdapter)


@require_POST
@for_everyone
def log_in(request: HttpRequest) -> HttpResponse:
    """Redirect to Google, to log in."""
    return _redirect_to_google(request, AuthProcess.LOGIN)


@require_safe
@for_everyone
@any_query_parameters
def callback(request: HttpRequest) -> HttpResponse:
    """Handle Google's redirect back."""
    response: HttpResponse = _callback(request)
    return response


@form_page
@for_users
@reauthentication_required
def link(request: UserRequest) -> HttpResponse:
    """Redirect to Google, to link an account."""
    if request.method == "POST":
        return _redirect_to_google(request, AuthProcess.CONNECT)
    return render_form(request, "socialaccount/link.html", Form())


@form_page
@for_users
@reauthentication_required
def unlink(request: UserRequest) -> HttpResponse:
    """Remove the link to the Google account."""
    form = Form(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            services.unlink_google(user=request.user, at=timezone.now())
            messages.info(request, "Google is unlinked. You can no longer log in with it.")
            return redirect("accounts:account")
    return render_form(request, "socialaccount/unlink.html", form)


def _redirect_to_google(request: HttpRequest, process: str) -> HttpResponse:
    provider = get_adapter(request).get_provider(request, "google")
    response: HttpResponse = provider.redirect(request, process, next_url=safe_next(request))
    return response
