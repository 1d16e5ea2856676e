"""What one changes about one's own account: contacts, password, second factor."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ContactForm
from accounts.authentication.services import contacts as services_contacts
from accounts.one_time_codes import views as one_time_codes_views
from accounts.one_time_codes.views import CodeStep, PendingCode
from accounts.permissions import UserRequest, for_users
from accounts.security import origin, reauthentication
from accounts.security.reauthentication import reauthentication_required
from hitouch.core.masking import mask_contact
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    user, ip = cast(UserRequest, request).user, origin.address_of(request)
    services_contacts.request_contact_change(user=user, contact=contact, at=timezone.now(), ip=ip)
    return ""


def _take(request: HttpRequest, held: PendingCode, code: str) -> HttpResponse:
    user, contact = cast(UserRequest, request).user, held["contact"]
    key = request.session.session_key or ""
    services_contacts.confirm_contact_change(
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
    base="accounts/base_account.html",
    others=("Use another number", "Use another email address"),
)


@form_page
@for_users
@reauthentication_required
def contacts(request: UserRequest) -> HttpResponse:
    """Both contacts; a code goes out to a new one."""
    form = ContactForm(post_data_or_none(request), initial=reauthentication.stashed_data(request))
    if form.is_valid():
        with add_refusals_to(form):
            return one_time_codes_views.begin(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/authentication/contacts.html", form)


@form_page
@for_users
def contacts_code(request: UserRequest) -> HttpResponse:
    """Take the code that came to the new contact."""
    return one_time_codes_views.type_code(request, STEP)


@require_POST
@for_users
def contacts_again(request: UserRequest) -> HttpResponse:
    """Send another code to the new contact."""
    return one_time_codes_views.send_again(request, STEP)
