"""Log-in by password or by code, and log-out. allauth's stages ask for the second factor."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ContactForm, LogInForm
from accounts.authentication.services import login
from accounts.authentication.view_helpers import requester_of
from accounts.one_time_codes.views import CodeStep, PendingCode, begin_step, enter_code, resend_code
from accounts.permissions import for_everyone
from accounts.security.origin import origin_of
from accounts.sessions.login import complete_login, safe_next
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import NextPageForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send_code(request: HttpRequest, contact: str) -> str:
    requester = requester_of(request, request.POST)
    return login.begin_log_in_by_code(contact=contact, at=timezone.now(), requester=requester)


def _confirm_code(request: HttpRequest, pending: PendingCode, code: str) -> HttpResponse:
    origin = origin_of(request)
    user = login.check_log_in_code(
        ticket=pending["ticket"], code=code, at=timezone.now(), origin=origin
    )
    STEP.clear_pending(request)
    return complete_login(request, user, method="code", redirect_url=pending["next"])


STEP = CodeStep(
    name="log_in",
    start="accounts:log-in-by-code",
    page="accounts:log-in-code",
    again="accounts:log-in-again",
    send=_send_code,
    confirm=_confirm_code,
    submit="Log in",
    is_certain=False,
    other_contact_labels=("Use your other contact",) * 2,
)


@form_page
@for_everyone
@query_parameters(NextPageForm)
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in with a contact and its password."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = LogInForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            user = login.check_password(
                **form.cleaned_data, at=timezone.now(), origin=origin_of(request)
            )
            return complete_login(request, user, method="password", redirect_url=safe_next(request))
    return render_form(
        request, "accounts/authentication/log_in.html", form, next=safe_next(request)
    )


@form_page
@for_everyone
@query_parameters(NextPageForm)
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """Send a log-in code to a contact."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = ContactForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            contact = form.cleaned_data["contact"]
            return begin_step(request, STEP, contact, next=safe_next(request))
    return render_form(
        request, "accounts/authentication/log_in_by_code.html", form, next=safe_next(request)
    )


@form_page
@for_everyone
@query_parameters(NextPageForm)
def type_code(request: HttpRequest) -> HttpResponse:
    """Check the log-in code."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    return enter_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return resend_code(request, STEP)


@require_POST
@for_everyone
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session and have the browser delete its copies of pages and unsaved input."""
    get_adapter().logout(request)
    messages.info(request, "You've been logged out.")
    response = redirect("hitouch:front")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
