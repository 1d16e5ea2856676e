"""The step in which a code is typed, or asked for once more: the same for every purpose."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import contacts
from accounts.one_time_codes.forms import CodeForm
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import post_data_or_none, render_form

PendingCode = dict[str, Any]
LOST = "That code was requested in another browser, or too long ago."
TOO_LATE = "This step has timed out or is already done."


@dataclass(frozen=True)
class CodeStep:
    """What differs from purpose to purpose. What was asked for is held in the session."""

    name: str
    start: str
    page: str
    again: str
    #: Sends a code to the contact; answers with the ticket, or nothing for who is signed in.
    send: Callable[[HttpRequest, str], str]
    #: Takes the code and says where that leads.
    take: Callable[[HttpRequest, PendingCode, str], HttpResponse]
    submit: str = "Continue"
    base: str = "accounts/base_authentication.html"
    #: Whether a message goes to every contact, with an account or without.
    is_certain: bool = True
    #: What else one can do: when the code went by SMS, and when it went by mail.
    others: tuple[str, str] = ("Use your email address instead", "Use another email address")

    def held(self, request: HttpRequest) -> PendingCode | None:
        """The contact, its ticket, and when a new code may be asked for."""
        found: PendingCode | None = request.session.get(self._place)
        return found

    def hold(self, request: HttpRequest, held: PendingCode) -> None:
        """Keep it for the next request."""
        request.session[self._place] = held

    def forget(self, request: HttpRequest) -> None:
        """Nothing of it is needed any more."""
        request.session.pop(self._place, None)

    @property
    def _place(self) -> str:
        return f"code_step.{self.name}"

    def shown(self, held: PendingCode) -> dict[str, Any]:
        """What the page says about it."""
        contact, left = held["contact"], held["again_at"] - timezone.now().timestamp()
        is_mail = contacts.is_email(contact)
        return {
            "contact": mask_contact(contact),
            "is_phone": not is_mail,
            "wait": max(0, round(left)),
            "again_url": reverse(self.again),
            "start_url": reverse(self.start),
            "submit": self.submit,
            "is_certain": self.is_certain,
            "other": self.others[is_mail],
        }


def begin(request: HttpRequest, step: CodeStep, contact: str, **more: Any) -> HttpResponse:
    """Send the first code and go to the page that takes it."""
    _send(request, step, {"contact": contact, **more})
    return redirect(step.page)


def type_code(request: HttpRequest, step: CodeStep) -> HttpResponse:
    """Take the code that came."""
    held = step.held(request)
    if held is None:
        return start_again(request, step, LOST)
    form = CodeForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return step.take(request, held, form.cleaned_data["code"])
    return render_form(
        request, "accounts/one_time_codes/code.html", form, step=step.shown(held), base=step.base
    )


def send_again(request: HttpRequest, step: CodeStep) -> HttpResponse:
    """Send another code to the same contact."""
    held = step.held(request)
    if held is None:
        return start_again(request, step, LOST)
    try:
        _send(request, step, held)
        messages.success(request, "We've sent a new code. Only the latest one works.")
    except Refusal as refusal:
        wait = getattr(refusal, "retry_after", 0)
        step.hold(request, held | {"again_at": timezone.now().timestamp() + wait})
        messages.error(request, str(refusal))
    return redirect(step.page)


def start_again(request: HttpRequest, step: CodeStep, why: str) -> HttpResponse:
    """Lead to the beginning, with a sentence that says why."""
    step.forget(request)
    messages.info(request, f"{why} Please start again.")
    return redirect(step.start)


def _send(request: HttpRequest, step: CodeStep, held: PendingCode) -> None:
    ticket = step.send(request, held["contact"])
    again_at = timezone.now().timestamp() + settings.HITOUCH_CODE_COOLDOWN_SECONDS
    step.hold(request, held | {"ticket": ticket, "again_at": again_at})
