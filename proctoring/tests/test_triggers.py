"""Database constraints and triggers of sittings."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from conftest import NOON
from proctoring import queries
from proctoring.models import (
    AnswerEntry,
    Assessment,
    Item,
    ItemKey,
    ItemVersion,
    Sitting,
    SittingQuestion,
)
from proctoring.tests.support.cast import (
    make_entry,
    make_graded_sitting,
    make_invitation,
    make_sitting,
)


def assert_refused(change, fault=IntegrityError):
    with pytest.raises(fault), transaction.atomic():
        change()


def test_agent_has_one_open_sitting(asha, assessment):
    """An agent cannot have two open sittings."""
    sitting = make_sitting(asha, "CREATED")
    other = make_invitation(asha, assessment)
    assert_refused(lambda: Sitting.objects.create(
        agent=asha, assessment=assessment, invitation=other, number=2
    ))  # fmt: skip
    assert sitting.invitation != other


def test_invitation_cannot_be_used_twice(asha, assessment):
    """An invitation has one sitting that did not expire."""
    invitation = make_graded_sitting(asha).invitation
    assert_refused(lambda: Sitting.objects.create(
        agent=asha, assessment=assessment, invitation=invitation, number=2
    ))  # fmt: skip


@pytest.mark.parametrize("to", ["IN_PROGRESS", "GRADED", "CLEARED", "SUBMITTED"])
def test_state_follows_the_state_machine(asha, assessment, to):
    """`update()` cannot skip states."""
    make_sitting(asha, "CREATED")
    assert_refused(lambda: Sitting.objects.update(state=to), DatabaseError)


def test_sitting_starts_in_its_first_state(asha, assessment):
    """A sitting cannot be inserted in a later state."""
    invitation = make_invitation(asha, assessment)
    assert_refused(lambda: Sitting.objects.create(
        agent=asha, assessment=assessment, invitation=invitation, number=1, state="READY"
    ), DatabaseError)  # fmt: skip


def test_question_is_drawn_once_per_sitting(asha, assessment):
    """A question cannot be drawn twice for one sitting."""
    drawn = make_sitting(asha, "IN_PROGRESS").drawn.first()
    assert_refused(lambda: SittingQuestion.objects.create(
        sitting=drawn.sitting, part=drawn.part, version=drawn.version, position=99
    ))  # fmt: skip


def test_entry_that_counts_needs_an_open_section(asha, assessment):
    """The database takes no entry of a later section, or one written after the deadline."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    first, later = queries.questions_of(sitting).first(), queries.questions_of(sitting).last()
    over = NOON + timedelta(minutes=8, seconds=1)
    assert_refused(make_entry(later, "x", at=NOON).save)
    assert_refused(make_entry(first, "a", at=over).save)
    assert_refused(make_entry(first, "a", at=over, written_at=NOON).save)
    make_entry(first, "a", at=over, written_at=NOON, late=True).save()
    make_entry(first, "a", at=NOON).save()


def test_entries_stay_as_they_are(asha, assessment):
    """Entries are neither changed nor deleted, and none is added once grading began."""
    sitting = make_graded_sitting(asha)
    entry = sitting.entries.first()
    assert_refused(lambda: AnswerEntry.objects.update(value="x"), DatabaseError)
    assert_refused(lambda: AnswerEntry.objects.all().delete(), DatabaseError)
    for facts in ({"late": True}, {"counted": False, "refusal": "section_closed"}):
        assert_refused(make_entry(entry.question, "a", at=NOON, **facts).save)


def test_taken_assessments_are_immutable(asha, assessment):
    """A taken assessment cannot be changed."""
    make_sitting(asha, "IN_PROGRESS")
    assert_refused(lambda: Assessment.objects.update(pass_level="C2"))


def test_published_items_are_immutable(assessment):
    """Wording, key and kind of a published item stay; a change makes a new version."""
    version = ItemVersion.objects.first()
    row = ItemVersion.objects.filter(pk=version.pk)
    assert_refused(lambda: row.update(text="Other words"), DatabaseError)
    assert_refused(row.delete, DatabaseError)
    assert_refused(lambda: ItemKey.objects.filter(version=version).update(key="a"))
    assert_refused(lambda: Item.objects.filter(pk=version.item_id).update(kind="SPEAKING"))
    Item.objects.filter(pk=version.item_id).update(topic="other")


def test_history_is_append_only(asha, assessment):
    """Events of state changes cannot be changed."""
    sitting = make_sitting(asha, "READY")
    assert list(sitting.events.order_by("id").values_list("became", flat=True)) == [
        "SYSTEM_CHECK", "DEVICE_TEST", "IDENTITY", "READY",
    ]  # fmt: skip
    assert_refused(lambda: sitting.events.update(why="x"), DatabaseError)
