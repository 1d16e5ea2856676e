"""Signing up: a contact, its code, a password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import network, services
from accounts.audience import for_everyone
from accounts.forms import ContactForm, NewPasswordForm
from accounts.views import code_steps
from accounts.views.code_steps import CodeStep, Held
from accounts.views.common import enter
from hitouch.core.forms import add_refusals_to
from hitouch.core.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    ip = network.address_of(request)
    return services.begin_sign_up(contact=contact, at=timezone.now(), ip=ip)


def _take(request: HttpRequest, held: Held, code: str) -> HttpResponse:
    grant = services.confirm_sign_up(ticket=held["ticket"], code=code, at=timezone.now())
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
            return code_steps.begin(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/sign_up.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    if (STEP.held(request) or {}).get("grant"):
        return redirect("accounts:sign-up-password")
    return code_steps.type_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return code_steps.send_again(request, STEP)


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Take the password; the account begins and its owner is signed in."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    grant = (STEP.held(request) or {}).get("grant")
    if not grant:
        return code_steps.start_again(request, STEP, code_steps.LOST)
    form = NewPasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return _open(request, grant, form.cleaned_data["password"])
    return render_form(request, "accounts/sign_up_password.html", form)


def _open(request: HttpRequest, grant: str, password: str) -> HttpResponse:
    here = network.origin_of(request).network
    try:
        user = services.finish_sign_up(
            grant=grant, password=password, at=timezone.now(), network=here
        )
    except services.GrantOver:
        return code_steps.start_again(request, STEP, code_steps.TOO_LATE)
    STEP.forget(request)
    return enter(request, user, way="sign_up")
