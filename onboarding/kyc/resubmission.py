"""What open asks mean for the agent's documents: which may come, which have to, which are done."""

from datetime import datetime, timedelta

from accounts.models import User
from hitouch.core.errors import Refusal
from onboarding.models import KycAsk, KycCase, KycDocument


class DocumentNotRequested(Refusal):
    """A reviewer asked for others; this one is as it should be."""

    code = "document_stays"
    message = "This document is fine. Upload only the documents we asked for."


class ResubmissionIncomplete(Refusal):
    """Sent again with a picture that was asked for still the old one."""

    code = "asked_still_missing"

    def __init__(self, asks: list[KycAsk]) -> None:
        words = ", ".join(ask.document.get_kind_display() for ask in asks)
        super().__init__(f"Add a new photo first: {words}.")


def require_requested(case: KycCase, *kinds: str) -> None:
    """While asks are open, only what was asked for may come, or what is not there."""
    asked = set(case.asks.open().values_list("document__kind", flat=True))
    if not asked or asked & set(kinds):
        return
    if case.documents.current().filter(kind__in=kinds).exists():
        raise DocumentNotRequested


def request_resubmission(
    document: KycDocument, *, reason: str, note: str, by: User | None, at: datetime
) -> KycAsk:
    """Ask for one document once more; an ask that is open for its kind already is enough."""
    opened = document.case.asks.open().filter(document__kind=document.kind).first()
    return opened or KycAsk.objects.create(
        case=document.case, document=document, reason=reason, note=note, by=by, at=at
    )


def mark_resubmitted(case: KycCase, *, at: datetime) -> None:
    """The agent sends the documents again: what was asked for is answered, or this refuses."""
    asks = list(case.asks.open().select_related("document"))
    missing = [ask for ask in asks if not ask.can_be_sent]
    if missing:
        raise ResubmissionIncomplete(missing)
    case.asks.open().update(answered_at=at, updated_at=at)


def queue_position(case: KycCase, *, at: datetime) -> datetime:
    """What was waited with us before it was sent back counts; the agent's own time does not."""
    if not (case.reason and case.queued_at and case.decided_at):
        return at
    return at - max(case.decided_at - case.queued_at, timedelta())
