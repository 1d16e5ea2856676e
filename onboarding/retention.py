"""Retention rules of onboarding. Documents under review are never deleted."""

from datetime import datetime

from django.db.models import Q, QuerySet

from hitouch.core.data_protection.privacy import without_immutability_triggers
from hitouch.core.data_protection.retention import ExpiringRows, RetentionHandler, delete
from hitouch.core.files.storage import destroy
from onboarding.models import (
    AgreementReading,
    KycCase,
    KycDocument,
    KycSession,
    KycSessionEvent,
    KycUpload,
    ProfileDraft,
    ResumeProposal,
)

State = KycCase.State


def _documents() -> QuerySet[KycDocument]:
    """Documents with data left, of cases that are not under review."""
    signed = Q(source__in=KycDocument.SIGNED)
    whole = Q(kind=KycDocument.Kind.AADHAAR_FRONT) | Q(surname_letter_fits__isnull=False)
    rows = KycDocument.objects.select_related("file")
    there = rows.filter(Q(file__isnull=False) | signed & whole)
    return there.exclude(case__state=State.IN_REVIEW)


def _replaced(since: datetime) -> QuerySet[KycDocument]:
    return _documents().filter(replaced_at__lte=since)


def _abandoned(since: datetime) -> QuerySet[KycDocument]:
    """Documents of cases that were never submitted, rejected or expired, without activity since."""
    left = Q(case__state__in=(State.PARTIAL, State.REJECTED, State.EXPIRED))
    quiet = Q(case__updated_at__lte=since, updated_at__lte=since)
    return _documents().filter(left & quiet, replaced_at__isnull=True)


def _end_document(document: KycDocument, at: datetime) -> None:
    """Delete a document and its checks. Of an approved PAN card last four digits and hash stay."""
    picture = document.file
    if document.approved_at and document.kind == KycDocument.Kind.PAN:
        document.file, document.number, document.extracted = None, "", ""
        document.surname_letter_fits = None
        document.replaced_at = document.replaced_at or at
        document.save()
        document.checks.all().delete()
    else:
        document.delete()
    if picture is not None:
        destroy(picture)


def _old_drafts(since: datetime) -> QuerySet[ProfileDraft]:
    return ProfileDraft.objects.filter(typed_at__lte=since)


def _discard_draft(draft: ProfileDraft, at: datetime) -> None:
    """Empty the draft and raise its revision, so that open pages cannot restore it."""
    draft.content, draft.typed_at = "", None
    draft.revision += 1
    draft.save()


def _old_readings(since: datetime) -> QuerySet[AgreementReading]:
    return AgreementReading.objects.filter(opened_at__lte=since)


def _old_proposals(since: datetime) -> QuerySet[ResumeProposal]:
    return ResumeProposal.objects.filter(read_at__lte=since)


def _ended_uploads(since: datetime) -> QuerySet[KycUpload]:
    return KycUpload.objects.filter(ended_at__lte=since)


def _ended_sessions(since: datetime) -> QuerySet[KycSession]:
    return KycSession.objects.filter(ended_at__lte=since)


def _delete_session(session: KycSession, at: datetime) -> None:
    """Delete the session with its events."""
    with without_immutability_triggers(KycSessionEvent):
        session.delete()


EXPIRIES: tuple[RetentionHandler, ...] = (
    ExpiringRows("onboarding.drafts", _old_drafts, "typed_at", _discard_draft),
    ExpiringRows("onboarding.readings", _old_readings, "opened_at", delete),
    ExpiringRows("onboarding.resumes", _old_proposals, "read_at", delete),
    ExpiringRows("onboarding.uploads", _ended_uploads, "ended_at", delete),
    ExpiringRows("onboarding.digilocker", _ended_sessions, "ended_at", _delete_session),
    ExpiringRows("onboarding.replaced_documents", _replaced, "replaced_at", _end_document),
    ExpiringRows("onboarding.abandoned_documents", _abandoned, "updated_at", _end_document),
)
