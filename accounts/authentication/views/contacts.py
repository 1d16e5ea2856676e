"""Pages for adding or replacing one's own contacts."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ContactForm
from accounts.authentication.services.contacts import confirm_contact_change, request_contact_change
from accounts.one_time_codes.views import CodeStep, PendingCode, begin_step, enter_code, resend_code
from accounts.permissions import UserRequest, for_users
from accounts.security import origin, reauthentication
from accounts.security.reauthentication import reauthentication_required
from hitouch.core.masking import mask_contact
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form


def _send_code(request: HttpRequest, contact: str) -> str:
    user = cast(UserRequest, request).user
    request_contact_change(user=user, contact=contact, at=timezone.now())
    return ""


def _confirm_code(request: HttpRequest, pending: PendingCode, code: str) -> HttpResponse:
    user, contact = cast(UserRequest, request).user, pending["contact"]
    key = request.session.session_key or ""
    confirm_contact_change(
        user=user,
        contact=contact,
        code=code,
        at=timezone.now(),
        origin=origin.origin_of(request),
        keep_session=key,
    )
    STEP.clear_pending(request)
    messages.success(request, f"{mask_contact(contact)} is verified.")
    return redirect("hitouch:landing")


STEP = CodeStep(
    name="contact",
    start="accounts:contacts",
    page="accounts:contacts-code",
    again="accounts:contacts-again",
    send=_send_code,
    confirm=_confirm_code,
    submit="Verify",
    base="accounts/base_account.html",
    other_contact_labels=("Use another number", "Use another email address"),
)


@form_page
@for_users
@reauthentication_required
def contacts(request: UserRequest) -> HttpResponse:
    """Show both contacts; send a code to a new one."""
    form = ContactForm(post_data_or_none(request), initial=reauthentication.stashed_data(request))
    if form.is_valid():
        with add_refusals_to(form):
            return begin_step(request, STEP, form.cleaned_data["contact"])
    return render_form(request, "accounts/authentication/contacts.html", form)


@form_page
@for_users
def contacts_code(request: UserRequest) -> HttpResponse:
    """Check the code that was sent to the new contact."""
    return enter_code(request, STEP)


@require_POST
@for_users
def contacts_again(request: UserRequest) -> HttpResponse:
    """Send another code to the new contact."""
    return resend_code(request, STEP)
