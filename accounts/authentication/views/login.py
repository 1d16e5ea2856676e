"""Logging in by password or by code, and logging out. allauth's stages ask for the rest."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ContactForm, LogInForm
from accounts.authentication.services import login
from accounts.one_time_codes import views as one_time_codes_views
from accounts.one_time_codes.views import CodeStep, PendingCode
from accounts.permissions import for_everyone
from accounts.security import origin as security_origin
from accounts.sessions.login import complete_login, safe_next
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    ip = security_origin.address_of(request)
    return login.begin_log_in_by_code(contact=contact, at=timezone.now(), ip=ip)


def _take(request: HttpRequest, held: PendingCode, code: str) -> HttpResponse:
    origin = security_origin.origin_of(request)
    user = login.check_log_in_code(
        ticket=held["ticket"], code=code, at=timezone.now(), origin=origin
    )
    STEP.forget(request)
    return complete_login(request, user, way="code", redirect_url=held["next"])


STEP = CodeStep(
    name="log_in",
    start="accounts:log-in-by-code",
    page="accounts:log-in-code",
    again="accounts:log-in-again",
    send=_send,
    take=_take,
    submit="Log in",
    is_certain=False,
    others=("Use your other contact",) * 2,
)


@form_page
@for_everyone
def log_in(request: HttpRequest) -> HttpResponse:
    """Take a contact and its password."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = LogInForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            user = login.check_password(
                **form.cleaned_data, at=timezone.now(), origin=security_origin.origin_of(request)
            )
            return complete_login(request, user, way="password", redirect_url=safe_next(request))
    return render_form(
        request, "accounts/authentication/log_in.html", form, next=safe_next(request)
    )


@form_page
@for_everyone
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """Send a code to a contact instead of asking for the password."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = ContactForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            contact = form.cleaned_data["contact"]
            return one_time_codes_views.begin(request, STEP, contact, next=safe_next(request))
    return render_form(
        request, "accounts/authentication/log_in_by_code.html", form, next=safe_next(request)
    )


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    return one_time_codes_views.type_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return one_time_codes_views.send_again(request, STEP)


@require_POST
@for_everyone
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    get_adapter().logout(request)
    messages.info(request, "You've been logged out.")
    return redirect("hitouch:front")
