"""What one changes about one's own account: contacts, password, second factor."""

from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import interrupted, network, services
from accounts.audience import PersonRequest, for_people
from accounts.forms import ChangePasswordForm, ContactForm
from accounts.proof import needs_proof
from accounts.views import code_steps
from accounts.views.code_steps import CodeStep, Held
from hitouch.core.forms import add_refusals_to
from hitouch.core.masking import mask_contact
from hitouch.core.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    user, ip = cast(PersonRequest, request).user, network.address_of(request)
    services.begin_contact(user=user, contact=contact, at=timezone.now(), ip=ip)
    return ""


def _take(request: HttpRequest, held: Held, code: str) -> HttpResponse:
    user, contact = cast(PersonRequest, request).user, held["contact"]
    key = request.session.session_key or ""
    services.confirm_contact(
        user=user, contact=contact, code=code, at=timezone.now(), keep_session=key
    )
    STEP.forget(request)
    messages.success(request, f"{mask_contact(contact)} is verified.")
    return redirect("hitouch:landing")


STEP = CodeStep(
    name="contact",
    start="accounts:contacts",
    page="accounts:contacts-code",
    again="accounts:contacts-again",
    send=_send,
    take=_take,
    submit="Verify",
    base="accounts/own.html",
    others=("Use another number", "Use another email address"),
)


@form_page
@for_people
@needs_proof
def contacts(request: PersonRequest) -> HttpResponse:
    """Both contacts; a code goes out to a new one."""
    form = ContactForm(post_data_or_none(request), initial=interrupted.typed_before(request))
    if form.is_valid():
        with add_refusals_to(form):
            return code_steps.begin(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/contacts.html", form)


@form_page
@for_people
def contacts_code(request: PersonRequest) -> HttpResponse:
    """Take the code that came to the new contact."""
    return code_steps.type_code(request, STEP)


@require_POST
@for_people
def contacts_again(request: PersonRequest) -> HttpResponse:
    """Send another code to the new contact."""
    return code_steps.send_again(request, STEP)


@form_page
@for_people
def password(request: PersonRequest) -> HttpResponse:
    """Change the password and stay signed in here."""
    form = ChangePasswordForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            key = request.session.session_key or ""
            services.change_password(
                user=request.user, at=timezone.now(), keep_session=key, **form.cleaned_data
            )
            update_session_auth_hash(request, request.user)
            UserSession.objects.create_from_request(request)
            messages.info(
                request, "Your password has been changed. Your other devices are logged out."
            )
            return redirect("accounts:account")
    return render_form(request, "accounts/password.html", form)
