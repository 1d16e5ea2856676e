"""A spoken follow-up about the person's own text, which the server chooses."""

from datetime import timedelta

import pytest

from conftest import NOON
from proctoring.delivery import journal, services
from proctoring.delivery.follow_up import choose_sentence
from proctoring.grading.integrity import follow_up_finding
from proctoring.grading.queries import integrity_of
from proctoring.grading.services import grade_sitting
from proctoring.models import EvaluationJob, Item, Section, SittingQuestion
from proctoring.tests.support.cast import make_sitting

TASK = "Write to a customer whose parcel came late. Say sorry and offer something."
TEXT = (
    "Dear Mr Nair. I am very sorry that your parcel reached you four days after the promised date. "
    "We have already asked the courier why it lay in their store over the weekend. Best wishes"
)
pytestmark = pytest.mark.usefixtures("whole_bank")


def test_sentence_is_from_the_text_and_not_from_the_task():
    """Greetings, short sentences and those that repeat the task are not asked about."""
    chosen = {choose_sentence([(TEXT, TASK)], seed=str(number)) for number in range(30)}
    assert chosen == {
        "I am very sorry that your parcel reached you four days after the promised date.",
        "We have already asked the courier why it lay in their store over the weekend.",
    }
    assert choose_sentence([(TASK + " " + TASK, TASK)], seed="1") == ""
    assert choose_sentence([("", TASK), ("ok", TASK)], seed="1") == ""


@pytest.mark.parametrize("text", ["\0" * 50, "🙂 " * 500, "a" * 20_000, "।" * 3, "?" * 9000])
def test_odd_texts_give_no_sentence(text: str):
    """Whatever was written, the choice ends and gives nothing odd."""
    assert len(choose_sentence([(text, TASK)], seed="1").split()) <= 40


def test_gap_is_a_fact_and_silence_is_no_accusation():
    """What was said is set beside the text; a gap of two levels is told, nothing is judged."""
    near = follow_up_finding(
        30,
        text=TEXT,
        transcript="the courier kept the parcel in the store",
        spoken=0.5,
        written=1.0,
    )
    assert (near.kind, near.figures["shared"]) == ("FOLLOW_UP", 3.0)
    far = follow_up_finding(30, text=TEXT, transcript="I do not know", spoken=-2.0, written=2.0)
    assert (far.kind, far.figures["gap"]) == ("FOLLOW_UP_GAP", 4.0)
    silent = follow_up_finding(30, text=TEXT, transcript=" ", spoken=None, written=2.0)
    assert silent.kind == "FOLLOW_UP_SILENT"


@pytest.fixture
def sitting(asha, assessment):
    """A sitting with a writing and a speaking section, the speaking one last."""
    for kind in ("WRITING", "SPEAKING"):
        Section.objects.create(
            assessment=assessment,
            position=assessment.sections.count() + 1,
            name=kind.title(),
            kind=kind,
            instructions="Answer.",
            minutes=10,
            draw=1,
        )
    return make_sitting(asha, "IN_PROGRESS")


def reach_writing(sitting, at):
    while (part := sitting.parts.get(closed_at=None, opened_at__isnull=False)) and (
        part.section.kind != "WRITING"
    ):
        services.close_section(sitting=sitting, position=part.position, at=at)
    return part


def test_follow_up_quotes_the_own_text(sitting):
    """It comes last, is not scored, and shows the sentence; without a text there is none."""
    at = NOON + timedelta(minutes=1)
    part = reach_writing(sitting, at)
    question = part.drawn.first()
    journal.save_answer(sitting=sitting, question=question, value=TEXT, at=at)
    services.close_section(sitting=sitting, position=part.position, at=at)
    row = SittingQuestion.objects.get(sitting=sitting, version__item__topic=Item.FOLLOW_UP)
    assert row.quote in TEXT
    assert not row.scored
    assert row.passage == row.quote
    last = sitting.drawn.order_by("position").last()
    assert last == row
    services.submit_sitting(sitting=sitting, by=sitting.agent.user, at=at)
    assert "FOLLOW_UP_SILENT" in {finding.kind for finding in integrity_of(sitting)[0]}
    grade_sitting(sitting=sitting, at=at)
    job = EvaluationJob.objects.get(question=row)
    assert job.finished_at == at


def test_without_a_text_nothing_is_asked(sitting):
    """Who wrote nothing is asked about nothing."""
    at = NOON + timedelta(minutes=1)
    part = reach_writing(sitting, at)
    services.close_section(sitting=sitting, position=part.position, at=at)
    assert not sitting.drawn.exclude(quote="").exists()


def test_follow_ups_are_never_drawn_as_tasks(sitting):
    """Without a sentence of the person the item makes no sense."""
    topics = set(sitting.drawn.values_list("version__item__topic", flat=True))
    assert Item.objects.filter(topic=Item.FOLLOW_UP, state=Item.State.LIVE).count() == 3
    assert Item.FOLLOW_UP not in topics
