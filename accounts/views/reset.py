"""Setting a new password by a code, when the old one is forgotten."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import network, services
from accounts.audience import for_everyone
from accounts.forms import ContactForm, NewPasswordForm
from accounts.views import code_steps
from accounts.views.code_steps import CodeStep, Held
from hitouch.core.forms import add_refusals_to
from hitouch.core.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    ip = network.address_of(request)
    return services.begin_reset(contact=contact, at=timezone.now(), ip=ip)


def _take(request: HttpRequest, held: Held, code: str) -> HttpResponse:
    ip = network.address_of(request)
    grant = services.confirm_reset(ticket=held["ticket"], code=code, at=timezone.now(), ip=ip)
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
            return code_steps.begin(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/reset.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    if (STEP.held(request) or {}).get("grant"):
        return redirect("accounts:reset-password")
    return code_steps.type_code(request, STEP)


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    return code_steps.send_again(request, STEP)


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Take the new password; the person logs in with it, second factor and all."""
    grant = (STEP.held(request) or {}).get("grant")
    if not grant:
        return code_steps.start_again(request, STEP, code_steps.LOST)
    form = NewPasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return _set(request, grant, form.cleaned_data["password"])
    return render_form(request, "accounts/reset_password.html", form)


def _set(request: HttpRequest, grant: str, password: str) -> HttpResponse:
    ip, now = network.address_of(request), timezone.now()
    try:
        services.finish_reset(grant=grant, password=password, at=now, ip=ip)
    except services.GrantOver:
        return code_steps.start_again(request, STEP, code_steps.TOO_LATE)
    request.session.flush()
    messages.success(request, "Your password has been reset. Log in with the new one.")
    return redirect("account_login")
