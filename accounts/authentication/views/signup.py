"""Signing up: a contact, its code, a password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ContactForm, NewPasswordForm
from accounts.authentication.services import signup
from accounts.one_time_codes import grants
from accounts.one_time_codes import views as one_time_codes_views
from accounts.one_time_codes.views import CodeStep, PendingCode
from accounts.permissions import for_everyone
from accounts.security import origin
from accounts.sessions.login import complete_login
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    ip = origin.address_of(request)
    return signup.begin_sign_up(contact=contact, at=timezone.now(), ip=ip)


def _take(request: HttpRequest, held: PendingCode, code: str) -> HttpResponse:
    grant = signup.confirm_sign_up(ticket=held["ticket"], code=code, at=timezone.now())
    STEP.hold(request, held | {"grant": grant})
    return redirect("accounts:sign-up-password")


STEP = CodeStep(
    name="sign_up",
    start="accounts:sign-up",
    page="accounts:sign-up-code",
    again="accounts:sign-up-again",
    send=_send,
    take=_take,
)


@form_page
@for_everyone
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for a contact and send a code to it."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = ContactForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return one_time_codes_views.begin(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/authentication/sign_up.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    if (STEP.held(request) or {}).get("grant"):
        return redirect("accounts:sign-up-password")
    return one_time_codes_views.type_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return one_time_codes_views.send_again(request, STEP)


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Take the password; the account begins and its owner is signed in."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    grant = (STEP.held(request) or {}).get("grant")
    if not grant:
        return one_time_codes_views.start_again(request, STEP, one_time_codes_views.LOST)
    form = NewPasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return _open(request, grant, form.cleaned_data["password"])
    return render_form(request, "accounts/authentication/sign_up_password.html", form)


def _open(request: HttpRequest, grant: str, password: str) -> HttpResponse:
    here = origin.origin_of(request).network
    try:
        user = signup.finish_sign_up(
            grant=grant, password=password, at=timezone.now(), network=here
        )
    except grants.GrantExpired:
        return one_time_codes_views.start_again(request, STEP, one_time_codes_views.TOO_LATE)
    STEP.forget(request)
    return complete_login(request, user, way="sign_up")
