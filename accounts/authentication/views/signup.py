"""Pages of sign-up: contact, code, password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ContactForm, NewPasswordForm
from accounts.authentication.services import signup
from accounts.authentication.view_helpers import requester_of
from accounts.one_time_codes import grants
from accounts.one_time_codes.views import (
    CODE_NOT_FOUND,
    STEP_EXPIRED,
    CodeStep,
    PendingCode,
    begin_step,
    enter_code,
    resend_code,
    restart_step,
)
from accounts.permissions import for_everyone
from accounts.security import origin
from accounts.sessions.login import complete_login
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import NextPageForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send_code(request: HttpRequest, contact: str) -> str:
    requester = requester_of(request, request.POST)
    return signup.begin_sign_up(contact=contact, at=timezone.now(), requester=requester)


def _confirm_code(request: HttpRequest, pending: PendingCode, code: str) -> HttpResponse:
    grant = signup.confirm_sign_up(ticket=pending["ticket"], code=code, at=timezone.now())
    STEP.save_pending(request, pending | {"grant": grant})
    return redirect("accounts:sign-up-password")


STEP = CodeStep(
    name="sign_up",
    start="accounts:sign-up",
    page="accounts:sign-up-code",
    again="accounts:sign-up-again",
    send=_send_code,
    confirm=_confirm_code,
)


@form_page
@for_everyone
@query_parameters(NextPageForm)
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for a contact and send a code to it."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = ContactForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return begin_step(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/authentication/sign_up.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Check the code."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    if (STEP.pending(request) or {}).get("grant"):
        return redirect("accounts:sign-up-password")
    return enter_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return resend_code(request, STEP)


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Create the account with this password, and log in."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    grant = (STEP.pending(request) or {}).get("grant")
    if not grant:
        return restart_step(request, STEP, CODE_NOT_FOUND)
    form = NewPasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return _create_account(request, grant, form.cleaned_data["password"])
    return render_form(request, "accounts/authentication/sign_up_password.html", form)


def _create_account(request: HttpRequest, grant: str, password: str) -> HttpResponse:
    network = origin.origin_of(request).network
    try:
        user = signup.finish_sign_up(
            grant=grant, password=password, at=timezone.now(), network=network
        )
    except grants.GrantExpired:
        return restart_step(request, STEP, STEP_EXPIRED)
    STEP.clear_pending(request)
    return complete_login(request, user, method="sign_up")
