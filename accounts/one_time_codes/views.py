"""Pages that ask for a one-time code and resend it, shared by every purpose."""

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
from accounts.one_time_codes.challenges import ChallengeRequired
from accounts.one_time_codes.forms import CodeForm
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import post_data_or_none, render_form

PendingCode = dict[str, Any]
CODE_NOT_FOUND = "That code was requested in another browser, or too long ago."
STEP_EXPIRED = "This step has timed out or is already done."


@dataclass(frozen=True)
class CodeStep:
    """The settings of one purpose. What was requested is kept in the session."""

    name: str
    start: str
    page: str
    again: str
    #: Sends a code to the contact; returns the ticket, or "" for a user who is logged in.
    send: Callable[[HttpRequest, str], str]
    #: Checks the code and returns the response.
    confirm: Callable[[HttpRequest, PendingCode, str], HttpResponse]
    submit: str = "Continue"
    base: str = "accounts/base_authentication.html"
    #: Whether a message is sent to every contact, with an account or without.
    is_certain: bool = True
    #: Label of the link to another contact: if the code went by SMS, and if it went by mail.
    other_contact_labels: tuple[str, str] = (
        "Use your email address instead",
        "Use another email address",
    )

    def pending(self, request: HttpRequest) -> PendingCode | None:
        """The requested code: contact, ticket, and when another can be requested."""
        pending: PendingCode | None = request.session.get(self._session_key)
        return pending

    def save_pending(self, request: HttpRequest, pending: PendingCode) -> None:
        """Save it in the session."""
        request.session[self._session_key] = pending

    def clear_pending(self, request: HttpRequest) -> None:
        """Remove it from the session."""
        request.session.pop(self._session_key, None)

    @property
    def _session_key(self) -> str:
        return f"code_step.{self.name}"

    def template_context(self, pending: PendingCode) -> dict[str, Any]:
        """The values that the page shows."""
        contact, seconds_left = pending["contact"], pending["again_at"] - timezone.now().timestamp()
        is_mail = contacts.is_email(contact)
        return {
            "contact": mask_contact(contact),
            "is_phone": not is_mail,
            "wait": max(0, round(seconds_left)),
            "again_url": reverse(self.again),
            "start_url": reverse(self.start),
            "submit": self.submit,
            "is_certain": self.is_certain,
            "other": self.other_contact_labels[is_mail],
            "challenge": pending.get("challenge"),
        }


def begin_step(request: HttpRequest, step: CodeStep, contact: str, **more: Any) -> HttpResponse:
    """Send the first code and redirect to the page that asks for it."""
    _send_and_save(request, step, {"contact": contact, **more})
    return redirect(step.page)


def enter_code(request: HttpRequest, step: CodeStep) -> HttpResponse:
    """Ask for the code and check it."""
    pending = step.pending(request)
    if pending is None:
        return restart_step(request, step, CODE_NOT_FOUND)
    form = CodeForm(post_data_or_none(request))
    if form.is_valid():
        with add_refusals_to(form):
            return step.confirm(request, pending, form.cleaned_data["code"])
    return render_form(
        request,
        "accounts/one_time_codes/code.html",
        form,
        step=step.template_context(pending),
        base=step.base,
    )


def resend_code(request: HttpRequest, step: CodeStep) -> HttpResponse:
    """Send another code to the same contact."""
    pending = step.pending(request)
    if pending is None:
        return restart_step(request, step, CODE_NOT_FOUND)
    try:
        _send_and_save(request, step, pending)
        messages.success(request, "We've sent a new code. Only the latest one works.")
    except ChallengeRequired as required:
        challenge = {
            **required.challenge.as_members(),
            "wait": required.wait,
            "cause": required.cause,
        }
        step.save_pending(request, pending | {"challenge": challenge})
    except Refusal as refusal:
        wait = getattr(refusal, "retry_after", 0)
        pending.pop("challenge", None)  # or the page would solve it again and again
        step.save_pending(request, pending | {"again_at": timezone.now().timestamp() + wait})
        messages.error(request, str(refusal))
    return redirect(step.page)


def restart_step(request: HttpRequest, step: CodeStep, reason: str) -> HttpResponse:
    """Redirect to the first page, with the reason."""
    step.clear_pending(request)
    messages.info(request, f"{reason} Please start again.")
    return redirect(step.start)


def _send_and_save(request: HttpRequest, step: CodeStep, pending: PendingCode) -> None:
    ticket = step.send(request, pending["contact"])
    pending.pop("challenge", None)
    again_at = timezone.now().timestamp() + settings.HITOUCH_CODE_COOLDOWN_SECONDS
    step.save_pending(request, pending | {"ticket": ticket, "again_at": again_at})
