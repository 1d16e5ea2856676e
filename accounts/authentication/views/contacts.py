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
from accounts.one_time_codes.views import CodeStep, Held
from accounts.permissions import PersonRequest, for_people
from accounts.security import origin, reauthentication
from accounts.security.reauthentication import needs_proof
from hitouch.core.masking import mask_contact
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send(request: HttpRequest, contact: str) -> str:
    user, ip = cast(PersonRequest, request).user, origin.address_of(request)
    services_contacts.begin_contact(user=user, contact=contact, at=timezone.now(), ip=ip)
    return ""


def _take(request: HttpRequest, held: Held, code: str) -> HttpResponse:
    user, contact = cast(PersonRequest, request).user, held["contact"]
    key = request.session.session_key or ""
    services_contacts.confirm_contact(
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
@for_people
@needs_proof
def contacts(request: PersonRequest) -> HttpResponse:
    """Both contacts; a code goes out to a new one."""
    form = ContactForm(post_data_or_none(request), initial=reauthentication.typed_before(request))
    if form.is_valid():
        with add_refusals_to(form):
            return one_time_codes_views.begin(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/authentication/contacts.html", form)


@form_page
@for_people
def contacts_code(request: PersonRequest) -> HttpResponse:
    """Take the code that came to the new contact."""
    return one_time_codes_views.type_code(request, STEP)


@require_POST
@for_people
def contacts_again(request: PersonRequest) -> HttpResponse:
    """Send another code to the new contact."""
    return one_time_codes_views.send_again(request, STEP)
