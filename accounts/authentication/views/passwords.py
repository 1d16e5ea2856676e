"""Setting a new password by a code, when the old one is forgotten."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ChangePasswordForm, ContactForm, NewPasswordForm
from accounts.authentication.services import passwords
from accounts.one_time_codes import grants
from accounts.one_time_codes import views as one_time_codes_views
from accounts.one_time_codes.views import CodeStep, PendingCode
from accounts.permissions import UserRequest, for_everyone, for_users
from accounts.security import origin
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    ip = origin.address_of(request)
    return passwords.begin_reset(contact=contact, at=timezone.now(), ip=ip)


def _take(request: HttpRequest, held: PendingCode, code: str) -> HttpResponse:
    ip = origin.address_of(request)
    grant = passwords.confirm_reset(ticket=held["ticket"], code=code, at=timezone.now(), ip=ip)
    STEP.hold(request, held | {"grant": grant})
    return redirect("accounts:reset-password")


STEP = CodeStep(
    name="reset",
    start="accounts:reset",
    page="accounts:reset-code",
    again="accounts:reset-again",
    send=_send,
    take=_take,
    is_certain=False,
    others=("Use your other contact",) * 2,
)


@form_page
@for_everyone
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for the contact and send a code to it."""
    form = ContactForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return one_time_codes_views.begin(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/authentication/reset.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    if (STEP.held(request) or {}).get("grant"):
        return redirect("accounts:reset-password")
    return one_time_codes_views.type_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return one_time_codes_views.send_again(request, STEP)


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Take the new password; the person logs in with it, second factor and all."""
    grant = (STEP.held(request) or {}).get("grant")
    if not grant:
        return one_time_codes_views.start_again(request, STEP, one_time_codes_views.LOST)
    form = NewPasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return _set(request, grant, form.cleaned_data["password"])
    return render_form(request, "accounts/authentication/reset_password.html", form)


def _set(request: HttpRequest, grant: str, password: str) -> HttpResponse:
    ip, now = origin.address_of(request), timezone.now()
    try:
        passwords.finish_reset(grant=grant, password=password, at=now, ip=ip)
    except grants.GrantExpired:
        return one_time_codes_views.start_again(request, STEP, one_time_codes_views.TOO_LATE)
    request.session.flush()
    messages.success(request, "Your password has been reset. Log in with the new one.")
    return redirect("account_login")


@form_page
@for_users
def password(request: UserRequest) -> HttpResponse:
    """Change the password and stay signed in here."""
    form = ChangePasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            key = request.session.session_key or ""
            passwords.change_password(
                user=request.user, at=timezone.now(), keep_session=key, **form.cleaned_data
            )
            update_session_auth_hash(request, request.user)
            UserSession.objects.create_from_request(request)
            messages.info(
                request, "Your password has been changed. Your other devices are logged out."
            )
            return redirect("accounts:account")
    return render_form(request, "accounts/authentication/password.html", form)
