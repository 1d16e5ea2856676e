"""Pages of re-authentication before sensitive acts."""

from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    resume_request,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.authentication.forms import ReauthenticateFactorForm, ReauthenticatePasswordForm
from accounts.authentication.services import reauthentication
from accounts.mfa import queries as mfa_queries
from accounts.mfa.decorators import wants_fresh_factor
from accounts.one_time_codes.views import CodeStep, PendingCode, begin_step, enter_code, resend_code
from accounts.permissions import UserRequest, for_users
from accounts.security.origin import origin_of
from accounts.security.reauthentication import (
    has_stashed_form,
    recently_reauthenticated,
    recently_used_second_factor,
    record_reauthentication,
)
from accounts.sessions.login import login_id_of
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import NextPageForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none, render_form

FORMS = {"second_factor": ReauthenticateFactorForm, "password": ReauthenticatePasswordForm}
SUBMIT_AGAIN = "Thanks, you're confirmed. Press the button again to finish."


@form_page
@for_users
@query_parameters(NextPageForm)
def reauthenticate(request: UserRequest) -> HttpResponse:
    """Offer every method this user has; continue with the first that succeeds."""
    next_page = next_url(request)
    wants_factor = wants_fresh_factor(request, next_page)
    is_recent = recently_used_second_factor if wants_factor else recently_reauthenticated
    if is_recent(request, timezone.now()) and did_recently_reauthenticate(request):
        return redirect(next_page)
    chosen = request.POST.get("way", "")
    forms = {
        method: form_class(post_data_or_none(request) if method == chosen else None)
        for method, form_class in FORMS.items()
    }
    form = forms.get(chosen)
    if form and form.is_valid():
        with add_refusals_to(form):
            return reauthenticate_and_continue(request, next_page, **form.cleaned_data)
    methods = _available_methods(request.user, only_factors=wants_factor)
    context = {"next": next_page, "forms": forms, **methods}
    return render_form(
        request, "accounts/authentication/reauthenticate.html", form or forms["password"], **context
    )


def _available_methods(user: Any, *, only_factors: bool) -> dict[str, object]:
    """The methods this user can use; staff always need their second factor."""
    only_factors = only_factors or user.is_staff
    has_typed = mfa_queries.has_factor(user, ["totp", "recovery_codes"])
    try:
        contact = "" if only_factors else mask_contact(reauthentication.confirmed_contact(user))
    except reauthentication.ContactNotConfirmed:
        contact = ""
    return {
        "has_typed_factor": has_typed,
        "has_passkey": mfa_queries.has_factor(user, ["webauthn"]),
        "has_password": user.has_usable_password() and not only_factors,
        "contact": contact,
    }


def reauthenticate_and_continue(
    request: HttpRequest, next_page: str, **credentials: str
) -> HttpResponse:
    """Check the input, record the re-authentication, and redirect to the wanted page."""
    user, origin = cast(UserRequest, request).user, origin_of(request)
    method = reauthentication.reauthenticate(
        user=user,
        at=timezone.now(),
        origin=origin,
        login_id=login_id_of(request),
        **credentials,
    )
    record_reauthentication(request, method)
    if has_stashed_form(request):
        messages.info(request, SUBMIT_AGAIN)
    request.GET = QueryDict(urlencode({"next": next_page}))  # where allauth looks for it
    return cast(HttpResponse, resume_request(request) or redirect(next_page))


def next_url(request: HttpRequest) -> str:
    """The page the user wanted, if it is on this site, or the account page."""
    next_page = request.POST.get("next") or request.GET.get("next") or ""
    return next_page if get_adapter().is_safe_url(next_page) else resolve_url("accounts:account")


def _send_code(request: HttpRequest, contact: str) -> str:
    user = cast(UserRequest, request).user
    reauthentication.send_reauthentication_code(user=user, at=timezone.now())
    return ""


def _confirm_code(request: HttpRequest, pending: PendingCode, code: str) -> HttpResponse:
    answer = reauthenticate_and_continue(request, pending["next"], code=code)
    STEP.clear_pending(request)
    return answer


STEP = CodeStep(
    name="step_up",
    start="account_reauthenticate",
    page="accounts:step-up-code",
    again="accounts:step-up-again",
    send=_send_code,
    confirm=_confirm_code,
    base="accounts/base_account.html",
    other_contact_labels=("Try another way", "Try another way"),
)


@require_POST
@for_users
def send_code(request: UserRequest) -> HttpResponse:
    """Send a code to a verified contact."""
    next_page = next_url(request)
    try:
        contact = reauthentication.confirmed_contact(request.user)
        return begin_step(request, STEP, contact, next=next_page)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    if STEP.pending(request):
        return redirect(STEP.page)
    return redirect(f"{resolve_url(STEP.start)}?{urlencode({'next': next_page})}")


@form_page
@for_users
@query_parameters(NextPageForm)
def type_code(request: UserRequest) -> HttpResponse:
    """Check the code."""
    return enter_code(request, STEP)


@require_POST
@for_users
def send_again(request: UserRequest) -> HttpResponse:
    """Send another code."""
    return resend_code(request, STEP)
