"""Pages for changing a password, and for resetting it with a code."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ChangePasswordForm, ContactForm, NewPasswordForm
from accounts.authentication.services import passwords
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
from accounts.permissions import UserRequest, for_everyone, for_users
from accounts.security import origin
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send_code(request: HttpRequest, contact: str) -> str:
    requester = requester_of(request, request.POST)
    return passwords.begin_reset(contact=contact, at=timezone.now(), requester=requester)


def _confirm_code(request: HttpRequest, pending: PendingCode, code: str) -> HttpResponse:
    ip = origin.address_of(request)
    grant = passwords.confirm_reset(ticket=pending["ticket"], code=code, at=timezone.now(), ip=ip)
    STEP.save_pending(request, pending | {"grant": grant})
    return redirect("accounts:reset-password")


STEP = CodeStep(
    name="reset",
    start="accounts:reset",
    page="accounts:reset-code",
    again="accounts:reset-again",
    send=_send_code,
    confirm=_confirm_code,
    is_certain=False,
    other_contact_labels=("Use your other contact",) * 2,
)


@form_page
@for_everyone
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for the contact and send a code to it."""
    form = ContactForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return begin_step(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/authentication/reset.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Check the code."""
    if (STEP.pending(request) or {}).get("grant"):
        return redirect("accounts:reset-password")
    return enter_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return resend_code(request, STEP)


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Save the new password; the user then logs in with it."""
    grant = (STEP.pending(request) or {}).get("grant")
    if not grant:
        return restart_step(request, STEP, CODE_NOT_FOUND)
    form = NewPasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return _save_password(request, grant, form.cleaned_data["password"])
    return render_form(request, "accounts/authentication/reset_password.html", form)


def _save_password(request: HttpRequest, grant: str, password: str) -> HttpResponse:
    ip, now = origin.address_of(request), timezone.now()
    try:
        passwords.finish_reset(grant=grant, password=password, at=now, ip=ip)
    except grants.GrantExpired:
        return restart_step(request, STEP, STEP_EXPIRED)
    request.session.flush()
    messages.success(request, "Your password has been reset. Log in with the new one.")
    return redirect("account_login")


@form_page
@for_users
def password(request: UserRequest) -> HttpResponse:
    """Change the password; this session stays logged in."""
    form = ChangePasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            key = request.session.session_key or ""
            passwords.change_password(
                user=request.user,
                at=timezone.now(),
                origin=origin.origin_of(request),
                keep_session=key,
                **form.cleaned_data,
            )
            update_session_auth_hash(request, request.user)
            UserSession.objects.create_from_request(request)
            messages.info(
                request, "Your password has been changed. Your other devices are logged out."
            )
            return redirect("accounts:account")
    return render_form(request, "accounts/authentication/password.html", form)
