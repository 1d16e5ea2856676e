"""What the journal of answers itself shows about how they came about. Does not use Django.

Every row is a fact for the proctor, with its figures. None of them changes a score, and none of
them alone means that a rule was broken: a person who thinks first and types fast looks the same as
one who pastes a text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

#: A text that grows by so many characters between two entries was hardly typed in that time.
PASTE_CHARACTERS = 120
#: Nobody types faster for long: characters a second. The record for typing is about 18.
FASTEST_TYPING = 15.0
#: An answer to a choice that came sooner than this after the one before was hardly read.
HASTY_SECONDS = 3.0
#: A recording may be so much longer than the time that its section had left.
RECORDED_BEYOND_SECONDS = 3.0
#: A choice that was changed so often.
MANY_CHANGES = 5
#: So much above speaking, in logits: two levels.
WRITING_ABOVE_SPEAKING = 2.4


#: Words of a text that are long enough to tell what it is about.
CONTENT_CHARACTERS = 5


@dataclass(frozen=True)
class JournalEntry:
    """An entry of the journal that gave an answer: when it was written, by which device, what."""

    question: int
    kind: str
    value: str
    written_at: datetime
    device: str


@dataclass(frozen=True)
class IntegrityFinding:
    """One fact for the proctor. `question` is its position, or 0 for the whole sitting."""

    kind: str
    question: int
    says: str
    figures: dict[str, float]


@dataclass(frozen=True)
class QuestionTimes:
    """How one question was answered."""

    question: int
    seconds: float
    edits: int
    devices: int


def times_of(entries: Sequence[JournalEntry], opened_at: datetime) -> list[QuestionTimes]:
    """Seconds and edits for each question, in the order of the questions.

    The time of an entry goes to its question: from the entry before it, whichever that was.
    """
    ordered = sorted(entries, key=lambda entry: entry.written_at)
    seconds: dict[int, float] = {}
    previous = opened_at
    for entry in ordered:
        spent = max((entry.written_at - previous).total_seconds(), 0.0)
        seconds[entry.question] = seconds.get(entry.question, 0.0) + spent
        previous = max(previous, entry.written_at)
    return [
        QuestionTimes(
            question=question,
            seconds=round(spent, 1),
            edits=sum(entry.question == question for entry in ordered) - 1,
            devices=len({entry.device for entry in ordered if entry.question == question}),
        )
        for question, spent in sorted(seconds.items())
    ]


def recorded_late(question: int, *, recorded: float, available: float) -> IntegrityFinding | None:
    """A recording that is longer than the time from its start to the end of its section."""
    beyond = round(recorded - available, 1)
    if beyond < RECORDED_BEYOND_SECONDS:
        return None
    says = f"{beyond:g} seconds of the recording were made after the section was closed."
    return IntegrityFinding("RECORDED_LATE", question, says, {"seconds": beyond})


def findings_of(
    entries: Sequence[JournalEntry],
    opened_at: datetime,
    *,
    writing: float | None = None,
    speaking: float | None = None,
) -> list[IntegrityFinding]:
    """The facts that a proctor should see, the gravest kinds first."""
    ordered = sorted(entries, key=lambda entry: entry.written_at)
    times = times_of(ordered, opened_at)
    found = [*_jumps(ordered), *_gap(writing, speaking), *_hasty(ordered, times)]
    kinds = {entry.question: entry.kind for entry in ordered}
    found += [
        IntegrityFinding(
            "CHANGES",
            row.question,
            f"The answer was changed {row.edits} times.",
            {"edits": row.edits},
        )
        for row in times
        if row.edits >= MANY_CHANGES and kinds[row.question] not in ("WRITING", "SPEAKING")
    ]
    found += [
        IntegrityFinding(
            "DEVICES",
            row.question,
            f"{row.devices} browser tabs or devices answered this question.",
            {"devices": row.devices},
        )
        for row in times
        if row.devices > 1
    ]
    return found


def _jumps(ordered: Sequence[JournalEntry]) -> list[IntegrityFinding]:
    """Texts that grew in one step by more than anybody types in that time."""
    last: dict[tuple[int, str], JournalEntry] = {}
    found = []
    for entry in ordered:
        before = last.get((entry.question, entry.device))
        last[entry.question, entry.device] = entry
        if entry.kind != "WRITING":
            continue
        grown = len(entry.value) - (len(before.value) if before else 0)
        if before is None or grown < PASTE_CHARACTERS:
            continue
        seconds = max((entry.written_at - before.written_at).total_seconds(), 0.1)
        if grown / seconds > FASTEST_TYPING:
            found.append(
                IntegrityFinding(
                    "JUMP",
                    entry.question,
                    f"The text grew by {grown} characters in {seconds:.1f} seconds.",
                    {"characters": grown, "seconds": round(seconds, 1)},
                )
            )
    return found


def _gap(writing: float | None, speaking: float | None) -> list[IntegrityFinding]:
    if writing is None or speaking is None or writing - speaking < WRITING_ABOVE_SPEAKING:
        return []
    levels = round((writing - speaking) / 1.2, 1)
    says = f"Writing is {levels:g} levels above speaking."
    return [IntegrityFinding("WRITING_ABOVE_SPEAKING", 0, says, {"levels": levels})]


def _hasty(
    ordered: Sequence[JournalEntry], times: Sequence[QuestionTimes]
) -> list[IntegrityFinding]:
    """Many choices that were made faster than the questions can be read."""
    kinds = {entry.question: entry.kind for entry in ordered}
    choices = [row for row in times if kinds[row.question].endswith("_MCQ")]
    hasty = [row for row in choices if row.seconds < HASTY_SECONDS]
    if len(hasty) < 3 or len(hasty) * 2 < len(choices):
        return []
    middle = median(row.seconds for row in choices)
    says = f"{len(hasty)} of {len(choices)} choices took less than {HASTY_SECONDS:g} seconds."
    return [IntegrityFinding("HASTY", 0, says, {"choices": len(hasty), "median": round(middle, 1)})]


def follow_up_finding(
    question: int,
    *,
    text: str,
    transcript: str,
    spoken: float | None,
    written: float | None,
) -> IntegrityFinding:
    """Whether what was said about the own text fits the text. Abilities in logits.

    A person who is nervous, or whom the recogniser hears badly, says little; so this is a fact
    beside others, and never more.
    """
    if not transcript.strip():
        says = "Nothing was said in the follow-up about the own text, or it was not understood."
        return IntegrityFinding("FOLLOW_UP_SILENT", question, says, {})
    shared = sorted(_content_words(text) & _content_words(transcript))
    says = f"Follow-up about the own text: {len(transcript.split())} words were said, "
    says += f"{len(shared)} of the text's own content words came up."
    figures = {"words": float(len(transcript.split())), "shared": float(len(shared))}
    if spoken is not None and written is not None:
        figures["gap"] = round(written - spoken, 2)
        if written - spoken >= WRITING_ABOVE_SPEAKING:
            says += " The text is two levels or more above what was said about it."
            return IntegrityFinding("FOLLOW_UP_GAP", question, says, figures)
    return IntegrityFinding("FOLLOW_UP", question, says, figures)


def _content_words(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return {word for word in words if len(word) >= CONTENT_CHARACTERS}
