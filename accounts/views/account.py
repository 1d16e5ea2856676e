"""One's own account: contacts, password, second factor, where one is signed in."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import network, queries, services
from accounts.audience import PersonRequest, for_people, has_second_factor
from accounts.forms import ChangePasswordForm, CodeForm, ContactForm, refusals_into
from accounts.views.common import form_page, posted, show
from hitouch.core.masking import mask_contact

CONTACT = "new_contact"


@require_safe
@for_people
def account(request: PersonRequest) -> HttpResponse:
    """Everything about the account on one page."""
    key = request.session.session_key or ""
    sign_ins = queries.places_of(request.user, session_key=key, at=timezone.now())
    context = {"sign_ins": sign_ins, "has_factor": queries.has_second_factor(request.user)}
    return render(request, "accounts/account.html", context)


@form_page
@for_people
def contacts(request: PersonRequest) -> HttpResponse:
    """Both contacts; a code goes out to a new one."""
    form = ContactForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            contact = form.cleaned_data["contact"]
            ip = network.address_of(request)
            services.begin_contact(user=request.user, contact=contact, at=timezone.now(), ip=ip)
            request.session[CONTACT] = contact
            return redirect("accounts:contacts-code")
    return show(request, "accounts/contacts.html", form)


@form_page
@for_people
def contacts_code(request: PersonRequest) -> HttpResponse:
    """Take the code that came to the new contact."""
    contact = request.session.get(CONTACT)
    if not contact:
        return redirect("accounts:contacts")
    form = CodeForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            _confirm(request, contact, form.cleaned_data["code"])
            messages.info(request, f"{mask_contact(contact)} is confirmed.")
            return redirect("hitouch:landing")
    return show(request, "accounts/contacts_code.html", form, contact=mask_contact(contact))


@form_page
@for_people
def password(request: PersonRequest) -> HttpResponse:
    """Change the password and stay signed in here."""
    form = ChangePasswordForm(posted(request))
    if form.is_valid():
        with refusals_into(form):
            key = request.session.session_key or ""
            services.change_password(
                user=request.user, at=timezone.now(), keep_session=key, **form.cleaned_data
            )
            update_session_auth_hash(request, request.user)
            UserSession.objects.create_from_request(request)
            messages.info(request, "Your password is changed. You are logged out elsewhere.")
            return redirect("accounts:account")
    return show(request, "accounts/password.html", form)


@require_safe
@for_people
def second_factor(request: PersonRequest) -> HttpResponse:
    """What there is to do about the second factor: set it up, give it, or look after it."""
    if not queries.has_second_factor(request.user):
        return redirect("mfa_activate_totp")
    if request.user.is_staff and not has_second_factor(request):
        return redirect("mfa_reauthenticate")
    return render(request, "accounts/second_factor.html")


@require_POST
@for_people
def end_sessions(request: PersonRequest) -> HttpResponse:
    """Log out everywhere but here."""
    key = request.session.session_key or ""
    services.end_others(user=request.user, at=timezone.now(), keep_session=key)
    messages.info(request, "You are logged out everywhere else.")
    return redirect("accounts:account")


def _confirm(request: PersonRequest, contact: str, code: str) -> None:
    key = request.session.session_key or ""
    services.confirm_contact(
        user=request.user, contact=contact, code=code, at=timezone.now(), keep_session=key
    )
    request.session.pop(CONTACT)
