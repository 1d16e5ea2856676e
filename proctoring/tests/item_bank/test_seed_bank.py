"""The seeded question bank."""

from collections import Counter
from typing import Any

import pytest

from conftest import CLIPS_OF_THE_BANK, NOON
from hitouch.core.files import storage
from proctoring import queries
from proctoring.item_bank import seeding
from proctoring.item_bank.seeding import seed
from proctoring.models import Assessment, Item, ItemKey, ItemKind, ItemVersion, Section

pytestmark = pytest.mark.usefixtures("whole_bank")


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


def facts_of_first() -> dict[str, Any]:
    return dict(next(iter(seeding._items())))


def test_seeding_takes_few_queries(db, django_assert_max_num_queries):
    """The bank is saved in bulk, however many items it has; seeding again only reads."""
    with django_assert_max_num_queries(70):
        seed(NOON)
    with django_assert_max_num_queries(12):
        seed(NOON)


def test_items_of_people_are_theirs(assessment, monkeypatch, reviewer):
    """A wording that a person published is not replaced by a later change in the files."""
    facts = facts_of_first()
    item = Item.objects.get(code=facts["code"])
    theirs = ItemVersion.objects.create(
        item=item, number=2, text="Mine?", author=reviewer, published_at=NOON
    )
    ItemKey.objects.create(version=theirs, key="a")
    monkeypatch.setattr(seeding, "_items", lambda: iter([{**facts, "text": "Other words?"}]))
    seed(NOON)
    assert item.versions.count() == 2


def test_items_that_left_the_files_are_retired(assessment, monkeypatch):
    """An item that is no longer in the files is retired, never deleted."""
    first, second = list(seeding._items())[:2]
    monkeypatch.setattr(seeding, "_items", lambda: iter([first]))
    seed(NOON)
    assert Item.objects.get(code=first["code"]).state == Item.State.LIVE
    assert Item.objects.get(code=second["code"]).state == Item.State.RETIRED


def test_changed_clip_makes_a_new_version(db, monkeypatch, tmp_path):
    """A listening item whose clip was made anew gets a version with the new clip."""
    facts = {
        "code": "l-1", "kind": "AUDIO_MCQ", "level": "A1", "text": "Who?", "key": "a",
        "options": {"a": "Asha", "b": "Ravi"},
    }  # fmt: skip
    clip = tmp_path / "l-1.m4a"
    monkeypatch.setattr(seeding, "_items", lambda: iter([facts]))
    monkeypatch.setattr(seeding, "_clips", lambda: (clip,))
    for sound in (b"one", b"two", b"two"):
        clip.write_bytes(sound)
        seeding._digest.cache_clear()
        seeding.seed_items(NOON)
    clips = [version.audio for version in ItemVersion.objects.order_by("number")]
    assert [b"".join(storage.open_file(clip).read()) for clip in clips] == [b"one", b"two"]


def test_excluded_items_exclude_each_other(db, monkeypatch):
    """Items that must not meet name each other, whichever of them says so in the file."""
    one, other = (
        {"code": code, "kind": "WRITING", "level": "A1", "text": "Write."} for code in ("w", "v")
    )
    monkeypatch.setattr(seeding, "_items", lambda: iter([one, {**other, "excludes": ["w"]}]))
    seeding.seed_items(NOON)
    assert [item.excludes.get().code for item in Item.objects.order_by("code")] == ["w", "v"]


def test_listening_items_have_their_clips(db, monkeypatch):
    """Each seeded listening item has its clip in the store, byte for byte, and the others none."""
    monkeypatch.setattr(seeding, "_clips", CLIPS_OF_THE_BANK)
    seed(NOON)
    clips = {path.stem: path.read_bytes() for path in seeding._clips()}
    found = {
        version.item.code: storage.read(version.audio)
        for version in ItemVersion.objects.exclude(audio=None).select_related("item", "audio")
    }
    assert found == clips
    assert len(found) == Item.objects.filter(kind="AUDIO_MCQ").count()


def test_whole_assessment_has_five_kinds_in_fifty_minutes(db, monkeypatch):
    """The blueprint of the site asks five kinds in fifty minutes, from a bank that has enough."""
    monkeypatch.setattr(seeding, "BLUEPRINT", seeding.DATA / "assessment.yaml")
    sections = list(seed(NOON).sections.order_by("position"))
    assert {section.kind for section in sections} == set(ItemKind.values)
    assert sum(section.minutes for section in sections) == 50
    for section in sections:
        items = Item.objects.filter(kind=section.kind, state=Item.State.LIVE).count()
        assert items >= 4 * section.draw or section.kind in ("SPEAKING", "WRITING")
        assert items >= 30
