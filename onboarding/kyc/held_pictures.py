"""Photos pending redaction: OCR found no number, so a reviewer masks them or asks for another.

The unmasked original is stored apart and destroyed when that is decided, or after a day.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding import notifications
from onboarding.kyc import card_reader, checks, resubmission
from onboarding.models import KycAsk, KycCase, KycDocument, KycHeldPicture

PURPOSE = "unmasked-identity-document"
End = KycHeldPicture.End
MAX_BOXES = 12
#: The only purpose for which an original is viewed, for the audit log.
AUDIT_PURPOSE = {"purpose": "MASKING"}
REQUEST_NOTE = (
    "We could not mask the Aadhaar number on your photo: {label}. Please upload a new one."
)


class OwnDocuments(Refusal):
    """Reviewers may not handle their own documents."""

    code = "own_documents"
    message = "These are your own documents. Another reviewer must check them."


class PictureHeld(Refusal):
    """The photo has not been masked yet."""

    code = "picture_held"
    message = "A photo has not been masked yet. Mask it first, or ask for a new one."


class PictureGone(Refusal):
    """The original no longer exists."""

    code = "held_over"
    message = "This photo has already been processed and its original deleted."


class NothingMarked(Refusal):
    """No boxes, too many, or invalid ones."""

    code = "nothing_marked"
    status = 422
    field = "boxes"
    message = "Mark the numbers to mask with 1 to 12 boxes."


class StillReadable(Refusal):
    """A full number is still readable outside the boxes."""

    code = "still_readable"
    status = 422
    field = "boxes"
    message = "A full number is still visible. Mask its first 8 digits too."


def hold_picture(*, document: KycDocument, picture: bytes, at: datetime) -> KycHeldPicture:
    """Store an original until it is masked. Runs in the caller's transaction."""
    stored = storage.store_bytes(
        picture, name="held.jpg", content_type="image/jpeg", purpose=PURPOSE
    )
    return KycHeldPicture.objects.create(document=document, file=stored, held_at=at)


def open_original(*, held: KycHeldPicture, by: User, at: datetime) -> StoredFile:
    """The original, for masking. Each access is recorded in the audit log."""
    if held.file is None:
        raise PictureGone
    _refuse_own(held, by)
    audit.record_event(by=by, action="documents.original_viewed", on=held, at=at, new=AUDIT_PURPOSE)
    return held.file


def mask_by_hand(
    *, held: KycHeldPicture, boxes: Sequence[Sequence[float]], by: User, at: datetime
) -> KycDocument:
    """Mask boxes (left, top, width, height as fractions) and save the result on the document."""
    checked_boxes = _validate_boxes(boxes)
    if held.file is None:
        raise PictureGone
    kind = held.document.kind
    facts, card = card_reader.redact_boxes(
        kind=kind, picture=storage.read(held.file), boxes=checked_boxes
    )
    if facts["readable"]:
        raise StillReadable
    return _replace_original(held, End.MASKED, by=by, at=at, card=card)


def accept_unmasked(*, held: KycHeldPicture, by: User, at: datetime) -> KycDocument:
    """Save the photo unmasked, because there is no number on it."""
    if held.file is None:
        raise PictureGone
    picture = storage.read(held.file)
    card = card_reader.read_picture(kind=held.document.kind, picture=picture)
    if not card.was_read:
        raise card_reader.PictureNotRead
    if card.last_four and not card.masked:
        raise StillReadable
    return _replace_original(held, End.NO_NUMBER, by=by, at=at, card=card)


def _validate_boxes(boxes: Sequence[Sequence[float]]) -> list[list[float]]:
    if not 1 <= len(boxes) <= MAX_BOXES:
        raise NothingMarked
    for box in boxes:
        if len(box) != 4 or not all(0 <= part <= 1 for part in box) or min(box[2:]) <= 0:
            raise NothingMarked
    return [list(map(float, box)) for box in boxes]


@transaction.atomic
def _replace_original(
    held: KycHeldPicture, end: str, *, by: User, at: datetime, card: card_reader.ReadCard
) -> KycDocument:
    row = locked_picture(held)
    _refuse_own(row, by)
    document = row.document
    document.file = storage.store_bytes(
        card.picture,
        name=f"{document.slug}.jpg",
        content_type="image/jpeg",
        purpose="identity-document",
    )
    document.extracted = card.extracted
    document.save()
    checks.schedule_checks(document.case)
    _end_hold(row, end, by=by, at=at)
    return document


def request_another(*, held: KycHeldPicture, by: User, at: datetime) -> None:
    """Ask the agent for another photo, because this one cannot be used."""
    with transaction.atomic():
        row = locked_picture(held)
        _refuse_own(row, by)
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
    """Destroy expired originals and ask for new photos. Idempotent. Returns how many."""
    ended = 0
    for held in list(KycHeldPicture.objects.expired(at).with_agent()):
        with suppress(PictureGone), transaction.atomic():
            request_another_locked(locked_picture(held), End.OUT_OF_TIME, by=None, at=at)
            ended += 1
    _destroy_orphans(at)
    return ended


def _destroy_orphans(at: datetime) -> None:
    """Destroy originals without a row: left by a crash between commit and deletion."""
    known = KycHeldPicture.objects.waiting().values("file")
    orphans = StoredFile.objects.filter(purpose=PURPOSE, created_at__lte=at - KycHeldPicture.KEPT)
    for stored in list(orphans.exclude(pk__in=known)):
        storage.destroy(stored)


def locked_picture(held: KycHeldPicture) -> KycHeldPicture:
    """Lock the agent's row, then this one, and return it as it is now. Raises `PictureGone`."""
    locks.lock_agent_row(held.document.case.agent)
    rows = KycHeldPicture.objects.waiting().select_for_update(of=("self",))
    row = rows.filter(pk=held.pk).first()
    if row is None:
        raise PictureGone
    return row


def _refuse_own(held: KycHeldPicture, by: User) -> None:
    if held.document.case.agent.user_id == by.pk:
        raise OwnDocuments("This is your own document. Another reviewer must mask it.")


def _end_hold(row: KycHeldPicture, end: str, *, by: User | None, at: datetime) -> None:
    original = row.file
    row.file, row.ended_at, row.end, row.by = None, at, end, by
    row.save()
    audit.record_event(by=by, action="documents.held_ended", on=row, at=at, new={"end": end})
    if original is not None:
        transaction.on_commit(lambda: storage.destroy(original))
