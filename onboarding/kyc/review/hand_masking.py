"""Masking by a reviewer: boxes are proposed, and a worker covers them and reads the result.

Nothing is read in the request. The photo waits in state "being read" until a worker has its turn
among the readers of cards (`hitouch.core.jobs.reading_queues`). What comes out is a result to
confirm (`held_pictures`), or a refusal that is shown above the boxes that were drawn.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import locks
from hitouch.core.crypto import SealBroken
from hitouch.core.db.connections import release_connection
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.files.stores.base import RETRY_AFTER, StoreUnavailable
from hitouch.core.jobs import leases, reading_queues
from hitouch.core.jobs.dispatch import enqueue_on_commit
from onboarding.kyc import card_reader, held_pictures
from onboarding.kyc.access import require_access
from onboarding.models import KycHeldPicture

log = logging.getLogger(__name__)
TASK = "onboarding.tasks.read_next_result"
#: A busy worker renews its lease; after one that died another worker may take the photo so soon.
LEASE = timedelta(seconds=20)
#: A result whose reader ran out of its limits is read again, as the machine may have been busy.
READINGS = 2
End, State = KycHeldPicture.End, KycHeldPicture.State


class NothingMarked(Refusal):
    """No boxes, too many, or invalid ones."""

    code = "nothing_marked"
    status = 422
    field = "boxes"
    message = f"Mark the numbers to mask with 1 to {KycHeldPicture.MAX_BOXES} boxes."


class StillReadable(Refusal):
    """A full number is still readable outside the boxes."""

    code = "still_readable"
    status = 422
    field = "boxes"
    message = "A full number is still visible. Mask its first 8 digits too."


class BeingRead(Refusal):
    """What was proposed before is still being read."""

    code = "being_read"
    message = "A result of this photo is being read. Wait a few seconds until you see it."


class PictureNotRead(Refusal):
    """OCR failed, so it is unknown whether a number is still readable."""

    code = "picture_not_read"
    message = (
        "The photo could not be checked just now, so nothing was saved. Try again in a minute, "
        "or ask for a new photo."
    )


def mask_by_hand(
    *, held: KycHeldPicture, boxes: Sequence[Sequence[float]], by: User, at: datetime
) -> KycHeldPicture:
    """Propose to mask boxes (left, top, width, height as fractions). A worker reads the result."""
    return _propose(held, End.MASKED, _validate_boxes(boxes), by=by, at=at)


def accept_unmasked(*, held: KycHeldPicture, by: User, at: datetime) -> KycHeldPicture:
    """Propose to keep the photo as it is but for its codes, because there is no number on it.

    Always for a second person to confirm; refused when OCR finds a number.
    """
    return _propose(held, End.NO_NUMBER, [], by=by, at=at)


def _validate_boxes(boxes: Sequence[Sequence[float]]) -> list[list[float]]:
    if not 1 <= len(boxes) <= KycHeldPicture.MAX_BOXES:
        raise NothingMarked
    for box in boxes:
        if len(box) != 4 or not all(0 <= part <= 1 for part in box) or min(box[2:]) <= 0:
            raise NothingMarked
    return [list(map(float, box)) for box in boxes]


@transaction.atomic
def _propose(
    held: KycHeldPicture, end: str, boxes: list[list[float]], *, by: User, at: datetime
) -> KycHeldPicture:
    row = held_pictures.locked_picture(held)
    require_access(row.document.case, by)
    if row.state == State.SECOND_LOOK:
        raise held_pictures.SecondLookPending
    if row.state == State.READING:
        raise BeingRead
    if end == End.NO_NUMBER and row.shows_number:
        raise StillReadable
    if row.state == State.RESULT:
        held_pictures.drop_result(row, by=by, at=at, why="Masked again.")
    transition(
        row,
        to=State.READING,
        by=by,
        at=at,
        why=End(end).label,
        result_end=end,
        result_by=by,
        boxes=boxes,
        proposed_at=at,
        tries=0,
        next_try_at=at,
        refusal_code="",
        refusal_message="",
    )
    enqueue_on_commit(TASK)
    return row


def read_next(*, clock: Callable[[], datetime]) -> KycHeldPicture | None:
    """Read the result that has been due longest. None if none is due, or all readers are busy.

    The clock is asked again when the result has been read, which takes seconds. While the file
    store does not answer the result stays due.
    """
    row = take_next(now=clock())
    if row is None:
        return None
    try:
        _record(row, _read_leased(row, clock), at=clock())
    except StoreUnavailable:
        at = clock()
        held = KycHeldPicture.objects.held_by(row)
        held.update(next_try_at=at + RETRY_AFTER, tries=0, updated_at=at)
    reading_queues.call_next(clock())
    return row


def _read_leased(row: KycHeldPicture, clock: Callable[[], datetime]) -> card_reader.ReadCard | None:
    if row.tries > KycHeldPicture.MOST_TRIES:
        log.error("held_picture.poison", extra={"held": str(row.pk), "tries": row.tries})
        return None
    release_connection()
    with leases.renewing(KycHeldPicture.objects.held_by(row), lease=LEASE, clock=clock):
        return _read(row)


@transaction.atomic
def take_next(*, now: datetime) -> KycHeldPicture | None:
    """Lease the photo whose result has been due longest, if it is its turn."""
    if not reading_queues.is_free(TASK, now=now):
        return None
    rows = KycHeldPicture.objects.due(now).with_agent().order_by("next_try_at", "pk")
    row = rows.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    row.tries, row.next_try_at = row.tries + 1, now + LEASE
    row.save(update_fields=["tries", "next_try_at", "updated_at"])
    return row


def _read(row: KycHeldPicture) -> card_reader.ReadCard | None:
    """Cover the boxes and read the result. Asks the database nothing."""
    document = row.document
    try:
        picture = storage.read(row.file) if row.file else b""
    except (OSError, SealBroken):
        log.exception("held_picture.original_lost", extra={"held": str(row.pk)})
        return None
    return card_reader.redact_boxes(
        kind=document.kind, picture=picture, boxes=row.boxes, both_sides=document.both_sides
    )


@transaction.atomic
def _record(taken: KycHeldPicture, card: card_reader.ReadCard | None, *, at: datetime) -> None:
    """Record the outcome under the agent's lock, while this worker holds the photo."""
    locks.lock_agent_row(taken.document.case.agent)
    rows = KycHeldPicture.objects.held_by(taken).select_for_update(of=("self",)).with_agent()
    row = rows.first()
    if row is None:
        _free_reader(taken, at=at)
    elif card is None:
        _refuse(row, PictureNotRead(), at=at)
    elif not card.was_read and row.tries < READINGS:
        row.next_try_at = at
        row.save(update_fields=["next_try_at", "updated_at"])
    else:
        _end_reading(row, card, at=at)


def _end_reading(row: KycHeldPicture, card: card_reader.ReadCard, *, at: datetime) -> None:
    """Store the result, unless it cannot be used or its maker has no access any more."""
    try:
        if not card.was_read:
            raise PictureNotRead
        if not card.masked:
            raise StillReadable
        if row.result_by is not None:
            require_access(row.document.case, row.result_by)
    except Refusal as refusal:
        _refuse(row, refusal, at=at)
    else:
        _store_result(row, card, at=at)


def _refuse(row: KycHeldPicture, refusal: Refusal, *, at: datetime) -> None:
    """The photo is to be masked again; the boxes are kept, so that nobody draws them twice."""
    transition(
        row,
        to=State.HELD,
        by=None,
        at=at,
        why=str(refusal),
        result_end="",
        next_try_at=None,
        refusal_code=refusal.code,
        refusal_message=str(refusal)[:300],
    )


def _store_result(row: KycHeldPicture, card: card_reader.ReadCard, *, at: datetime) -> None:
    stored = storage.store_bytes(
        card.picture,
        name=f"{row.document.slug}.jpg",
        content_type="image/jpeg",
        purpose=held_pictures.RESULT_PURPOSE,
    )
    was_proved = row.result_end == End.MASKED and row.shows_number
    transition(
        row,
        to=State.RESULT,
        by=None,
        at=at,
        result=stored,
        next_try_at=None,
        needs_second_look=not was_proved,
    )
    row.result_extracted = card.extracted
    row.save(update_fields=["result_extracted"])


def _free_reader(taken: KycHeldPicture, *, at: datetime) -> None:
    """The photo was replaced meanwhile: this worker is not busy with it any more."""
    gone = KycHeldPicture.objects.filter(
        pk=taken.pk, tries=taken.tries, proposed_at=taken.proposed_at
    )
    gone.exclude(state=State.READING).update(next_try_at=None, updated_at=at)
