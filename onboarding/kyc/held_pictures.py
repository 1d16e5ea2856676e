"""Pictures on which no number was found: a reviewer masks them by hand, or asks for another."""

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
from onboarding import notifications as onboarding_notifications
from onboarding.kyc import card_reader, checks, resubmission
from onboarding.models import KycAsk, KycCase, KycDocument, KycHeldPicture

PURPOSE = "unmasked-identity-document"
End = KycHeldPicture.End
MOST_BOXES = 12
#: Why anybody looks at an original: there is no other reason.
FOR_MASKING = {"purpose": "MASKING"}
ASK_AGAIN = "We could not mask the Aadhaar number on your photo: {label}. Please upload a new one."


class PictureHeld(Refusal):
    """Nobody has masked it yet."""

    code = "picture_held"
    message = "A photo has not been masked yet. Mask it first, or ask for a new one."


class PictureGone(Refusal):
    """The original is gone."""

    code = "held_over"
    message = "This photo has already been processed and its original deleted."


class NothingMarked(Refusal):
    """No box, too many, or boxes that are none."""

    code = "nothing_marked"
    status = 422
    field = "boxes"
    message = "Mark the numbers to mask with 1 to 12 boxes."


class StillReadable(Refusal):
    """A number can be read beside the boxes."""

    code = "still_readable"
    status = 422
    field = "boxes"
    message = "A full number is still visible. Mask its first 8 digits too."


class OwnDocuments(Refusal):
    """Nobody checks themselves."""

    code = "own_documents"
    message = "These are your own documents. Another reviewer must check them."


def hold_picture(*, document: KycDocument, picture: bytes, at: datetime) -> KycHeldPicture:
    """Keep an original apart, inside the caller's transaction."""
    stored = storage.store_bytes(
        picture, name="held.jpg", content_type="image/jpeg", purpose=PURPOSE
    )
    return KycHeldPicture.objects.create(document=document, file=stored, held_at=at)


def open_original(*, held: KycHeldPicture, by: User, at: datetime) -> StoredFile:
    """The original, to be masked; each look is noted."""
    if held.file is None:
        raise PictureGone
    _refuse_own(held, by)
    audit.record_event(by=by, action="documents.original_viewed", on=held, at=at, new=FOR_MASKING)
    return held.file


def mask_by_hand(
    *, held: KycHeldPicture, boxes: Sequence[Sequence[float]], by: User, at: datetime
) -> KycDocument:
    """Cover the boxes (parts of width and height); the result is the document's picture."""
    wanted = _checked(boxes)
    if held.file is None:
        raise PictureGone
    kind = held.document.kind
    facts, card = card_reader.redact_boxes(kind=kind, picture=storage.read(held.file), boxes=wanted)
    if facts["readable"]:
        raise StillReadable
    return _finish(held, End.MASKED, by=by, at=at, card=card)


def accept_unmasked(*, held: KycHeldPicture, by: User, at: datetime) -> KycDocument:
    """There is no number on it: the picture is the document's as it is."""
    if held.file is None:
        raise PictureGone
    picture = storage.read(held.file)
    card = card_reader.read_picture(kind=held.document.kind, picture=picture)
    if not card.was_read:
        raise card_reader.PictureNotRead
    if card.last_four and not card.masked:
        raise StillReadable
    return _finish(held, End.NO_NUMBER, by=by, at=at, card=card)


def _checked(boxes: Sequence[Sequence[float]]) -> list[list[float]]:
    if not 1 <= len(boxes) <= MOST_BOXES:
        raise NothingMarked
    for box in boxes:
        if len(box) != 4 or not all(0 <= part <= 1 for part in box) or min(box[2:]) <= 0:
            raise NothingMarked
    return [list(map(float, box)) for box in boxes]


@transaction.atomic
def _finish(
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
    _end(row, end, by=by, at=at)
    return document


def request_another(*, held: KycHeldPicture, by: User, at: datetime) -> None:
    """The picture is of no use: the agent is asked for another one."""
    with transaction.atomic():
        row = locked_picture(held)
        _refuse_own(row, by)
        request_another_locked(row, End.ASKED_AGAIN, by=by, at=at)


def release_picture(*, document: KycDocument, by: User, at: datetime) -> None:
    """The agent replaced the picture: its original, if one is held, goes at once."""
    row = KycHeldPicture.objects.waiting().filter(document=document).first()
    if row is not None:
        _end(row, End.REPLACED, by=by, at=at)


def locked_picture(held: KycHeldPicture) -> KycHeldPicture:
    """The row as it is now, held until the transaction ends; the agent's before it."""
    locks.lock_agent_row(held.document.case.agent)
    rows = KycHeldPicture.objects.waiting().select_for_update(of=("self",))
    row = rows.filter(pk=held.pk).first()
    if row is None:
        raise PictureGone
    return row


def _refuse_own(held: KycHeldPicture, by: User) -> None:
    if held.document.case.agent.user_id == by.pk:
        raise OwnDocuments("This is your own document. Another reviewer must mask it.")


def _end(row: KycHeldPicture, end: str, *, by: User | None, at: datetime) -> None:
    original = row.file
    row.file, row.ended_at, row.end, row.by = None, at, end, by
    row.save()
    audit.record_event(by=by, action="documents.held_ended", on=row, at=at, new={"end": end})
    if original is not None:
        transaction.on_commit(lambda: storage.destroy(original))


def request_another_locked(row: KycHeldPicture, end: str, *, by: User | None, at: datetime) -> None:
    """End a locked row so that the agent has to send that picture again."""
    _end(row, end, by=by, at=at)
    document = row.document
    KycDocument.objects.filter(pk=document.pk, replaced_at=None).update(
        replaced_at=at, updated_at=at
    )
    case = KycCase.objects.select_for_update(of=("self",)).get(pk=document.case_id)
    note = ASK_AGAIN.format(label=document.get_kind_display())
    reason = KycCase.Reason.NOT_MASKED
    if case.state == KycCase.State.IN_REVIEW or case.asks.open().exists():
        resubmission.request_resubmission(
            document, reason=KycAsk.Reason.NOT_MASKED, note="", by=by, at=at
        )
    if case.state == KycCase.State.IN_REVIEW:
        facts = {"decided_at": at, "reason": reason, "note": note}
        transition(case, to=KycCase.State.REJECTED, by=by, at=at, why=reason.label, **facts)
    onboarding_notifications.notify(case.agent, template="picture_asked_again", at=at, note=note)


def destroy_held(*, at: datetime) -> int:
    """Destroy the originals whose time is over, and ask for new pictures. Harmless twice."""
    ended = 0
    for held in list(KycHeldPicture.objects.out_of_time(at).with_agent()):
        with suppress(PictureGone), transaction.atomic():
            request_another_locked(locked_picture(held), End.OUT_OF_TIME, by=None, at=at)
            ended += 1
    _destroy_stray(at)
    return ended


def _destroy_stray(at: datetime) -> None:
    """Originals that no row knows any more: a crash came between ending and destroying."""
    known = KycHeldPicture.objects.waiting().values("file")
    stray = StoredFile.objects.filter(purpose=PURPOSE, created_at__lte=at - KycHeldPicture.KEPT)
    for stored in list(stray.exclude(pk__in=known)):
        storage.destroy(stored)
