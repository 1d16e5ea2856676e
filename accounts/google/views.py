"""Going to Google and coming back. These pages are there only when Google is configured."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.google import provider as google_provider
from accounts.google import services
from accounts.permissions import UserRequest, for_everyone, for_users
from accounts.security.reauthentication import reauthentication_required
from accounts.sessions.login import safe_next
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form

_come_back = OAuth2CallbackView.adapter_view(google_provider.GoogleOAuthAdapter)


@require_POST
@for_everyone
def log_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to Google, to come back and be logged in."""
    return _go(request, AuthProcess.LOGIN)


@require_safe
@for_everyone
def callback(request: HttpRequest) -> HttpResponse:
    """Take what Google sent the browser back with."""
    answer: HttpResponse = _come_back(request)
    return answer


@form_page
@for_users
@reauthentication_required
def link(request: UserRequest) -> HttpResponse:
    """Send the browser to Google, to come back and have it linked."""
    if request.method == "POST":
        return _go(request, AuthProcess.CONNECT)
    return render_form(request, "socialaccount/link.html", Form())


@form_page
@for_users
@reauthentication_required
def unlink(request: UserRequest) -> HttpResponse:
    """From now on Google opens nothing here."""
    form = Form(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            services.unlink_google(user=request.user, at=timezone.now())
            messages.info(request, "Google is unlinked. You can no longer log in with it.")
            return redirect("accounts:account")
    return render_form(request, "socialaccount/unlink.html", form)


def _go(request: HttpRequest, process: str) -> HttpResponse:
    provider = get_adapter(request).get_provider(request, "google")
    answer: HttpResponse = provider.redirect(request, process, next_url=safe_next(request))
    return answer
