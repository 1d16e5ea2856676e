"""What the database itself refuses, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from conftest import NOON
from proctoring import queries
from proctoring.models import Answer, Assessment, Question, Sitting, SittingQuestion
from proctoring.tests.support.cast import graded, invited, sitting_at


def refused(change, fault=IntegrityError):
    with pytest.raises(fault), transaction.atomic():
        change()


def test_two_open_sittings_of_one_agent_are_impossible(asha, assessment):
    """Not even with two invitations."""
    sitting = sitting_at(asha, "CREATED")
    other = invited(asha, assessment)
    refused(lambda: Sitting.objects.create(
        agent=asha, assessment=assessment, invitation=other, number=2
    ))  # fmt: skip
    assert sitting.invitation != other


def test_invitation_cannot_be_used_twice(asha, assessment):
    """One sitting an invitation, unless the first expired."""
    invitation = graded(asha).invitation
    refused(lambda: Sitting.objects.create(
        agent=asha, assessment=assessment, invitation=invitation, number=2
    ))  # fmt: skip


@pytest.mark.parametrize("to", ["IN_PROGRESS", "GRADED", "CLEARED", "SUBMITTED"])
def test_state_moves_along_its_edges_only(asha, assessment, to):
    """`update()` cannot jump from created to graded."""
    sitting_at(asha, "CREATED")
    refused(lambda: Sitting.objects.update(state=to), DatabaseError)


def test_sitting_begins_at_its_start(asha, assessment):
    """No row is made in the middle."""
    invitation = invited(asha, assessment)
    refused(lambda: Sitting.objects.create(
        agent=asha, assessment=assessment, invitation=invitation, number=1, state="READY"
    ), DatabaseError)  # fmt: skip


def test_question_is_drawn_once_a_sitting(asha, assessment):
    """Twice the same question is impossible."""
    drawn = sitting_at(asha, "IN_PROGRESS").drawn.first()
    refused(lambda: SittingQuestion.objects.create(
        sitting=drawn.sitting, part=drawn.part, question=drawn.question, position=99
    ))  # fmt: skip


def test_answer_to_a_section_that_is_not_open_is_impossible(asha, assessment):
    """The second section takes nothing while the first runs, also in SQL."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    later = queries.questions_of(sitting).last()
    refused(lambda: Answer.objects.create(
        drawn=later, value="x", revision=1, answered_at=NOON
    ))  # fmt: skip


def test_what_was_sat_is_not_edited(asha, assessment):
    """A question that was asked and an assessment that was sat keep their words."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    asked = sitting.drawn.first().question
    refused(lambda: Question.objects.filter(pk=asked.pk).update(key="a", text="Other words"))
    refused(lambda: Assessment.objects.update(pass_level="C2"))
    Question.objects.filter(pk=asked.pk).update(active=False)


def test_key_must_be_one_of_the_options(assessment):
    """A choice without a right option cannot be stored."""
    choice = Question.objects.filter(kind="READING_MCQ").first()
    refused(lambda: Question.objects.filter(pk=choice.pk).update(key="z"))
    refused(lambda: Question.objects.filter(pk=choice.pk).update(key=""))


def test_history_is_append_only(asha, assessment):
    """Who moved a sitting when cannot be rewritten."""
    sitting = sitting_at(asha, "READY")
    assert list(sitting.events.order_by("id").values_list("became", flat=True)) == [
        "SYSTEM_CHECK", "DEVICE_TEST", "IDENTITY", "READY",
    ]  # fmt: skip
    refused(lambda: sitting.events.update(why="x"), DatabaseError)
