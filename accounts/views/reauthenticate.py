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

from accounts import interrupted, network, proof, queries, services
from accounts.audience import PersonRequest, for_people
from accounts.forms import FactorAgainForm, PasswordAgainForm
from hitouch.core.forms import add_refusals_to
from hitouch.core.masking import mask_contact
from hitouch.core.views import form_page, post_data_or_none, render_form

FORMS = {"second_factor": FactorAgainForm, "password": PasswordAgainForm}
ONCE_MORE = "Thanks, you're confirmed. Press the button again to finish."


@form_page
@for_people
def reauthenticate(request: PersonRequest) -> HttpResponse:
    """Offer every way this person has, and go on with the first that proves it."""
    wanted = next_of(request)
    if proof.is_proved(request, timezone.now()) and did_recently_reauthenticate(request):
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
    return render_form(request, "accounts/reauthenticate.html", form or forms["password"], **ways)


def _ways(user: Any) -> dict[str, object]:
    """What this person could prove themselves with; staff always with their second factor."""
    has_typed = queries.has_factor(user, ["totp", "recovery_codes"])
    try:
        contact = "" if user.is_staff else mask_contact(services.confirmed_contact(user))
    except services.ContactNotConfirmed:
        contact = ""
    return {
        "has_typed_factor": has_typed,
        "has_passkey": queries.has_factor(user, ["webauthn"]),
        "has_password": user.has_usable_password() and not user.is_staff,
        "contact": contact,
    }


def prove(request: HttpRequest, wanted: str, **given: str) -> HttpResponse:
    """Check what was given, remember the proof, and go where somebody was going."""
    user, origin = cast(PersonRequest, request).user, network.origin_of(request)
    way = services.prove(user=user, at=timezone.now(), origin=origin, **given)
    proof.note_proof(request, way)
    if interrupted.is_kept(request):
        messages.info(request, ONCE_MORE)
    request.GET = QueryDict(urlencode({"next": wanted}))  # where allauth looks for it
    return cast(HttpResponse, resume_request(request) or redirect(wanted))


def next_of(request: HttpRequest) -> str:
    """Where somebody was going: a page of this site, or the account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if get_adapter().is_safe_url(wanted) else resolve_url("accounts:account")
