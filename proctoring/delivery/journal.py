"""The journal of answers: append-only, one chain of entries per device of a sitting.

Every entry that arrives in its place in the chain stays, with what became of it. Sending entries
again changes nothing, so a device repeats what it has no receipt for.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from hitouch.core.errors import Refusal
from proctoring import conf
from proctoring.delivery import entries, queries, refusals
from proctoring.delivery.entries import EntryFacts
from proctoring.delivery.queries import Head, HeldAnswer
from proctoring.delivery.saving import SavingState, lock_for_saving
from proctoring.models import AnswerEntry, ItemKind, Sitting, SittingQuestion, SittingSection

REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        refusals.AnswerIsSpoken,
        refusals.AnswerTooLong,
        refusals.AnswerUnreadable,
        refusals.NotAnOption,
        refusals.SectionClosed,
        refusals.SectionNotOpened,
        refusals.UnknownQuestion,
    )
}
MAX_GAP_CHARS = 300
_JUDGED_BY = (
    "sitting", "part__opened_at", "part__ends_at", "part__closed_at", "version__options",
    "version__item__kind",
)  # fmt: skip
_CHOICES = (ItemKind.READING_MCQ, ItemKind.AUDIO_MCQ)


@dataclass(frozen=True)
class Receipt:
    """What became of one entry. `entry` is its id if it is stored, also when it does not count."""

    sequence: int | None
    status: str
    entry: uuid.UUID | None = None
    code: str = ""
    message: str = ""


@dataclass
class Batch:
    """What became of a batch, and what is held now."""

    sitting: Sitting
    receipts: list[Receipt]
    head: Head
    held: dict[uuid.UUID, HeldAnswer] = field(default_factory=dict)
    #: When the open section ends; None if none is open.
    ends_at: datetime | None = None


@transaction.atomic
def append_entries(
    *, sitting: Sitting, device: uuid.UUID, raw_entries: Sequence[object], at: datetime
) -> Batch:
    """Append entries of a page's journal. Each gets a receipt; one that is refused stops none."""
    if len(raw_entries) > entries.MAX_BATCH:
        raise refusals.BatchTooLong
    state = lock_for_saving(sitting, device, at)
    facts: list[EntryFacts] = []
    unread: list[Receipt] = []
    for raw in raw_entries:
        try:
            facts.append(entries.read_entry(raw))
        except refusals.EntryUnreadable as refusal:
            number = raw.get("sequence") if isinstance(raw, Mapping) else None
            is_number = isinstance(number, int) and not isinstance(number, bool)
            unread.append(_refused(number if is_number else None, refusal))
    facts.sort(key=lambda each: each.sequence)
    journal = _Journal(state, device, AnswerEntry.Origin.JOURNAL, at)
    batch = journal.append(facts)
    batch.ends_at = state.ends_at
    batch.receipts += unread
    queries.add_others(batch.held)
    return batch


@transaction.atomic
def save_answer(
    *,
    sitting: Sitting,
    question: SittingQuestion,
    value: str,
    at: datetime,
    seen: uuid.UUID | None = None,
    origin: str = AnswerEntry.Origin.PROGRAM,
) -> AnswerEntry:
    """Save one answer that comes without a journal: the server keeps a chain for its origin.

    Without `seen` it replaces what is held.
    """
    device = device_of(sitting, origin)
    journal = _Journal(lock_for_saving(sitting, device, at), device, origin, at)
    return journal.append_value(question, value, seen or journal.current_of(question))


@transaction.atomic
def save_answers(
    *,
    sitting: Sitting,
    part: SittingSection,
    given: Mapping[str, str],
    seen: Mapping[str, str],
    at: datetime,
) -> int:
    """Save the changed answers of the page's form; both map ids of questions. Returns how many.

    `seen` names the entries that the page showed, so that a page that was left open overwrites
    nothing it did not show.
    """
    origin = AnswerEntry.Origin.PAGE
    device = device_of(sitting, origin)
    journal = _Journal(lock_for_saving(sitting, device, at), device, origin, at)
    questions = {str(row.pk): row for row in part.drawn.all()}
    held = queries.held_answers([row.pk for row in questions.values()])
    shown = _values_of(seen.values(), sitting)
    saved = 0
    for key, value in given.items():
        question = questions.get(key)
        if question is None:
            continue
        value = value.replace("\r\n", "\n")  # as forms send the ends of lines
        if key in seen:
            known, before = shown.get(seen[key], (None, ""))
        else:
            known, before = journal.current_of(question), held[question.pk].value
        if value != before:
            journal.append_value(question, value, known)
            saved += 1
    return saved


def device_of(sitting: Sitting, origin: str) -> uuid.UUID:
    """The device of answers that come without one."""
    return uuid.uuid5(sitting.pk, origin)


def _values_of(ids: Iterable[str], sitting: Sitting) -> dict[str, tuple[uuid.UUID, str]]:
    """Id and value of the entries that the page showed, by the id as text."""
    wanted = []
    for text in ids:
        with suppress(ValueError):
            wanted.append(uuid.UUID(text))
    rows = sitting.entries.filter(pk__in=wanted).values_list("pk", "value")
    return {str(pk): (pk, value) for pk, value in rows}


def _refused(sequence: int | None, refusal: Refusal, entry: uuid.UUID | None = None) -> Receipt:
    return Receipt(sequence, "refused", entry, refusal.code, str(refusal))


class _Journal:
    """Appends to the chain of one device in a sitting that the caller has locked."""

    def __init__(self, state: SavingState, device: uuid.UUID, origin: str, at: datetime) -> None:
        self.sitting, self.device, self.origin, self.at = state.sitting, device, origin, at
        self.head = state.head
        self.questions: dict[str, SittingQuestion] = {}
        self.held: dict[uuid.UUID, HeldAnswer] = {}
        self.new: list[AnswerEntry] = []

    def append(self, facts: Sequence[EntryFacts]) -> Batch:
        self._load({each.question for each in facts})
        known = self._known(facts)
        receipts = [self._append_one(each, known) for each in facts]
        self._save()
        return Batch(self.sitting, receipts, self.head, self.held)

    def current_of(self, question: SittingQuestion) -> uuid.UUID | None:
        """The entry that holds the answer now."""
        self._load({str(question.pk)})
        current = self.held[question.pk].entry
        return current.pk if current else None

    def append_value(
        self, question: SittingQuestion, value: str, seen: uuid.UUID | None
    ) -> AnswerEntry:
        """Append an answer that is written now. Raises the refusal, and stores nothing then."""
        self._load({str(question.pk)})
        facts = EntryFacts(
            sequence=self.head.next_sequence,
            previous_hash=self.head.hash,
            hash="",
            question=str(question.pk),
            kind=AnswerEntry.Kind.ANSWER,
            value=value,
            seen=str(seen) if seen else "",
            stated_at=entries.to_milliseconds(self.at),
        )
        digest = entries.entry_hash(facts, sitting=self.sitting.pk, device=self.device)
        self._check_open()
        entry = self._entry(replace(facts, hash=digest))
        self._judge(entry, self.questions[facts.question])
        self._take(entry)
        self._save()
        return entry

    def _load(self, ids: set[str]) -> None:
        missing = ids - self.questions.keys()
        if not missing:
            return
        rows = self.sitting.drawn.filter(pk__in=missing).select_related("version__item", "part")
        # The texts of questions are long, and not needed here.
        found = {str(row.pk): row for row in rows.only(*_JUDGED_BY)}
        self.questions |= found
        self.held |= queries.held_answers([row.pk for row in found.values()])

    def _known(self, facts: Sequence[EntryFacts]) -> dict[int, AnswerEntry]:
        numbers = [each.sequence for each in facts if each.sequence <= self.head.sequence]
        if not numbers:
            return {}
        rows = self.sitting.entries.filter(device=self.device, sequence__in=numbers)
        return {row.sequence: row for row in rows}

    def _append_one(self, facts: EntryFacts, known: dict[int, AnswerEntry]) -> Receipt:
        stored = known.get(facts.sequence)
        if stored is not None and stored.hash == facts.hash:
            return _receipt(stored, "known")
        try:
            self._check_open()
            self._check_chain(facts)
        except Refusal as refusal:
            return _refused(facts.sequence, refusal)
        entry = self._entry(facts)
        try:
            self._judge(entry, self.questions.get(facts.question))
        except Refusal as refusal:
            entry.counted, entry.refusal, entry.late = False, refusal.code, False
        self._take(entry)
        known[entry.sequence] = entry
        return _receipt(entry, _status(entry))

    def _check_open(self) -> None:
        ends = queries.entries_end_at(self.sitting)
        cut_off = (Sitting.State.AUTO_SUBMITTED, Sitting.State.TERMINATED)
        if ends is not None and (self.at > ends or self.sitting.state not in cut_off):
            raise refusals.SittingOver

    def _check_chain(self, facts: EntryFacts) -> None:
        is_next = facts.sequence == self.head.next_sequence
        if not is_next or facts.previous_hash != self.head.hash:
            raise refusals.ChainBroken
        if entries.entry_hash(facts, sitting=self.sitting.pk, device=self.device) != facts.hash:
            raise refusals.HashWrong
        if facts.sequence > conf.MAX_ENTRIES_PER_DEVICE:
            raise refusals.JournalFull
        if facts.sequence == 1 and not self.new:
            devices = self.sitting.entries.filter(sequence=1).count()
            if devices >= conf.MAX_DEVICES_PER_SITTING:
                raise refusals.JournalFull

    def _entry(self, facts: EntryFacts) -> AnswerEntry:
        question = self.questions.get(facts.question)
        written = min(facts.stated_at, self.at)
        floors = [question.part.opened_at if question else None, self.head.written_at]
        for floor in floors:
            written = max(written, floor) if floor and floor <= self.at else written
        return AnswerEntry(
            sitting=self.sitting,
            question=question,
            device=self.device,
            sequence=facts.sequence,
            previous_hash=facts.previous_hash,
            hash=facts.hash,
            kind=facts.kind,
            value=facts.value,
            seen=uuid.UUID(facts.seen) if facts.seen else None,
            stated_at=facts.stated_at,
            written_at=written,
            received_at=self.at,
            origin=self.origin,
        )

    def _judge(self, entry: AnswerEntry, question: SittingQuestion | None) -> None:
        """Set what the entry counts for. Raises why it does not count."""
        try:
            entries.check_text(entry.value)
        except Refusal:
            entry.value = ""
            raise
        if question is None:
            raise refusals.UnknownQuestion
        self._check_time(entry, question.part)
        if entry.kind in (AnswerEntry.Kind.MARK, AnswerEntry.Kind.UNMARK):
            return
        check_value(question, entry.value)
        current = self.held[question.pk].entry
        entry.conflict = (
            entry.kind == AnswerEntry.Kind.ANSWER
            and current is not None
            and current.device != entry.device
            and current.pk != entry.seen
            and current.value != entry.value
        )

    def _check_time(self, entry: AnswerEntry, part: SittingSection) -> None:
        if part.opened_at is None or part.ends_at is None:
            raise refusals.SectionNotOpened
        # The clock may be later than the deadline; the agent closes a section before it.
        ends = min(part.closed_at or part.ends_at, part.ends_at)
        if entry.written_at >= ends and (part.closed_at or entry.received_at >= ends):
            raise refusals.SectionClosed if self.sitting.is_live else refusals.SittingOver
        entry.late = entry.received_at > ends or part.closed_at is not None
        if entry.late and entry.received_at > ends + conf.answer_grace():
            raise refusals.SectionClosed

    def _take(self, entry: AnswerEntry) -> None:
        self.head = Head(entry.sequence, entry.hash, entry.written_at)
        self.new.append(entry)
        if entry.counted and entry.question_id:
            self.held[entry.question_id].take(entry)

    def _save(self) -> None:
        AnswerEntry.objects.bulk_create(self.new)
        self.new = []


def check_value(question: SittingQuestion, value: str) -> None:
    """Raise if the text cannot be an answer to this question."""
    kind = question.version.item.kind
    if kind == ItemKind.SPEAKING:
        raise refusals.AnswerIsSpoken
    if kind in _CHOICES and value and value not in question.version.options:
        raise refusals.NotAnOption
    if kind == ItemKind.FILL_BLANK and len(value) > MAX_GAP_CHARS:
        raise refusals.AnswerTooLong(
            f"This answer is too long. At most {MAX_GAP_CHARS} characters fit in a gap."
        )


def _status(entry: AnswerEntry) -> str:
    if not entry.counted:
        return "refused"
    if entry.conflict:
        return "conflict"
    return "late" if entry.late else "saved"


def _receipt(entry: AnswerEntry, status: str) -> Receipt:
    if entry.counted:
        return Receipt(entry.sequence, status, entry.pk)
    why = REFUSALS.get(entry.refusal, refusals.SittingOver)
    return _refused(entry.sequence, why(), entry.pk)
