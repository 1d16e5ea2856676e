"""Rescue files: answers that an agent could not send in time. Staff decide whether they count."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.files import storage
from proctoring import signals
from proctoring.delivery import entries, refusals, sealed_files
from proctoring.delivery.entries import EntryFacts
from proctoring.delivery.journal import check_value
from proctoring.delivery.locks import lock_sitting
from proctoring.delivery.queries import Head, head_of
from proctoring.models import AnswerEntry, RescueFile, Sitting, SittingQuestion

#: A file can be uploaded for so long after the end.
UPLOAD_PERIOD = timedelta(days=7)
MAX_FILES = 5


class RescueTooLate(Refusal):
    """The time for rescue files is over, or has not begun."""

    code = "rescue_too_late"
    message = "A file of saved answers can be uploaded in the seven days after the assessment."


class TooManyRescueFiles(Refusal):
    """The sitting has enough files."""

    code = "too_many_rescue_files"
    message = "You have uploaded enough files for this assessment. Contact support from Help."
    status = 429


class RescueNotPossible(Refusal):
    """The result was cancelled."""

    code = "result_cancelled"
    message = "The result of this assessment was cancelled. Its answers do not change any more."


@dataclass
class _Found:
    """One entry of a file: what it says, and why it cannot count, if so."""

    device: uuid.UUID
    facts: EntryFacts | None
    verdict: str = "new"
    question: SittingQuestion | None = None
    written_at: datetime | None = None


@transaction.atomic
def receive_rescue(*, sitting: Sitting, upload: storage.Upload, at: datetime) -> RescueFile:
    """Keep an agent's rescue file for staff. The same file is kept once."""
    locked = lock_sitting(sitting)
    if locked.ended_at is None or not locked.ended_at <= at <= locked.ended_at + UPLOAD_PERIOD:
        raise RescueTooLate
    data = storage.sized_content(upload)
    digest = hashlib.sha256(data).hexdigest()
    known = locked.rescue_files.filter(digest=digest).first()
    if known is not None:
        return known
    if locked.rescue_files.count() >= MAX_FILES:
        raise TooManyRescueFiles
    counts = Counter(found.verdict for found in _entries_in(data, locked, at))
    return RescueFile.objects.create(
        sitting=locked,
        file=storage.store_bytes(
            data,
            name="answers.json",
            content_type="application/json",
            purpose="proctoring.rescue_file",
        ),
        digest=digest,
        uploaded_at=at,
        counts=dict(counts),
    )


@transaction.atomic
def admit_rescue(*, rescue: RescueFile, reason: str, by: User, at: datetime) -> RescueFile:
    """Let the answers of a file count that were written in time. They are marked late."""
    locked = lock_sitting(rescue.sitting)
    row = _decide(rescue, RescueFile.State.ADMITTED, reason=reason, by=by, at=at)
    if locked.state == Sitting.State.VOIDED:
        raise RescueNotPossible
    if row.file is None:
        raise sealed_files.RescueUnreadable
    found = list(_entries_in(b"".join(storage.open_file(row.file).read()), locked, at))
    admitted = [each for each in found if each.verdict == "new"]
    AnswerEntry.objects.bulk_create(_chained(locked, row, admitted, at))
    row.counts = dict(Counter(each.verdict for each in found))
    row.save(update_fields=["counts", "updated_at"])
    if admitted:
        signals.answers_admitted.send(sender=Sitting, sitting=locked)
    return row


@transaction.atomic
def refuse_rescue(*, rescue: RescueFile, reason: str, by: User, at: datetime) -> RescueFile:
    """Refuse a file. Nothing of it counts."""
    return _decide(rescue, RescueFile.State.REFUSED, reason=reason, by=by, at=at)


def _decide(rescue: RescueFile, state: str, *, reason: str, by: User, at: datetime) -> RescueFile:
    if not reason.strip():
        raise ReasonRequired("Enter a reason.", code="reason_required", field="reason")
    rows = RescueFile.objects.select_for_update(of=("self",)).select_related("file", "sitting")
    row = rows.get(pk=rescue.pk)
    if row.state != RescueFile.State.WAITING:
        raise InvalidTransition
    row.state, row.reason, row.decided_by, row.decided_at = state, reason.strip()[:300], by, at
    row.save(update_fields=["state", "reason", "decided_by", "decided_at", "updated_at"])
    audit.record_event(by=by, action=f"rescue.{state.lower()}", on=row, at=at)
    return row


def _entries_in(data: bytes, sitting: Sitting, at: datetime) -> Iterator[_Found]:
    """The entries of a file: known, new, or why they cannot count.

    A chain has to go on from what the server holds of its device.
    """
    rows = sitting.drawn.select_related("version__item", "part")
    questions = {str(row.pk): row for row in rows}
    for device, raw_entries in sealed_files.open_sealed(data, sitting=sitting.pk):
        held = {
            row.sequence: row for row in sitting.entries.filter(device=device).order_by("sequence")
        }
        last = head_of(sitting, device)
        head = Head()
        for raw in raw_entries:
            found = _read(device, raw, sitting)
            if found.facts is None:
                yield found
                continue
            stored = held.get(found.facts.sequence)
            if stored is not None and stored.hash == found.facts.hash and stored.counted:
                found.verdict, found.written_at = "known", stored.written_at
            elif stored is not None and stored.hash == found.facts.hash:
                found.verdict = _verdict(found, questions, head, at)
            elif stored is not None or not _follows(found.facts, head if head.sequence else last):
                found.verdict = "chain_broken"
            else:
                head = head if head.sequence else last
                found.verdict = _verdict(found, questions, head, at)
            if found.verdict != "chain_broken":
                head = Head(found.facts.sequence, found.facts.hash, found.written_at)
            yield found


def _read(device: uuid.UUID, raw: object, sitting: Sitting) -> _Found:
    try:
        facts = entries.read_entry(raw)
    except refusals.EntryUnreadable as refusal:
        return _Found(device, None, refusal.code)
    if entries.entry_hash(facts, sitting=sitting.pk, device=device) != facts.hash:
        return _Found(device, None, refusals.HashWrong.code)
    return _Found(device, facts)


def _follows(facts: EntryFacts, head: Head) -> bool:
    return facts.sequence == head.next_sequence and facts.previous_hash == head.hash


def _verdict(found: _Found, questions: dict[str, SittingQuestion], head: Head, at: datetime) -> str:
    """`new` if the entry may count."""
    facts = found.facts
    if facts is None:
        return found.verdict
    question = found.question = questions.get(facts.question)
    if question is None:
        return refusals.UnknownQuestion.code
    part = question.part
    if part.opened_at is None or part.ends_at is None:
        return refusals.SectionNotOpened.code
    earliest = max(part.opened_at, head.written_at or part.opened_at)
    found.written_at = max(min(facts.stated_at, at), earliest)
    # The agent may have closed the section, or handed in, before its time was over.
    if found.written_at >= min(part.closed_at or part.ends_at, part.ends_at):
        return refusals.SectionClosed.code
    try:
        entries.check_text(facts.value)
        if facts.kind in (AnswerEntry.Kind.ANSWER, AnswerEntry.Kind.CHOOSE):
            check_value(question, facts.value)
    except Refusal as refusal:
        return refusal.code
    return "new"


def _chained(
    sitting: Sitting, rescue: RescueFile, found: list[_Found], at: datetime
) -> Iterator[AnswerEntry]:
    """The admitted entries as the chain of a device of their own: the file's.

    The chains of the devices stay as the server had them when the sitting ended.
    """
    head = head_of(sitting, rescue.pk)
    for each in found:
        if each.facts is None or each.question is None or each.written_at is None:
            continue
        facts = replace(each.facts, sequence=head.next_sequence, previous_hash=head.hash)
        digest = entries.entry_hash(facts, sitting=sitting.pk, device=rescue.pk)
        head = Head(facts.sequence, digest)
        yield AnswerEntry(
            sitting=sitting,
            question=each.question,
            device=rescue.pk,
            sequence=facts.sequence,
            previous_hash=facts.previous_hash,
            hash=digest,
            kind=facts.kind,
            value=facts.value,
            seen=uuid.UUID(facts.seen) if facts.seen else None,
            stated_at=facts.stated_at,
            written_at=each.written_at,
            received_at=at,
            origin=AnswerEntry.Origin.RESCUE,
            late=True,
        )
