"""The seeded question bank."""

from collections import Counter

from conftest import NOON
from proctoring import queries
from proctoring.item_bank import seeding
from proctoring.item_bank.seeding import seed
from proctoring.models import Assessment, Item, ItemVersion, Section


def test_seeding_is_idempotent(assessment):
    """Seeding again adds nothing."""

    def counts():
        return [model.objects.count() for model in (Assessment, Section, Item, ItemVersion)]

    before = counts()
    seed(NOON)
    assert counts() == before


def test_changed_wording_makes_a_new_version(assessment, monkeypatch):
    """An item whose words changed in the file gets a version; the old one stays as it was."""
    facts = next(iter(seeding._items()))
    monkeypatch.setattr(seeding, "_items", lambda: iter([{**facts, "text": "Other words?"}]))
    seed(NOON)
    first, second = ItemVersion.objects.filter(item__code=facts["code"]).order_by("number")
    assert (first.text, second.text) == (facts["text"], "Other words?")
    assert second.figures.get(current=True).origin == "AUTHOR"


def test_bank_covers_all_levels_and_kinds(assessment):
    """There are at least four items for each level and kind."""
    found = Counter(Item.objects.values_list("kind", "level"))
    assert len(found) >= 10
    assert min(found.values()) >= 4


def test_seeded_assessment_is_active(assessment):
    """The seeded assessment is the active language assessment."""
    assert queries.language_assessment() == assessment
    assert assessment.state == Assessment.State.ACTIVE


def test_items_are_well_formed(assessment):
    """Choices have four different options; gaps have accepted answers."""
    for version in ItemVersion.objects.select_related("item", "key"):
        if version.options:
            assert len(set(version.options.values())) == 4
            assert version.key.key in version.options
        elif version.item.kind == "FILL_BLANK":
            assert "__" in version.text
            assert version.key.accepted
