"""The bank that comes with the project."""

from collections import Counter

from conftest import NOON
from proctoring import queries
from proctoring.models import Assessment, Question, Section
from proctoring.seeding import seed


def test_seed_twice_makes_one_of_everything(assessment):
    """Seeding is idempotent."""
    before = (Assessment.objects.count(), Section.objects.count(), Question.objects.count())
    seed(NOON)
    after = (Assessment.objects.count(), Section.objects.count(), Question.objects.count())
    assert before == after == (1, 2, 48)


def test_bank_covers_a1_to_c1_in_both_kinds(assessment):
    """At least four items for each level and kind, so that two sittings differ."""
    found = Counter(Question.objects.values_list("kind", "level"))
    assert len(found) == 10
    assert min(found.values()) >= 4


def test_seeded_test_is_the_language_test_in_use(assessment):
    """Onboarding finds it by asking."""
    assert queries.language_assessment() == assessment
    assert assessment.state == Assessment.State.ACTIVE


def test_gaps_can_be_answered_and_choices_have_four_options(assessment):
    """Each item is well formed."""
    for question in Question.objects.all():
        if question.options:
            assert len(set(question.options.values())) == 4
        else:
            assert "____" in question.text
            assert question.accepted
