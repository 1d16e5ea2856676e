"""Logging in by password or by code, and logging out. allauth's stages ask for the rest."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import network, services
from accounts.audience import for_everyone
from accounts.forms import CodeForm, ContactForm, LogInForm, refusals_into
from accounts.views.common import enter, form_page, posted, show
from hitouch.core.masking import mask_contact

CONTACT, TICKET = "log_in_contact", "log_in_ticket"


@form_page
@for_everyone
def log_in(request: HttpRequest) -> HttpResponse:
    """Take a contact and its password."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    form = LogInForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            user = services.check_password(
                **form.cleaned_data, at=timezone.now(), origin=network.origin_of(request)
            )
            return enter(request, user, way="password", redirect_url=_next(request))
    return show(request, "accounts/log_in.html", form, next=_next(request))


@form_page
@for_everyone
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """Send a code to a contact instead of asking for the password."""
    form = ContactForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            contact = form.cleaned_data["contact"]
            request.session[TICKET] = services.begin_log_in_by_code(
                contact=contact, at=timezone.now(), ip=network.address_of(request)
            )
            request.session[CONTACT] = contact
            return redirect("accounts:log-in-code")
    return show(request, "accounts/log_in_by_code.html", form)


@form_page
@for_everyone
def type_code(request: HttpRequest) -> HttpResponse:
    """Take the code that came."""
    contact = request.session.get(CONTACT)
    if not contact:
        return redirect("accounts:log-in-by-code")
    form = CodeForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            user = services.check_log_in_code(
                ticket=request.session.get(TICKET, ""),
                code=form.cleaned_data["code"],
                at=timezone.now(),
                origin=network.origin_of(request),
            )
            request.session.pop(CONTACT)
            return enter(request, user, way="code")
    return show(request, "accounts/log_in_code.html", form, contact=mask_contact(contact))


@require_POST
@for_everyone
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    get_adapter().logout(request)
    messages.info(request, "You are logged out.")
    return redirect("hitouch:front")


def _next(request: HttpRequest) -> str | None:
    wanted = request.POST.get("next") or request.GET.get("next")
    return wanted if wanted and get_adapter().is_safe_url(wanted) else None
