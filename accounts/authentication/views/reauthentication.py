"""“Is it you?”: asked before something delicate, answered by whatever the person has."""

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
from accounts.one_time_codes import views as one_time_codes_views
from accounts.one_time_codes.views import CodeStep, PendingCode
from accounts.permissions import UserRequest, for_users
from accounts.security import origin as security_origin
from accounts.security import reauthentication as security_reauthentication
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form

FORMS = {"second_factor": ReauthenticateFactorForm, "password": ReauthenticatePasswordForm}
ONCE_MORE = "Thanks, you're confirmed. Press the button again to finish."


@form_page
@for_users
def reauthenticate(request: UserRequest) -> HttpResponse:
    """Offer every way this person has, and go on with the first that proves it."""
    wanted = next_of(request)
    if security_reauthentication.recently_reauthenticated(
        request, timezone.now()
    ) and did_recently_reauthenticate(request):
        return redirect(wanted)
    given = request.POST.get("way", "")
    forms = {
        way: kind(post_data_or_none(request) if way == given else None)
        for way, kind in FORMS.items()
    }
    form = forms.get(given)
    if form and form.is_valid():
        with add_refusals_to(form):
            return prove(request, wanted, **form.cleaned_data)
    ways = {"next": wanted, "forms": forms, **_ways(request.user)}
    return render_form(
        request, "accounts/authentication/reauthenticate.html", form or forms["password"], **ways
    )


def _ways(user: Any) -> dict[str, object]:
    """What this person could prove themselves with; staff always with their second factor."""
    has_typed = mfa_queries.has_factor(user, ["totp", "recovery_codes"])
    try:
        contact = "" if user.is_staff else mask_contact(reauthentication.confirmed_contact(user))
    except reauthentication.ContactNotConfirmed:
        contact = ""
    return {
        "has_typed_factor": has_typed,
        "has_passkey": mfa_queries.has_factor(user, ["webauthn"]),
        "has_password": user.has_usable_password() and not user.is_staff,
        "contact": contact,
    }


def prove(request: HttpRequest, wanted: str, **given: str) -> HttpResponse:
    """Check what was given, remember the proof, and go where somebody was going."""
    user, origin = cast(UserRequest, request).user, security_origin.origin_of(request)
    way = reauthentication.reauthenticate(user=user, at=timezone.now(), origin=origin, **given)
    security_reauthentication.record_reauthentication(request, way)
    if security_reauthentication.has_stashed_form(request):
        messages.info(request, ONCE_MORE)
    request.GET = QueryDict(urlencode({"next": wanted}))  # where allauth looks for it
    return cast(HttpResponse, resume_request(request) or redirect(wanted))


def next_of(request: HttpRequest) -> str:
    """Where somebody was going: a page of this site, or the account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if get_adapter().is_safe_url(wanted) else resolve_url("accounts:account")


def _send(request: HttpRequest, contact: str) -> str:
    user, ip = cast(UserRequest, request).user, security_origin.address_of(request)
    reauthentication.send_reauthentication_code(user=user, at=timezone.now(), ip=ip)
    return ""


def _take(request: HttpRequest, held: PendingCode, code: str) -> HttpResponse:
    answer = prove(request, held["next"], code=code)
    STEP.forget(request)
    return answer


STEP = CodeStep(
    name="step_up",
    start="account_reauthenticate",
    page="accounts:step-up-code",
    again="accounts:step-up-again",
    send=_send,
    take=_take,
    base="accounts/base_account.html",
    others=("Try another way", "Try another way"),
)


@require_POST
@for_users
def send_code(request: UserRequest) -> HttpResponse:
    """Send a code to a confirmed contact."""
    wanted = next_of(request)
    try:
        contact = reauthentication.confirmed_contact(request.user)
        return one_time_codes_views.begin(request, STEP, contact, next=wanted)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    if STEP.held(request):
        return redirect(STEP.page)
    return redirect(f"{resolve_url(STEP.start)}?{urlencode({'next': wanted})}")


@form_page
@for_users
def type_code(request: UserRequest) -> HttpResponse:
    """Take the code that came."""
    return one_time_codes_views.type_code(request, STEP)


@require_POST
@for_users
def send_again(request: UserRequest) -> HttpResponse:
    """Send another code."""
    return one_time_codes_views.send_again(request, STEP)
