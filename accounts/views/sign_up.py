"""Signing up: a contact, its code, a password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import network, services
from accounts.audience import for_everyone
from accounts.forms import CodeForm, ContactForm, NewPasswordForm, refusals_into
from accounts.views.common import enter, form_page, posted, show
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

CONTACT, TICKET, GRANT = "sign_up_contact", "sign_up_ticket", "sign_up_grant"


@form_page
@for_everyone
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for a contact and send a code to it."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = ContactForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            _send(request, form.cleaned_data["contact"])
            return redirect("accounts:sign-up-code")
    return show(request, "accounts/sign_up.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    contact = request.session.get(CONTACT)
    if not contact:
        return redirect("accounts:sign-up")
    form = CodeForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            request.session[GRANT] = services.confirm_sign_up(
                ticket=request.session.get(TICKET, ""),
                code=form.cleaned_data["code"],
                at=timezone.now(),
            )
            return redirect("accounts:sign-up-password")
    return show(request, "accounts/sign_up_code.html", form, contact=mask_contact(contact))


@require_POST
@for_everyone
def send_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    if contact := request.session.get(CONTACT):
        try:
            _send(request, contact)
            messages.info(request, "A new code is on its way. The old one no longer works.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("accounts:sign-up-code")


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Take the password; the account begins and its owner is signed in."""
    grant = request.session.get(GRANT)
    if not grant:
        return redirect("accounts:sign-up")
    form = NewPasswordForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            user = services.finish_sign_up(
                grant=grant, password=form.cleaned_data["password"], at=timezone.now()
            )
            _forget(request)
            return enter(request, user, way="sign_up")
    return show(request, "accounts/sign_up_password.html", form)


def _send(request: HttpRequest, contact: str) -> None:
    ip = network.address_of(request)
    request.session[TICKET] = services.begin_sign_up(contact=contact, at=timezone.now(), ip=ip)
    request.session[CONTACT] = contact


def _forget(request: HttpRequest) -> None:
    for name in (CONTACT, TICKET, GRANT):
        request.session.pop(name, None)
