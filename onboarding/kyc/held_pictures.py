"""Photos pending redaction, which a reviewer masks, or asks the agent for another.

OCR found no number on them, could not prove that all of it is covered, or could not read them.

The unmasked original is stored apart and destroyed when that is decided, or after a day. What a
reviewer masks (`review/hand_masking.py`) is first a result to look at. It becomes the document's
photo when the reviewer confirms it, and, where OCR does not read the number on the original, when a
second reviewer does.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.security import audit, locks
from hitouch.core import sweeps
from hitouch.core.data_protection import orphans
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding import notifications
from onboarding.kyc import resubmission
from onboarding.kyc.access import require_access
from onboarding.kyc.checks import services as checks
from onboarding.models import KycAsk, KycCase, KycDocument, KycHeldPicture

PURPOSE = "unmasked-identity-document"
RESULT_PURPOSE = "masked-identity-document-result"
DOCUMENT_PURPOSE = "identity-document"
End, State = KycHeldPicture.End, KycHeldPicture.State
#: The only purpose for which an original is viewed, for the audit log.
AUDIT_PURPOSE = {"purpose": "MASKING"}
REQUEST_NOTE = (
    "We could not mask the Aadhaar number on your photo: {label}. Please upload a new one."
)


class PictureHeld(Refusal):
    """The photo has not been masked yet."""

    code = "picture_held"
    message = "A photo has not been masked yet. Mask it first, or ask for a new one."


class PictureGone(Refusal):
    """The original no longer exists."""

    code = "held_over"
    message = "This photo has already been processed and its original deleted."


class NotSeen(Refusal):
    """Confirmed without having opened the original and the result."""

    code = "not_seen"
    message = "Open the original and the result first, and compare them."


class NoResult(Refusal):
    """There is no result to look at or to confirm."""

    code = "no_result"
    message = "There is no result to confirm. Mask the photo first."


class ResultOfAnother(Refusal):
    """The result was made by another reviewer, who has not confirmed it yet."""

    code = "result_of_another"
    message = "Another reviewer made this result and has to confirm it first. Or mask it again."


class CasePassedOn(Refusal):
    """Asking for a new photo sends the case back, which the referral's reviewer decides."""

    code = "case_passed_on"
    message = (
        "This review was passed on to a colleague. A new photo can be requested only in the review."
    )


class SecondLookPending(Refusal):
    """A confirmed result waits for a second person."""

    code = "second_look"
    message = "This photo waits for a second look by another reviewer."


def hold_picture(
    *, document: KycDocument, picture: bytes, at: datetime, shows_number: bool = False
) -> KycHeldPicture:
    """Store an original until it is masked. Runs in the caller's transaction.

    `shows_number` says whether OCR read a number on it.
    """
    stored = storage.store_bytes(
        picture, name="held.jpg", content_type="image/jpeg", purpose=PURPOSE
    )
    return KycHeldPicture.objects.create(
        document=document, file=stored, held_at=at, shows_number=shows_number
    )


def open_original(*, held: KycHeldPicture, by: User, at: datetime) -> StoredFile:
    """The original, for masking. Each access is recorded in the audit log."""
    if held.file is None:
        raise PictureGone
    require_access(held.document.case, by)
    audit.record_event(by=by, action="documents.original_viewed", on=held, at=at, new=AUDIT_PURPOSE)
    return held.file


def open_result(*, held: KycHeldPicture, by: User, at: datetime) -> StoredFile:
    """The result, to confirm it. Each access is recorded in the audit log."""
    if held.file is None:
        raise PictureGone
    require_access(held.document.case, by)
    if held.result is None:
        raise NoResult
    new = {**AUDIT_PURPOSE, "file": str(held.result.pk)}
    audit.record_event(by=by, action="documents.result_viewed", on=held, at=at, new=new)
    return held.result


@transaction.atomic
def confirm_result(*, held: KycHeldPicture, by: User, at: datetime) -> KycHeldPicture:
    """Confirm the result: keep it and destroy the original, or pass it on for a second look.

    Whoever confirms has opened the original and this very result.
    """
    row = locked_picture(held)
    require_access(row.document.case, by)
    if row.result is None:
        raise NoResult
    is_own = row.result_by_id == by.pk
    if row.state == State.SECOND_LOOK and is_own:
        raise SecondLookPending("Another reviewer has to confirm your result.")
    if row.state == State.RESULT and not is_own:
        raise ResultOfAnother
    if not _has_compared(row, by):
        raise NotSeen
    if row.state == State.RESULT and row.needs_second_look:
        transition(row, to=State.SECOND_LOOK, by=by, at=at, why=End(row.result_end).label)
    else:
        _keep_result(row, by=by, at=at)
    return row


@transaction.atomic
def discard_result(*, held: KycHeldPicture, by: User, at: datetime) -> KycHeldPicture:
    """Destroy the result, because it is not right. The photo has to be masked again."""
    row = locked_picture(held)
    require_access(row.document.case, by)
    if row.result is None:
        raise NoResult
    drop_result(row, by=by, at=at, why="The result is not right.")
    return row


def _has_compared(row: KycHeldPicture, by: User) -> bool:
    seen = {"file": str(row.result_id)}
    return audit.was_recorded(
        by=by, action="documents.original_viewed", on=row
    ) and audit.was_recorded(by=by, action="documents.result_viewed", on=row, new=seen)


def drop_result(row: KycHeldPicture, *, by: User, at: datetime, why: str) -> None:
    """Destroy the result of a locked photo after the commit; the photo is to be masked again."""
    result = row.result
    row.result_extracted = ""
    row.save(update_fields=["result_extracted"])
    transition(row, to=State.HELD, by=by, at=at, why=why, result=None, result_end="")
    if result is not None:
        storage.destroy_on_commit(result)


def _keep_result(row: KycHeldPicture, *, by: User, at: datetime) -> None:
    """Make the result the document's photo. The original is destroyed after the commit."""
    document, result, end = row.document, row.result, row.result_end
    if result is not None:
        result.purpose = DOCUMENT_PURPOSE
        result.save(update_fields=["purpose", "updated_at"])
    document.file, document.extracted = result, row.result_extracted
    document.save()
    checks.schedule_checks(document.case)
    row.result = None
    _end_hold(row, end, by=by, at=at)


def request_another(*, held: KycHeldPicture, by: User, at: datetime) -> None:
    """Ask the agent for another photo, because this one cannot be used.

    Refused while the case is passed on: a decision ends the referral, and only a claim decides.
    """
    with transaction.atomic():
        row = locked_picture(held)
        require_access(row.document.case, by)
        if row.document.case.referrals.open().exists():
            raise CasePassedOn
        request_another_locked(row, End.ASKED_AGAIN, by=by, at=at)


def request_another_locked(row: KycHeldPicture, end: str, *, by: User | None, at: datetime) -> None:
    """The same for a row that is locked. The agent has to upload that document again."""
    _end_hold(row, end, by=by, at=at)
    document = row.document
    KycDocument.objects.filter(pk=document.pk, replaced_at=None).update(
        replaced_at=at, updated_at=at
    )
    case = KycCase.objects.select_for_update(of=("self",)).get(pk=document.case_id)
    note = REQUEST_NOTE.format(label=document.get_kind_display())
    reason = KycCase.Reason.NOT_MASKED
    if case.state == KycCase.State.IN_REVIEW or case.asks.open().exists():
        resubmission.request_resubmission(
            document, reason=KycAsk.Reason.NOT_MASKED, note="", by=by, at=at
        )
    if case.state == KycCase.State.IN_REVIEW:
        facts = {"decided_at": at, "reason": reason, "note": note}
        transition(case, to=KycCase.State.REJECTED, by=by, at=at, why=reason.label, **facts)
    notifications.notify(case.agent, template="picture_asked_again", at=at, note=note)


def release_picture(*, document: KycDocument, by: User, at: datetime) -> None:
    """Destroy the original of a replaced document, if one is pending."""
    row = KycHeldPicture.objects.waiting().filter(document=document).first()
    if row is not None:
        _end_hold(row, End.REPLACED, by=by, at=at)


def destroy_held(*, at: datetime) -> int:
    """Destroy expired originals and ask for new photos. Idempotent. Returns how many.

    While a case is passed on, it stays under review and the agent is told nothing: whoever decides
    the referral sees that the photo is missing, and asks for another.
    """
    ended = sweeps.run(EXPIRED_PICTURES, now=at).done
    orphans.destroy_orphans(PICTURES_LEFT, at=at)
    return ended


def _expire(held: KycHeldPicture, at: datetime) -> None:
    row = locked_picture(held)
    if row.document.case.referrals.open().exists():
        _end_hold(row, End.OUT_OF_TIME, by=None, at=at)
    else:
        request_another_locked(row, End.OUT_OF_TIME, by=None, at=at)


EXPIRED_PICTURES = sweeps.Sweep(
    name="onboarding.expired_pictures",
    due=lambda now: KycHeldPicture.objects.expired(now).with_agent(),
    act=_expire,
    order=("held_at", "pk"),
)


def _without_row(now: datetime) -> QuerySet[StoredFile]:
    """Originals and results without a row: left by a crash between commit and deletion."""
    waiting = KycHeldPicture.objects.waiting()
    old = StoredFile.objects.filter(created_at__lte=now - KycHeldPicture.KEPT)
    originals = Q(purpose=PURPOSE) & ~Q(pk__in=waiting.values("file"))
    results = waiting.filter(result__isnull=False).values("result")
    return old.filter(originals | Q(purpose=RESULT_PURPOSE) & ~Q(pk__in=results))


PICTURES_LEFT = orphans.orphan_sweep("onboarding.held_pictures_left", _without_row)


def locked_picture(held: KycHeldPicture) -> KycHeldPicture:
    """Lock the agent's row, then this one, and return it as it is now. Raises `PictureGone`."""
    locks.lock_agent_row(held.document.case.agent)
    rows = KycHeldPicture.objects.waiting().select_for_update(of=("self",))
    row = rows.filter(pk=held.pk).first()
    if row is None:
        raise PictureGone
    return row


def _end_hold(row: KycHeldPicture, end: str, *, by: User | None, at: datetime) -> None:
    files = [stored for stored in (row.file, row.result) if stored is not None]
    row.by, row.result_extracted = by, ""
    row.save(update_fields=["by", "result_extracted"])
    ended = {"file": None, "result": None, "ended_at": at, "end": end}
    transition(row, to=State.ENDED, by=by, at=at, why=End(end).label, **ended)
    new = {"end": end} | ({"masked_by": str(row.result_by_id)} if end == row.result_end else {})
    audit.record_event(by=by, action="documents.held_ended", on=row, at=at, new=new)
    for stored in files:
        storage.destroy_on_commit(stored)
