"""Files of submitted work: their pages are searched for Aadhaar numbers in the background.

Until then nobody can open them. A page with a full number is replaced by a picture with the number
covered, and the original is destroyed. A worker reads one page at a time, and shares the turns of
the readers of identity documents. A page that cannot be read is given up after some attempts: the
agent is told, and staff can have it tried again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from gigs import notifications
from gigs.models import Deliverable, Work
from hitouch.core.crypto import SealBroken
from hitouch.core.db.connections import release_connection
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.files.stores.base import RETRY_AFTER, StoreUnavailable
from hitouch.core.jobs import leases, reading_queues
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.models import StoredFile
from onboarding import files

log = logging.getLogger(__name__)


TASK = "gigs.tasks.check_next_deliverable"


#: A busy worker renews its lease; after one that died another may take the file so soon.
LEASE = timedelta(seconds=30)


#: Waits before further attempts at one page.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30)]


class NotFailed(Refusal):
    """The file was checked, or is still being checked."""

    code = "file_not_failed"
    message = "This file has been checked already, or is being checked."


def add_file(work: Work, stored: StoredFile, *, at: datetime) -> Deliverable:
    """Add a stored file to a submission; pictures are to be read first."""
    has_pictures = not stored.content_type.startswith("text/")
    row = work.deliverables.create(
        round=work.round, file=stored, next_try_at=at if has_pictures else None
    )
    if has_pictures:
        enqueue_on_commit(TASK)
    return row


def mark_reviewable(work: Work, *, at: datetime) -> None:
    """Record that the client can open everything of a locked work, if so."""
    unchecked = work.deliverables.filter(round=work.round).unchecked()
    if work.reviewable_at is None and not unchecked.exists():
        work.reviewable_at = at
        work.save(update_fields=["reviewable_at", "updated_at"])


def check_next(*, clock: Callable[[], datetime]) -> Deliverable | None:
    """Cover Aadhaar numbers on one page of the file that has been due longest. Idempotent.

    None if no file is due, or all readers are busy.
    """
    row = _take_next(now=clock())
    if row is None:
        return None
    held = Deliverable.objects.held_by(row).filter(pages_checked=row.pages_checked)
    release_connection()
    try:
        if row.tries > len(WAITS) + 1:
            raise files.PicturesNotRead  # its readers were killed
        with leases.renewing(held, lease=LEASE, clock=clock):
            data = storage.read(row.file) if row.file else b""
            page = files.cover_full_aadhaar_on(data, page=row.pages_checked)
        _finish_page(row, page, at=clock())
    except (files.PicturesNotRead, OSError, SealBroken):
        log.exception("deliverable.not_read", extra={"deliverable": str(row.pk)})
        _try_later(row, at=clock())
    except StoreUnavailable:  # not a try of this page
        at = clock()
        held.update(next_try_at=at + RETRY_AFTER, tries=0, taken_at=None, updated_at=at)
    reading_queues.call_next(clock())
    return row


@transaction.atomic
def _take_next(*, now: datetime) -> Deliverable | None:
    """Lease the file that has been due longest, if it is its turn."""
    if not reading_queues.is_free(TASK, now=now):
        return None
    rows = Deliverable.objects.due(now).select_related("file").order_by("next_try_at", "pk")
    row = rows.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    row.tries, row.taken_at, row.next_try_at = row.tries + 1, now, now + LEASE
    row.save(update_fields=["tries", "taken_at", "next_try_at", "updated_at"])
    return row


def _lock(row: Deliverable) -> Deliverable | None:
    """Lock the work and its file; None when this worker does not hold the file any more."""
    Work.objects.select_for_update(no_key=True).get(pk=row.work_id)
    held = Deliverable.objects.held_by(row).filter(pages_checked=row.pages_checked)
    return held.select_for_update(of=("self",)).select_related("work__gig__agent__user").first()


@transaction.atomic
def _try_later(row: Deliverable, *, at: datetime) -> None:
    """Try the page again later, or give the file up."""
    held = _lock(row)
    if held is None:
        return
    held.taken_at = None
    held.next_try_at = leases.next_attempt(row.tries, waits=WAITS, now=at)
    if held.next_try_at is None:
        held.failed_at = at
        log.error("deliverable.failed", extra={"deliverable": str(row.pk)})
        notifications.file_not_checked(deliverable=held, at=at)
    held.save(update_fields=["taken_at", "next_try_at", "failed_at", "updated_at"])


@transaction.atomic
def _finish_page(row: Deliverable, page: files.CheckedPage, *, at: datetime) -> None:
    """Store the result, while this worker holds the file; the next page is due, if any."""
    held = _lock(row)
    if held is None:
        return
    original = row.file
    if page.covered is not None and original is not None:
        held.file = storage.store_bytes(
            page.covered,
            name=original.name,
            content_type=original.content_type,
            purpose=original.purpose,
        )
        storage.destroy_on_commit(original)
    held.pages_checked, held.tries, held.taken_at = held.pages_checked + 1, 0, None
    held.next_try_at = at if held.pages_checked < page.pages else None
    held.save()
    mark_reviewable(held.work, at=at)


@transaction.atomic
def check_again(*, deliverable: Deliverable, by: User, at: datetime) -> Deliverable:
    """Let a file that was given up be tried again. For staff."""
    row = Deliverable.objects.select_for_update().get(pk=deliverable.pk)
    if row.failed_at is None:
        raise NotFailed
    row.failed_at, row.next_try_at, row.tries = None, at, 0
    row.save(update_fields=["failed_at", "next_try_at", "tries", "updated_at"])
    audit.record_event(by=by, action="deliverable.checked_again", on=row, at=at)
    enqueue_on_commit(TASK)
    return row
