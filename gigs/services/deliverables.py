"""Files of submitted work: their pictures are searched for Aadhaar numbers in the background.

Until then nobody can open them. A picture or page with a full number is stored again with the
number covered, and the original is destroyed.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from gigs.models import Deliverable, Work
from hitouch.core.crypto import SealBroken
from hitouch.core.db.connections import release_connection
from hitouch.core.files import storage
from hitouch.core.jobs import leases
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.models import StoredFile
from onboarding import files

log = logging.getLogger(__name__)
TASK = "gigs.tasks.check_deliverable"
#: A busy worker renews its lease; after one that died another may take the file so soon.
LEASE = timedelta(seconds=30)
#: Waits before further attempts; the last one repeats, because an unread file is never shown.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 240)]


def add_file(work: Work, stored: StoredFile, *, at: datetime) -> Deliverable:
    """Add a stored file to a submission; pictures are to be read first."""
    has_pictures = not stored.content_type.startswith("text/")
    row = work.deliverables.create(
        round=work.round, file=stored, next_try_at=at if has_pictures else None
    )
    if has_pictures:
        enqueue_on_commit(TASK, deliverable_id=str(row.pk))
    return row


def check_pictures(*, deliverable_id: str, clock: Callable[[], datetime]) -> None:
    """Cover Aadhaar numbers on the pictures of a file, which can be shown then. Idempotent."""
    if not Deliverable.objects.take(deliverable_id, now=clock(), lease=LEASE):
        return
    row = Deliverable.objects.select_related("file").get(pk=deliverable_id)
    held = Deliverable.objects.held_by(row)
    release_connection()
    try:
        with leases.renewing(held, lease=LEASE, clock=clock):
            covered = files.cover_full_aadhaar_in(storage.read(row.file)) if row.file else None
    except (files.PicturesNotRead, OSError, SealBroken):
        log.exception("deliverable.not_read", extra={"deliverable": deliverable_id})
        now = clock()
        again = now + leases.wait_after(row.tries, waits=WAITS)
        held.update(next_try_at=again, updated_at=now)
        return
    _finish(row, covered)


@transaction.atomic
def _finish(row: Deliverable, covered: bytes | None) -> None:
    """Store the result, while this worker holds the file."""
    held = Deliverable.objects.held_by(row).select_for_update().first()
    if held is None:
        return
    original = row.file
    if covered is not None and original is not None:
        held.file = storage.store_bytes(
            covered,
            name=original.name,
            content_type=original.content_type,
            purpose=original.purpose,
        )
    held.next_try_at = None
    held.save(update_fields=["file", "next_try_at", "updated_at"])
    if covered is not None and original is not None:
        transaction.on_commit(lambda: storage.destroy(original))
