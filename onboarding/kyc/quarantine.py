"""Originals of uploaded documents: encrypted until a task has read them, then destroyed.

What happens to an upload decides only how long its original stays; `uploads.py` takes it in and
`reading.py` reads it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from hitouch.core import sweeps
from hitouch.core.data_protection import orphans
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding.models import KycCase, KycUpload

PURPOSE = "unread-identity-document"
#: A file is written before the row of its upload; one without a row after this time is an orphan.
ORPHAN_AFTER = timedelta(minutes=10)
State = KycUpload.State


class PasswordTooLate(Refusal):
    """A locked file waited for its password for too long and was deleted."""

    code = "password_not_given"
    message = "We deleted this locked file because its password was not entered within a day."


class ReadTooLate(Refusal):
    """No worker read the file within a day, and it was deleted."""

    code = "read_too_late"
    field = "file"
    message = (
        "We could not read this file within a day, so we deleted it. We are sorry. Please upload "
        "it again."
    )


def store_original(data: bytes) -> StoredFile:
    """Encrypt and store an original. Called outside of a transaction."""
    return storage.store_bytes(
        data, name="upload", content_type="application/octet-stream", purpose=PURPOSE
    )


def end_upload(
    upload: KycUpload, *, to: str, at: datetime, refusal: Refusal | None = None
) -> KycUpload:
    """End a locked upload. Its original is destroyed after the commit, and the PAN is removed.

    The PAN of a refused upload stays, so that the agent need not type it again.
    """
    original = upload.file
    if not (to == State.WITHDRAWN and upload.state == State.READING):
        upload.next_try_at = None  # otherwise a worker is still busy with it
    upload.state, upload.file, upload.ended_at = State(to), None, at
    if refusal is None:
        upload.number = ""
    else:
        upload.code, upload.message = refusal.code, str(refusal)[:300]
        upload.field = refusal.field
    upload.save()
    if original is not None:
        storage.destroy_on_commit(original)
    return upload


def withdraw_uploads(case: KycCase, kinds: Collection[str], *, at: datetime) -> None:
    """Withdraw the unread uploads of these kinds, because newer documents replace them."""
    rows = case.uploads.unread().filter(kind__in=kinds).select_related("file")
    for upload in rows.select_for_update(of=("self",)).order_by("pk"):
        end_upload(upload, to=State.WITHDRAWN, at=at)


def destroy_unneeded(*, at: datetime) -> int:
    """Destroy originals that waited too long for a password or reader, or have no upload."""
    ended = sum(sweeps.run(sweep, now=at).done for sweep in (LOCKED_TOO_LONG, UNREAD_TOO_LONG))
    return ended + orphans.destroy_orphans(ORIGINALS_LEFT, at=at)


def _locked_too_long(now: datetime) -> QuerySet[KycUpload]:
    since = now - KycUpload.PASSWORD_WAIT
    return KycUpload.objects.filter(state=State.NEEDS_PASSWORD, updated_at__lte=since)


def _unread_too_long(now: datetime) -> QuerySet[KycUpload]:
    return KycUpload.objects.unfinished().filter(created_at__lte=now - KycUpload.READ_WAIT)


def _refuse(late: QuerySet[KycUpload], upload: KycUpload, refusal: Refusal, at: datetime) -> None:
    """End the upload, unless it was read or withdrawn before it could be locked."""
    locked = late.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if locked is not None:
        end_upload(locked, to=State.REFUSED, at=at, refusal=refusal)


LOCKED_TOO_LONG = sweeps.Sweep(
    name="onboarding.uploads_locked_too_long",
    due=_locked_too_long,
    act=lambda upload, now: _refuse(_locked_too_long(now), upload, PasswordTooLate(), now),
    order=("updated_at", "pk"),
)
UNREAD_TOO_LONG = sweeps.Sweep(
    name="onboarding.uploads_unread_too_long",
    due=_unread_too_long,
    act=lambda upload, now: _refuse(_unread_too_long(now), upload, ReadTooLate(), now),
    order=("created_at", "pk"),
)


def _without_upload(now: datetime) -> QuerySet[StoredFile]:
    """Originals without an upload: left by a crash between two steps."""
    uploads = KycUpload.objects.filter(file=OuterRef("pk"))
    old = StoredFile.objects.filter(purpose=PURPOSE, created_at__lte=now - ORPHAN_AFTER)
    return old.filter(~Exists(uploads))


ORIGINALS_LEFT = orphans.orphan_sweep("onboarding.originals_left", _without_upload)
