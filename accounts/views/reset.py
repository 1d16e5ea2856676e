"""Setting a new password by a code, when the old one is forgotten."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import network, services
from accounts.audience import for_everyone
from accounts.forms import CodeForm, ContactForm, NewPasswordForm, refusals_into
from accounts.views.common import form_page, posted, show
from hitouch.core.masking import mask_contact

CONTACT, TICKET, GRANT = "reset_contact", "reset_ticket", "reset_grant"


@form_page
@for_everyone
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for the contact and send a code to it."""
    form = ContactForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            contact = form.cleaned_data["contact"]
            ip, now = network.address_of(request), timezone.now()
            request.session[TICKET] = services.begin_reset(contact=contact, at=now, ip=ip)
            request.session[CONTACT] = contact
            return redirect("accounts:reset-code")
    return show(request, "accounts/reset.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    contact = request.session.get(CONTACT)
    if not contact:
        return redirect("accounts:reset")
    form = CodeForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            code = form.cleaned_data["code"]
            request.session[GRANT] = services.confirm_reset(
                ticket=request.session.get(TICKET, ""),
                code=code,
                at=timezone.now(),
                ip=network.address_of(request),
            )
            return redirect("accounts:reset-password")
    return show(request, "accounts/reset_code.html", form, contact=mask_contact(contact))


@form_page
@for_everyone
def set_password(request: HttpRequest) -> HttpResponse:
    """Take the new password; the person logs in with it, second factor and all."""
    grant = request.session.get(GRANT)
    if not grant:
        return redirect("accounts:reset")
    form = NewPasswordForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            password = form.cleaned_data["password"]
            services.finish_reset(
                grant=grant, password=password, at=timezone.now(), ip=network.address_of(request)
            )
            request.session.flush()
            messages.info(request, "Your new password is set. Log in with it.")
            return redirect("account_login")
    return show(request, "accounts/reset_password.html", form)
