"""Reading uploaded documents in the background: take one in turn, read it, save the document.

A worker leases an upload and reads it without a transaction and without a database connection.
Then everything is checked again under the agent's lock; the result of a worker whose lease has
passed to another, or whose upload was withdrawn, is discarded.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Agent
from accounts.security import locks
from hitouch.core.crypto import SealBroken
from hitouch.core.db.connections import release_connection
from hitouch.core.errors import Refusal
from hitouch.core.files import antivirus, storage
from hitouch.core.files.stores.base import RETRY_AFTER, StoreUnavailable
from hitouch.core.jobs import leases, reading_queues
from onboarding.kyc import card_reader, quarantine, services, uploads
from onboarding.models import KycUpload

log = logging.getLogger(__name__)
State = KycUpload.State
#: A busy worker renews its lease; after one that died another worker may take the upload so soon.
LEASE = timedelta(seconds=20)
#: A card whose reader ran out of its limits is read again, as the machine may have been busy;
#: after so many readings a person masks it.
READINGS = 2
#: Waits before further attempts while the virus scanner gives no verdict.
SCAN_WAITS = [timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 300)]


class Unreadable(Refusal):
    """The file crashed its reader, or its original is damaged."""

    code = "file_not_read"
    field = "file"
    message = (
        "We could not read this file. Take a new photo of the card, or save the PDF again, and "
        "upload that."
    )


class NotScanned(Refusal):
    """The virus scanner gave no verdict in a long time."""

    code = "scan_unavailable"
    field = "file"
    message = "We could not check this file for viruses. Please upload it again later."


@dataclass(frozen=True)
class ReadingResult:
    """What reading led to: a card, a refusal or a lock; nothing if it could not be scanned.

    `is_store_down` leaves the upload as it is, to be read later.
    """

    card: card_reader.ReadCard | None = None
    refusal: Refusal | None = None
    needs_password: bool = False
    is_store_down: bool = False


def read_next(*, clock: Callable[[], datetime]) -> KycUpload | None:
    """Read the upload whose turn it is. None if none is due, or all readers are busy.

    The clock is asked again when the file has been read, which takes seconds.
    """
    upload = take_next(now=clock())
    if upload is None:
        return None
    if upload.tries > KycUpload.MOST_TRIES:
        log.error("upload.poison", extra={"upload": str(upload.pk), "tries": upload.tries})
        outcome = ReadingResult(refusal=Unreadable())
    else:
        release_connection()
        with leases.renewing(KycUpload.objects.held_by(upload), lease=LEASE, clock=clock):
            outcome = _read(upload)
    _finish(upload, outcome, at=clock())
    reading_queues.call_next(clock())
    return upload


@transaction.atomic
def take_next(*, now: datetime) -> KycUpload | None:
    """Lease the upload whose turn it is, unless enough readers are busy."""
    if not reading_queues.is_free(uploads.TASK, now=now):
        return None
    rows = KycUpload.objects.in_turn(now).select_related("file", "case__agent__user")
    upload = rows.select_for_update(of=("self",), skip_locked=True).first()
    if upload is None:
        return None
    upload.state, upload.tries, upload.taken_at = State.READING, upload.tries + 1, now
    upload.next_try_at = now + LEASE
    upload.save(update_fields=["state", "tries", "taken_at", "next_try_at", "updated_at"])
    return upload


def _read(upload: KycUpload) -> ReadingResult:
    """Decode and read the original. Asks the database nothing."""
    try:
        data = storage.read(upload.file) if upload.file else b""
        antivirus.refuse_infected(data)
        picture = storage.decode_picture(data, pages=card_reader.MAX_PAGES)
    except antivirus.ScanUnavailable:
        return ReadingResult()
    except StoreUnavailable:
        return ReadingResult(is_store_down=True)
    except storage.PasswordNeeded:
        return ReadingResult(needs_password=True)
    except (storage.InvalidFile, antivirus.Infected) as refusal:
        return ReadingResult(refusal=refusal)
    except (OSError, SealBroken):
        log.exception("upload.original_lost", extra={"upload": str(upload.pk)})
        return ReadingResult(refusal=Unreadable())
    return ReadingResult(
        card=card_reader.read_picture(
            kind=upload.kind, picture=picture, both_sides=upload.both_sides
        )
    )


def _finish(upload: KycUpload, outcome: ReadingResult, *, at: datetime) -> None:
    """Record the outcome; when the document cannot be saved, the refusal."""
    try:
        _record(upload, outcome, at=at)
    except StoreUnavailable:
        _record(upload, ReadingResult(is_store_down=True), at=at)
    except Refusal as refusal:
        _record(upload, ReadingResult(refusal=refusal), at=at)


@transaction.atomic
def _record(upload: KycUpload, outcome: ReadingResult, *, at: datetime) -> None:
    """Record the outcome under the agent's lock, while this worker has the lease."""
    agent = locks.lock_agent_row(upload.case.agent)
    rows = KycUpload.objects.held_by(upload).select_for_update(of=("self",))
    held = rows.select_related("file").first()
    if held is None:
        _free_reader(upload, at=at)
    elif outcome.card is not None and not outcome.card.was_read and held.tries < READINGS:
        held.state, held.next_try_at = State.WAITING, at
        held.save(update_fields=["state", "next_try_at", "updated_at"])
    elif outcome.card is not None:
        _save_document(held, outcome.card, agent=agent, at=at)
    elif outcome.needs_password:
        held.state, held.next_try_at, held.tries = State.NEEDS_PASSWORD, None, 0
        held.save(update_fields=["state", "next_try_at", "tries", "updated_at"])
    elif outcome.refusal is not None:
        quarantine.end_upload(held, to=State.REFUSED, at=at, refusal=outcome.refusal)
    elif outcome.is_store_down:
        held.state, held.next_try_at, held.tries = State.WAITING, at + RETRY_AFTER, 0
        held.save(update_fields=["state", "next_try_at", "tries", "updated_at"])
    else:
        _scan_later(held, at=at)


def _scan_later(held: KycUpload, *, at: datetime) -> None:
    """Try again later, as the scanner gave no verdict; after some attempts the file is refused."""
    held.scans += 1
    again = leases.next_attempt(held.scans, waits=SCAN_WAITS, now=at)
    if again is None:
        quarantine.end_upload(held, to=State.REFUSED, at=at, refusal=NotScanned())
        return
    held.state, held.next_try_at, held.tries = State.WAITING, again, 0
    held.save()


def _save_document(
    upload: KycUpload, card: card_reader.ReadCard, *, agent: Agent, at: datetime
) -> None:
    held, case = services.lock_open_case(agent, *upload.kinds)
    upload.case = case
    known = services.parse_number(
        case, held, upload.kind, number=upload.number, last_four=upload.last_four
    )
    quarantine.end_upload(upload, to=State.READ, at=at)
    services.store_photo(upload, card, known, by=held.user, at=at)


def _free_reader(upload: KycUpload, *, at: datetime) -> None:
    """The upload was withdrawn meanwhile: this worker is not busy with it any more."""
    gone = KycUpload.objects.filter(pk=upload.pk, tries=upload.tries, state=State.WITHDRAWN)
    gone.update(next_try_at=None, updated_at=at)
