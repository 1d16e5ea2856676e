"""How far the grading of a sitting is, what waits for people, and what its journal shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from proctoring.delivery.queries import entries_end_at
from proctoring.grading.integrity import (
    IntegrityFinding,
    JournalEntry,
    QuestionTimes,
    findings_of,
    follow_up_finding,
    recorded_late,
    times_of,
)
from proctoring.models import (
    AnswerEntry,
    EvaluationJob,
    GradingCase,
    Recording,
    Sitting,
    SkillResult,
    SpeakingEvaluation,
)


@dataclass(frozen=True)
class Progress:
    """How many spoken and written answers of a sitting are evaluated, and what it waits for."""

    done: int
    total: int
    waits_for_people: bool
    answers_until: datetime | None

    @property
    def says(self) -> str:
        """The progress in a sentence."""
        if self.answers_until is not None:
            return "Answers from your device can still arrive. Grading continues after that."
        if self.waits_for_people:
            return "A person is checking your spoken or written answers. This can take a few days."
        if self.done < self.total:
            return f"{self.done} of {self.total} spoken and written answers are graded."
        return "This takes a few seconds."


def progress_of(sitting: Sitting, now: datetime) -> Progress:
    """How far the grading is."""
    jobs = EvaluationJob.objects.filter(question__sitting=sitting).aggregate(
        total=Count("pk"), done=Count("pk", filter=Q(finished_at__isnull=False))
    )
    until = entries_end_at(sitting)
    return Progress(
        done=jobs["done"],
        total=jobs["total"],
        waits_for_people=blocking_cases().filter(question__sitting=sitting).exists(),
        answers_until=until if until is not None and until > now else None,
    )


def blocking_cases() -> QuerySet[GradingCase]:
    """Open cases that results wait for."""
    return GradingCase.objects.filter(state=GradingCase.State.OPEN, blocking=True)


def integrity_of(sitting: Sitting) -> tuple[list[IntegrityFinding], list[QuestionTimes]]:
    """Facts for the proctor out of the journal of answers. They never change a score."""
    if sitting.begun_at is None:
        return [], []
    rows = AnswerEntry.objects.filter(sitting=sitting, kind=AnswerEntry.Kind.ANSWER)
    entries = [
        JournalEntry(
            question=row.question.position,
            kind=row.question.version.item.kind,
            value=row.value,
            written_at=row.written_at,
            device=str(row.device),
        )
        for row in rows.select_related("question__version__item")
        if row.question is not None
    ]
    skills = SkillResult.objects.filter(result__sitting=sitting)
    abilities = {row.skill: row.ability for row in skills if row.unanswered < row.items}
    findings = findings_of(
        entries,
        sitting.begun_at,
        writing=abilities.get("WRITING"),
        speaking=abilities.get("SPEAKING"),
    )
    findings += _follow_up(sitting, written=abilities.get("WRITING"))
    findings += [*_late_entries(sitting), *_late_recordings(sitting), *_late_answers(sitting)]
    return findings, times_of(entries, sitting.begun_at)


def _follow_up(sitting: Sitting, *, written: float | None) -> Iterator[IntegrityFinding]:
    """What the follow-up about the own text shows, once it is evaluated."""
    for row in sitting.drawn.exclude(quote=""):
        spoken = SpeakingEvaluation.objects.filter(question=row, current=True).first()
        recorded = row.recordings.exclude(state=Recording.State.DISCARDED).exists()
        if spoken is None and recorded:
            continue
        texts = row.sitting.entries.answers().filter(question__version__item__kind="WRITING")
        yield follow_up_finding(
            row.position,
            text=" ".join(texts.values_list("value", flat=True)),
            transcript=spoken.transcript if spoken else "",
            spoken=spoken.ability if spoken else None,
            written=written,
        )


def _late_entries(sitting: Sitting) -> Iterator[IntegrityFinding]:
    """Entries that came in the grace. Only the device says when they were written."""
    rows = AnswerEntry.objects.answers().filter(sitting=sitting, late=True)
    number = rows.exclude(origin=AnswerEntry.Origin.RESCUE).count()
    if number:
        says = f"Answers that arrived after their section was closed: {number}. "
        says += "By the clock of the device they were written before."
        yield IntegrityFinding("ARRIVED_LATE", 0, says, {"answers": number})


def _late_recordings(sitting: Sitting) -> Iterator[IntegrityFinding]:
    rows = Recording.objects.filter(
        question__sitting=sitting, late=True, duration_ms__isnull=False
    ).select_related("question__part")
    for row in rows.order_by("question__position", "take"):
        part = row.question.part
        ends = min(filter(None, (part.closed_at, part.ends_at)), default=row.started_at)
        found = recorded_late(
            row.question.position,
            recorded=(row.duration_ms or 0) / 1000,
            available=(ends - row.started_at).total_seconds(),
        )
        if found is not None:
            yield found


def _late_answers(sitting: Sitting) -> Iterator[IntegrityFinding]:
    cases = GradingCase.objects.filter(
        question__sitting=sitting, reason=GradingCase.Reason.LATE_ANSWERS
    )
    if cases.filter(state=GradingCase.State.OPEN).exists():
        says = "Answers were admitted after the result, which does not contain them."
        yield IntegrityFinding("LATE_ANSWERS", 0, says, {})
