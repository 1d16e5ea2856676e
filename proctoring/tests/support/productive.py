"""Builders of sections with spoken and written answers, and of recordings."""

from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pgtrigger

from conftest import NOON
from hitouch.core.files import storage
from proctoring.models import (
    Item,
    ItemKey,
    ItemVersion,
    Recording,
    Section,
    Sitting,
    SittingQuestion,
    SittingSection,
)
from proctoring.tests.support.cast import make_entry

_numbers = count(1)
#: The device that writes answers here.
DEVICE = UUID(int=1)
#: About B1; long enough for the machine to be sure of it.
LETTER = (
    "Dear team, I am writing to tell you about the delivery of last Monday. The driver came two "
    "hours late because the road was closed, so we could not unpack the boxes before the shop "
    "opened. I think we should ask the company to call us when there is a delay. If they agree, "
    "our customers will wait less. Could you please send me their number? Thank you very much. "
    "Best regards, Asha"
)


def make_item(kind: str, level: str = "B1", **wording) -> ItemVersion:
    """A published item."""
    number = next(_numbers)
    with pgtrigger.ignore():
        item = Item.objects.create(
            code=f"made-{kind.lower()}-{number}", kind=kind, level=level, topic="work", state="LIVE"
        )
        facts = {"text": "Write to your team about a late delivery.", "published_at": NOON}
        version = ItemVersion.objects.create(item=item, number=1, **(facts | wording))
        ItemKey.objects.create(version=version, expected=["says what went wrong"])
    return version


def add_section(sitting: Sitting, kind: str, number: int = 1, **facts) -> list[SittingQuestion]:
    """A closed section with questions of this kind, as if it had been the last of the sitting."""
    position = sitting.assessment.sections.count() + 1
    section = Section.objects.create(
        assessment=sitting.assessment,
        position=position,
        name=kind.title(),
        kind=kind,
        instructions="Answer.",
        minutes=10,
        draw=number,
    )
    times = {"opened_at": NOON, "ends_at": NOON + timedelta(minutes=10), "closed_at": NOON}
    part = SittingSection.objects.create(
        sitting=sitting, section=section, position=position, **times
    )
    first = sitting.drawn.count() + 1
    return [
        SittingQuestion.objects.create(
            sitting=sitting, part=part, version=make_item(kind), position=first + index, **facts
        )
        for index in range(number)
    ]


def write_answer(question: SittingQuestion, text: str = LETTER, at=NOON) -> None:
    """An answer that counts, whenever it was written. A later call counts instead."""
    number = question.sitting.entries.count() + 1
    moment = at + timedelta(milliseconds=number)
    with pgtrigger.ignore():
        make_entry(question, text, at=moment, sequence=number, device=DEVICE).save()


def record_answer(question: SittingQuestion, data: bytes = b"sound", take: int = 1) -> Recording:
    """A complete recording."""
    stored = storage.store_bytes(
        data, name="answer.webm", content_type="audio/webm", purpose="proctoring.recording"
    )
    return Recording.objects.create(
        question=question,
        device=uuid4(),
        take=take,
        state=Recording.State.CLOSED,
        mime="audio/webm",
        started_at=NOON,
        closed_at=NOON,
        file=stored,
        duration_ms=30_000,
        judgement=Recording.Judgement.OK,
    )
