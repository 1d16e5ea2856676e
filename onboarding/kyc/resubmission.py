"""Requests to upload a document again (`KycAsk`): what they allow, require and complete."""

from datetime import datetime, timedelta

from accounts.models import User
from hitouch.core.errors import Refusal
from onboarding.models import KycAsk, KycCase, KycDocument


class DocumentNotRequested(Refusal):
    """Only other documents were requested again, so this one may not change."""

    code = "document_stays"
    message = "This document is fine. Upload only the documents we asked for."


class ResubmissionIncomplete(Refusal):
    """Submitted although a requested document was not replaced."""

    code = "asked_still_missing"

    def __init__(self, asks: list[KycAsk]) -> None:
        labels = ", ".join(ask.document.get_kind_display() for ask in asks)
        super().__init__(f"Add a new photo first: {labels}.")


def require_requested(case: KycCase, *kinds: str) -> None:
    """Refuse kinds that were not requested, while requests are open; missing kinds are allowed."""
    requested = set(case.asks.open().values_list("document__kind", flat=True))
    if not requested or requested & set(kinds):
        return
    if case.documents.current().filter(kind__in=kinds).exists():
        raise DocumentNotRequested


def request_resubmission(
    document: KycDocument, *, reason: str, note: str, by: User | None, at: datetime
) -> KycAsk:
    """Request one document again; returns the open request for its kind if there is one."""
    opened = document.case.asks.open().filter(document__kind=document.kind).first()
    return opened or KycAsk.objects.create(
        case=document.case, document=document, reason=reason, note=note, by=by, at=at
    )


def mark_resubmitted(case: KycCase, *, at: datetime) -> None:
    """Close the open requests on submission. Raises `ResubmissionIncomplete`."""
    asks = list(case.asks.open().select_related("document"))
    missing = [ask for ask in asks if not ask.can_be_sent]
    if missing:
        raise ResubmissionIncomplete(missing)
    case.asks.open().update(answered_at=at, updated_at=at)


def queue_position(case: KycCase, *, at: datetime) -> datetime:
    """The time from which the queue counts: now, less what the case waited before it was sent back.

    The time that the agent took to upload again does not count.
    """
    if not (case.reason and case.queued_at and case.decided_at):
        return at
    return at - max(case.decided_at - case.queued_at, timedelta())
