"""Proving who is there by a code to a contact of one's own."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import network, services
from accounts.audience import PersonRequest, for_people
from accounts.views import code_steps, reauthenticate
from accounts.views.code_steps import CodeStep, Held
from hitouch.core.errors import Refusal
from hitouch.core.views import form_page


def _send(request: HttpRequest, contact: str) -> str:
    user, ip = cast(PersonRequest, request).user, network.address_of(request)
    services.begin_step_up(user=user, at=timezone.now(), ip=ip)
    return ""


def _take(request: HttpRequest, held: Held, code: str) -> HttpResponse:
    answer = reauthenticate.prove(request, held["next"], code=code)
    STEP.forget(request)
    return answer


STEP = CodeStep(
    name="step_up",
    start="account_reauthenticate",
    page="accounts:step-up-code",
    again="accounts:step-up-again",
    send=_send,
    take=_take,
    base="accounts/own.html",
    others=("Try another way", "Try another way"),
)


@require_POST
@for_people
def send_code(request: PersonRequest) -> HttpResponse:
    """Send a code to a confirmed contact."""
    wanted = reauthenticate.next_of(request)
    try:
        contact = services.confirmed_contact(request.user)
        return code_steps.begin(request, STEP, contact, next=wanted)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    if STEP.held(request):
        return redirect(STEP.page)
    return redirect(f"{resolve_url(STEP.start)}?{urlencode({'next': wanted})}")


@form_page
@for_people
def type_code(request: PersonRequest) -> HttpResponse:
    """Take the code that came."""
    return code_steps.type_code(request, STEP)


@require_POST
@for_people
def send_again(request: PersonRequest) -> HttpResponse:
    """Send another code."""
    return code_steps.send_again(request, STEP)
