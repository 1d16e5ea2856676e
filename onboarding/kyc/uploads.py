"""Taking in photos and PDFs of identity documents.

A request only checks what is cheap (size, type of the content, what was entered), encrypts the
file into quarantine and answers. `reading.py` reads it in the background. The agent is the only
actor of these services.
"""

import threading
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.views.decorators.debug import sensitive_variables

from accounts.models import Agent
from accounts.security import locks
from hitouch.core.db.connections import release_connection
from hitouch.core.errors import Refusal
from hitouch.core.files import content_type, storage
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.models import StoredFile
from onboarding import identifiers
from onboarding.kyc import quarantine, services
from onboarding.models import KycDocument, KycUpload
from onboarding.steps import gates

Kind = KycDocument.Kind
State = KycUpload.State
#: Uploads of one agent in 24 hours.
MOST_A_DAY = 300
#: Seconds after which a client may try again when too many uploads are waiting.
BUSY_SECONDS = 60
TASK = "onboarding.tasks.read_next_upload"
#: Uploads that a process takes in at the same time. Many at once would take processor time and
#: database connections from other people's pages; one takes some milliseconds.
_intake = threading.BoundedSemaphore(2)
#: Letters of the name in the password of an e-Aadhaar.
NAME_LETTERS = 4


class WrongKindOfFile(storage.InvalidFile):
    """Neither a picture nor a PDF, by its content."""

    message = "You cannot upload this type of file. Use a photo (JPEG, PNG, WebP, HEIC) or a PDF."


class TooManyUploads(Refusal):
    """The agent has uploaded too often today."""

    code = "too_many_uploads"
    status = 429
    retry_after = 3600
    message = "You've uploaded very many files today. Try again in an hour."


class ReadersBusy(Refusal):
    """Too many uploads of all agents are waiting."""

    code = "readers_busy"
    status = 503
    retry_after = BUSY_SECONDS
    message = "We are receiving very many documents right now. Please upload again in a minute."


#: Refusals that say when to try again.
TRY_LATER = (TooManyUploads, ReadersBusy, StoreUnavailable)


class NotLocked(Refusal):
    """The upload does not wait for a password."""

    code = "file_not_locked"
    message = "This file needs no password any more."


class PasswordMissing(Refusal):
    """Neither a password nor the consent to try the usual one."""

    code = "password_needed"
    status = 422
    field = "password"
    message = "Enter the password of the PDF, or let us try the one made from your profile."


class TooManyPasswords(Refusal):
    """Too many wrong passwords: the file was deleted."""

    code = "too_many_passwords"
    message = "That was the wrong password too many times, so we deleted the file. Upload it again."


class UploadOver(Refusal):
    """The upload has been read, refused or withdrawn."""

    code = "upload_over"
    message = "This file has been processed already."


def accept_upload(
    *,
    agent: Agent,
    kind: str,
    upload: storage.Upload,
    at: datetime,
    number: str = "",
    last_four: str = "",
    both_sides: bool = False,
) -> KycUpload:
    """Put a file into quarantine, to be read; an unread one of the same kind is withdrawn."""
    identifiers.refuse_full_aadhaar({"number": number, "last_four": last_four})
    whole = both_sides and kind == Kind.AADHAAR_FRONT
    row = KycUpload(kind=kind, both_sides=whole)
    _refuse_too_many(agent, row, at)
    data = _cheaply_checked(upload)
    release_connection()
    with _intake:
        row.file = original = quarantine.store_original(data)
        try:
            return _queue_upload(row, agent=agent, number=number, last_four=last_four, at=at)
        except BaseException:
            storage.destroy_or_leave(original)
            raise


def _cheaply_checked(upload: storage.Upload) -> bytes:
    """The bytes of an upload, checked for size and type only; nothing is decoded."""
    data = storage.sized_content(upload)
    if content_type.detect_kind(data) not in ("image", "pdf"):
        raise WrongKindOfFile
    return data


@transaction.atomic
def _queue_upload(
    upload: KycUpload, *, agent: Agent, number: str, last_four: str, at: datetime
) -> KycUpload:
    held, case = services.lock_open_case(agent, *upload.kinds)
    quarantine.withdraw_uploads(case, upload.kinds, at=at)
    known = services.parse_number(case, held, upload.kind, number=number, last_four=last_four)
    _refuse_too_many(agent, upload, at)
    upload.case, upload.next_try_at = case, at
    upload.last_four, upload.number = known.last_four, known.number
    upload.save(force_insert=True)
    enqueue_on_commit(TASK)
    return upload


def _refuse_too_many(agent: Agent, upload: KycUpload, at: datetime) -> None:
    """Asked before the file is stored too. Uploads that this one replaces need no more room."""
    own = Q(case__agent=agent)
    today = KycUpload.objects.filter(own, created_at__gt=at - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        raise TooManyUploads
    waiting = KycUpload.objects.unfinished().exclude(own, kind__in=upload.kinds)
    if waiting.count() >= settings.HITOUCH_UPLOADS_WAITING:
        raise ReadersBusy


@sensitive_variables("password", "tried")
def unlock_upload(
    *,
    upload: KycUpload,
    at: datetime,
    password: str = "",
    from_profile: bool = False,
) -> KycUpload:
    """Open a locked PDF with the password, and store it without one, to be read.

    `from_profile` is the agent's consent to try the password that UIDAI makes from name and year
    of birth. No password is stored or logged.
    """
    agent = upload.case.agent
    gates.require(agent, step="kyc")
    tried = [password] if password else []
    if from_profile:
        tried += e_aadhaar_passwords(agent.given_name, agent.family_name, agent.birth_date)
    if not tried:
        raise PasswordMissing
    locked = _count_password(upload.pk, agent, at=at)
    opened = _open_with_any(storage.read(locked), tried)
    if opened is None:
        raise storage.WrongPdfPassword
    return _replace_original(upload.pk, agent, opened, at=at)


def _count_password(pk: UUID, agent: Agent, *, at: datetime) -> StoredFile:
    """Count one attempt, and return the locked original. After too many the file is deleted."""
    with transaction.atomic():
        held = _locked_upload(pk, agent)
        if held.passwords_tried < KycUpload.MOST_PASSWORDS and held.file is not None:
            held.passwords_tried += 1
            held.save(update_fields=["passwords_tried", "updated_at"])
            return held.file
        quarantine.end_upload(held, to=State.REFUSED, at=at, refusal=TooManyPasswords())
    raise TooManyPasswords


def _locked_upload(pk: UUID, agent: Agent) -> KycUpload:
    """Lock the agent and the upload, which must wait for a password. Raises `NotLocked`."""
    locks.lock_agent_row(agent)
    rows = KycUpload.objects.select_for_update(of=("self",)).select_related("file")
    held = rows.filter(pk=pk, state=State.NEEDS_PASSWORD).first()
    if held is None:
        raise NotLocked
    return held


@sensitive_variables("password", "passwords")
def _open_with_any(data: bytes, passwords: Iterable[str]) -> bytes | None:
    for password in passwords:
        try:
            return storage.unlock_pdf(data, password=password)
        except storage.WrongPdfPassword:
            continue
    return None


def _replace_original(pk: UUID, agent: Agent, opened: bytes, *, at: datetime) -> KycUpload:
    stored = quarantine.store_original(opened)
    try:
        with transaction.atomic():
            held = _locked_upload(pk, agent)
            before = held.file
            held.file, held.state, held.next_try_at, held.tries = stored, State.WAITING, at, 0
            held.save()
            if before is not None:
                storage.destroy_on_commit(before)
            enqueue_on_commit(TASK)
    except BaseException:
        storage.destroy_or_leave(stored)
        raise
    return held


def e_aadhaar_passwords(given_name: str, family_name: str, born: date | None) -> list[str]:
    """The passwords with which UIDAI locks this person's e-Aadhaar, the likeliest first.

    Four letters of the name and the birth year. UIDAI takes the first four characters of the whole
    name without blanks, dots included; a shorter name is taken whole. The name on the card may
    begin with the given or with the family name.
    """
    if born is None:
        return []
    given, family = given_name.split(), family_name.split()
    names = ["".join(order) for order in (given + family, family + given)]
    names += [name.replace(".", "") for name in names]
    starts = dict.fromkeys(name[:NAME_LETTERS].upper() for name in names if name)
    return [f"{start}{born.year}" for start in starts]


@transaction.atomic
def withdraw_upload(*, upload: KycUpload, at: datetime) -> None:
    """Remove an unread file. The document that it would have replaced stays."""
    locks.lock_agent_row(upload.case.agent)
    rows = KycUpload.objects.unread().select_for_update(of=("self",)).select_related("file")
    held = rows.filter(pk=upload.pk).first()
    if held is None:
        raise UploadOver
    quarantine.end_upload(held, to=State.WITHDRAWN, at=at)
