"""Queries of document cases: status and expected wait for the agent, and cases for staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Min, Prefetch, Q, QuerySet

from accounts.models import Agent
from hitouch.core.web.humanize import duration_text
from onboarding.models import KycAsk, KycCase, KycCheck, KycDocument, KycUpload, still_needed

#: The expected wait is estimated from so many decisions at most, none of them older.
RECENT = timedelta(days=14)
SAMPLE = 50
#: With fewer recent decisions the target (`HITOUCH_REVIEW_HOURS`) is shown instead.
MIN_DECISIONS = 5


def with_resubmissions(cases: QuerySet[KycCase]) -> QuerySet[KycCase]:
    """Prefetch requests that are open or answered by the latest submission, as `asks_now`."""
    asks = KycAsk.objects.select_related("document", "by").order_by("document__kind")
    now = asks.filter(Q(answered_at=None) | Q(answered_at=F("case__submitted_at")))
    return cases.prefetch_related(Prefetch("asks", now, to_attr="asks_now"))


@dataclass(frozen=True)
class DocumentsStatus:
    """Status of an agent's documents: current ones, open requests, and what can be uploaded.

    `uploads` are files that are not read yet, and refused ones that nothing newer replaced.
    """

    there: dict[str, KycDocument]
    asks: dict[str, KycAsk]
    uploads: dict[str, KycUpload]
    is_open: bool
    is_waiting: bool

    @property
    def missing(self) -> list[str]:
        """The missing kinds. A signed Aadhaar needs no back."""
        return [str(kind) for kind in still_needed(self.there.values())]

    @property
    def kinds(self) -> list[str]:
        """The kinds that are present or missing, in display order."""
        known = {*self.there, *self.missing, *self.uploads}
        front = self.uploads.get(KycDocument.Kind.AADHAAR_FRONT)
        if front and front.both_sides and front.is_unread:
            known -= {KycDocument.Kind.AADHAAR_BACK} - {*self.there, *self.uploads}
        return [kind for kind in KycDocument.Kind.values if kind in known]

    @property
    def unread(self) -> list[KycUpload]:
        """The files that are not read yet."""
        return [upload for upload in self.uploads.values() if upload.is_unread]

    @property
    def is_reading(self) -> bool:
        """Whether a file is being read, or will be, so that clients should ask again soon."""
        return any(upload.is_queued for upload in self.uploads.values())

    @property
    def is_complete(self) -> bool:
        """Whether they can be submitted."""
        is_answered = all(ask.can_be_sent for ask in self.asks.values())
        return self.is_open and not self.missing and is_answered and not self.unread

    @property
    def accepts_aadhaar(self) -> bool:
        """Whether an Aadhaar can be uploaded and there is no signed one."""
        front = self.there.get(KycDocument.Kind.AADHAAR_FRONT)
        is_signed = front is not None and front.is_signed
        return not is_signed and self.can_upload(KycDocument.Kind.AADHAAR_FRONT)

    def can_upload(self, kind: str) -> bool:
        """Whether a photo of this kind can be uploaded now."""
        is_fixed = bool(self.asks) and kind not in self.asks and kind in self.there
        return self.is_open and not is_fixed


def documents_status(case: KycCase | None) -> DocumentsStatus:
    """The status shown to the agent. `case` is from `case_of`."""
    if case is None:
        return DocumentsStatus({}, {}, {}, is_open=True, is_waiting=False)
    there = {row.kind: row for row in case.current_documents}  # type: ignore[attr-defined]
    asks = {ask.document.kind: ask for ask in case.asks_now if not ask.answered_at}  # type: ignore[attr-defined]
    uploads = _shown_uploads(case.newest_uploads, there)  # type: ignore[attr-defined]
    return DocumentsStatus(there, asks, uploads, case.is_open, case.can_be_decided)


def _shown_uploads(
    newest: Iterable[KycUpload], there: dict[str, KycDocument]
) -> dict[str, KycUpload]:
    """The uploads to show: unread ones, and refused ones unless a document came after them."""

    def is_replaced(upload: KycUpload) -> bool:
        document = there.get(upload.kind)
        return document is not None and document.created_at > upload.created_at

    return {
        upload.kind: upload
        for upload in newest
        if upload.is_unread or (upload.is_refused and not is_replaced(upload))
    }


def shown_uploads(case: KycCase) -> list[KycUpload]:
    """The uploads that are unread, or were refused and not replaced."""
    newest = list(KycUpload.objects.newest().filter(case=case))
    if not any(upload.is_refused for upload in newest):
        return [upload for upload in newest if upload.is_unread]
    there = {row.kind: row for row in case.documents.current()}
    return list(_shown_uploads(newest, there).values())


def case_of(agent: Agent) -> KycCase | None:
    """The agent's case with its current documents and newest uploads, or None."""
    newest = Prefetch("uploads", KycUpload.objects.newest(), to_attr="newest_uploads")
    cases = with_documents(KycCase.objects.filter(agent=agent))
    return cases.prefetch_related(newest).first()


def pan_index_of(agent: Agent) -> str:
    """The index of the agent's PAN, which is the same for the same PAN; empty without one."""
    numbers = KycDocument.objects.current().filter(case__agent=agent, kind=KycDocument.Kind.PAN)
    return numbers.values_list("number_index", flat=True).first() or ""


def was_sent_back(case: KycCase) -> bool:
    """Whether staff ever sent the documents back or requested new ones."""
    return case.events.filter(became__in=KycCase.SENT_BACK, by__isnull=False).exists()


def with_documents(cases: QuerySet[KycCase]) -> QuerySet[KycCase]:
    """Prefetch checks, and the current document of each kind as `current_documents`."""
    current = KycDocument.objects.current().select_related("file", "held").order_by("-kind")
    checks = KycCheck.objects.select_related("document__file").order_by(
        "verdict", "kind", "document"
    )
    return with_resubmissions(cases).prefetch_related(
        Prefetch("documents", current, to_attr="current_documents"), Prefetch("checks", checks)
    )


def all_cases() -> QuerySet[KycCase]:
    """Every case for staff, with agent, reviewer and documents."""
    return with_documents(KycCase.objects.with_agent())


@dataclass(frozen=True)
class RecentWaits:
    """Recent waiting times and the state of the queue."""

    median: timedelta | None
    longest: timedelta
    before: int


def recent_waits(case: KycCase | None, now: datetime) -> RecentWaits:
    """Figures for a waiting case, or without one for a submission made now."""
    decided = KycCase.objects.filter(
        decided_at__gte=now - RECENT, decided_at__gt=F("submitted_at"), reviewer__isnull=False
    )
    rows = decided.order_by("-decided_at").values_list("submitted_at", "decided_at")[:SAMPLE]
    waits = [decided_at - sent_at for sent_at, decided_at in rows if sent_at and decided_at]
    ahead = Q(queued_at__lt=case.queued_at) if case and case.queued_at else Q()
    queue = KycCase.objects.waiting().aggregate(
        oldest=Min("queued_at"), before=Count("id", filter=ahead)
    )
    longest = now - queue["oldest"] if queue["oldest"] else timedelta()
    median = sorted(waits)[len(waits) // 2] if len(waits) >= MIN_DECISIONS else None
    return RecentWaits(median, longest, queue["before"])


def expected_wait_text(case: KycCase | None, now: datetime) -> str:
    """The expected wait as text for the agent."""
    if case is not None and case.is_overdue(now):
        return "It's taking longer than usual. Your documents are among the next to be reviewed."
    known = recent_waits(case, now)
    if known.median is None:
        aim = duration_text(timedelta(hours=settings.HITOUCH_REVIEW_HOURS))
        return f"We aim to review them within {aim}. {_queue_text(known.before)}"
    words = f"Half of all recent reviews took less than {duration_text(known.median)}."
    if known.longest > known.median:
        words += f" It's taking longer now: some have waited {duration_text(known.longest)}."
    return f"{words} {_queue_text(known.before)}"


def _queue_text(count: int) -> str:
    if not count:
        return "You are next in the queue."
    return (
        "There is 1 agent ahead of you."
        if count == 1
        else f"There are {count} agents ahead of you."
    )
