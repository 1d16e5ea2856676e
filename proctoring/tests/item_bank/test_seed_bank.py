"""The seeded question bank."""

from collections import Counter

from conftest import NOON
from proctoring import queries
from proctoring.item_bank.seeding import seed
from proctoring.models import Assessment, Question, Section


def test_seeding_is_idempotent(assessment):
    """Seeding again adds nothing."""
    before = (Assessment.objects.count(), Section.objects.count(), Question.objects.count())
    seed(NOON)
    after = (Assessment.objects.count(), Section.objects.count(), Question.objects.count())
    assert before == after == (1, 2, 48)


def test_bank_covers_all_levels_and_kinds(assessment):
    """There are at least four questions for each level and kind."""
    found = Counter(Question.objects.values_list("kind", "level"))
    assert len(found) == 10
    assert min(found.values()) >= 4


def test_seeded_assessment_is_active(assessment):
    """The seeded assessment is the active language assessment."""
    assert queries.language_assessment() == assessment
    assert assessment.state == Assessment.State.ACTIVE


def test_questions_are_well_formed(assessment):
    """Choices have four different options; gaps have accepted answers."""
    for question in Question.objects.all():
        if question.options:
            assert len(set(question.options.values())) == 4
        else:
            assert "____" in question.text
            assert question.accepted
