"""Reads about recordings: which take counts, how many are left, what a person is told."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from proctoring import conf
from proctoring.grading.answers import is_good
from proctoring.grading.speech import loudness
from proctoring.models import Recording, RecordingChunk, Sitting, SittingQuestion

#: Takes that can be heard: the first and one retake.
GOOD_TAKES = 2
#: Takes of any kind, so that a broken microphone does not record for ever.
MOST_TAKES = 8


def takes_left(takes: QuerySet[Recording]) -> int:
    """How many more takes may be recorded. Takes without speech do not use the retake."""
    rows = list(takes)
    if len(rows) >= MOST_TAKES:
        return 0
    return max(GOOD_TAKES - sum(is_good(row) for row in rows), 0)


def has_speech(question: SittingQuestion) -> bool:
    """Whether the question has a take with speech."""
    return any(map(is_good, question.recordings.all()))


def message_of(recording: Recording) -> str:
    """What the person is told about a complete take."""
    if recording.judgement == Recording.Judgement.UNREADABLE:
        return "We could not play this recording. Record your answer again."
    found = loudness.MESSAGES.get(loudness.Judgement(recording.judgement or "OK"), "")
    return found if recording.judgement else ""


def abandoned(now: datetime) -> QuerySet[Recording]:
    """Open takes whose section has been closed for longer than the grace."""
    rows = Recording.objects.filter(state=Recording.State.OPEN)
    ended = Q(question__part__closed_at__lte=now - conf.answer_grace())
    return rows.filter(ended).select_related("question__part", "question__version__item")


def expired(now: datetime) -> QuerySet[Recording]:
    """Takes with sound whose retention period is over, of sittings that were graded.

    A take that was given up still has its chunks.
    """
    period = F("question__sitting__assessment__retention_days") * timedelta(days=1)
    ends = ExpressionWrapper(F("started_at") + period, output_field=DateTimeField())
    chunks = RecordingChunk.objects.filter(recording=OuterRef("pk"), data__isnull=False)
    rows = Recording.objects.filter(Q(file__isnull=False) | Exists(chunks)).annotate(ends=ends)
    graded = rows.filter(ends__lte=now).exclude(question__sitting__state__in=Sitting.ENDED)
    return graded.select_related("file")
