"""Authoring: new items, versions, review by a second person, states, flags."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired
from proctoring import queries as proctoring
from proctoring.item_bank import content as contents
from proctoring.item_bank import queries, review, services
from proctoring.item_bank.content import ItemContent
from proctoring.models import Item, ItemFlag, ItemReview, ItemVersion
from proctoring.tests.item_bank.conftest import FACTS, READING

GAP = ItemContent(text="She ___ here. (One word.)", accepted=["is", "was"])


def test_new_item_is_a_draft_with_its_key_apart(draft):
    """A new item is a draft; its key stands in a row of its own."""
    assert (draft.item.state, draft.number, draft.published_at) == ("DRAFT", 1, None)
    assert (draft.key.key, services.content_of(draft)) == ("b", READING)


def test_codes_are_unique(draft, author):
    """A code is given once."""
    with pytest.raises(services.CodeTaken):
        services.create_item(**FACTS, content=READING, by=author, at=NOON)


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [
        ("READING_MCQ", replace(READING, key="d"), "key"),
        ("READING_MCQ", replace(READING, options={"a": "One"}), "options"),
        ("READING_MCQ", replace(READING, options={"a": "One", "b": " one "}), "options"),
        ("READING_MCQ", replace(READING, options={"a": "One", "x": "Two"}), "options"),
        ("READING_MCQ", replace(READING, text=""), "text"),
        ("READING_MCQ", replace(READING, text="What\0?"), "text"),
        ("READING_MCQ", replace(READING, passage="a" * 8001), "passage"),
        ("AUDIO_MCQ", replace(READING, plays=0), "plays"),
        ("FILL_BLANK", replace(GAP, text="No gap."), "text"),
        ("FILL_BLANK", replace(GAP, text="___ and ___"), "text"),
        ("FILL_BLANK", replace(GAP, accepted=[]), "accepted"),
        ("FILL_BLANK", replace(GAP, accepted=["is", "is"]), "accepted"),
        ("SPEAKING", ItemContent(text="Speak.", seconds=0), "seconds"),
        ("WRITING", ItemContent(text="Write.", min_words=90, max_words=60), "max_words"),
        (
            "WRITING",
            ItemContent(text="Write.", min_words=1, max_words=9, expected=[" "]),
            "expected",
        ),
    ],
)
def test_content_is_checked(kind, content, field, author):
    """What an item of a kind has to have is refused at its field, and nothing is saved."""
    with pytest.raises(services.InvalidItem) as refused:
        services.create_item(**{**FACTS, "kind": kind}, content=content, by=author, at=NOON)
    assert refused.value.field == field
    assert not Item.objects.exists()


def test_the_key_of_a_gap_is_its_first_answer():
    """The best accepted answer is the key; what the kind does not have is left out."""
    cleaned = contents.clean("FILL_BLANK", replace(GAP, options={"a": "x"}, seconds=9))
    assert (cleaned.key, cleaned.options, cleaned.seconds) == ("is", {}, 0)


def test_second_person_publishes(draft, author, checker):
    """A reviewer publishes; the item is live with the author's difficulty."""
    asked = services.request_review(version=draft, by=author, at=NOON)
    draft.item.refresh_from_db()
    assert draft.item.state == "IN_REVIEW"
    review.decide_review(review=asked, outcome="LIVE", by=checker, at=NOON)
    draft.refresh_from_db()
    draft.item.refresh_from_db()
    assert (draft.item.state, draft.published_at) == ("LIVE", NOON)
    figures = draft.figures.get(current=True)
    assert (figures.origin, figures.difficulty) == ("AUTHOR", -1.8)


def test_nobody_reviews_their_own_item(draft, author, checker):
    """Neither who wrote an item nor who asked for the review decides, also in the database."""
    asked = services.request_review(version=draft, by=checker, at=NOON)
    for person in (author, checker):
        with pytest.raises(review.OwnItem):
            review.decide_review(review=asked, outcome="LIVE", by=person, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemReview.objects.filter(pk=asked.pk).update(decided_by=checker, decided_at=NOON)


def test_returned_with_a_comment(draft, author, checker):
    """An item is returned only with a comment, and can be changed again."""
    asked = services.request_review(version=draft, by=author, at=NOON)
    with pytest.raises(ReasonRequired):
        review.decide_review(review=asked, outcome="RETURNED", by=checker, at=NOON)
    review.decide_review(review=asked, outcome="RETURNED", by=checker, at=NOON, comment="Odd.")
    with pytest.raises(review.ReviewDecided):
        review.decide_review(review=asked, outcome="LIVE", by=checker, at=NOON)
    changed = replace(READING, text="At what time?")
    services.save_draft(version=draft, content=changed, by=author, at=NOON)
    draft.item.refresh_from_db()
    assert (draft.item.state, ItemVersion.objects.get().text) == ("DRAFT", "At what time?")


def test_what_is_in_review_or_published_stays(draft, author, checker):
    """A version in review or published is not changed, by no service."""
    asked = services.request_review(version=draft, by=author, at=NOON)
    acts = [
        lambda: services.save_draft(version=draft, content=READING, by=author, at=NOON),
        lambda: services.request_review(version=draft, by=author, at=NOON),
        lambda: services.discard_draft(version=draft, by=author, at=NOON),
    ]
    for act in acts:
        with pytest.raises(services.VersionNotDraft):
            act()
    review.decide_review(review=asked, outcome="LIVE", by=checker, at=NOON)
    for act in acts:
        with pytest.raises(services.VersionNotDraft):
            act()


def test_new_version_replaces_only_once_published(live, author, checker):
    """A draft of a live item changes nothing that is drawn until it is published."""
    second = services.start_version(item=live, by=author, at=NOON)
    with pytest.raises(services.DraftExists):
        services.start_version(item=live, by=author, at=NOON)
    services.save_draft(version=second, content=replace(READING, key="a"), by=author, at=NOON)
    assert live.versions.get(number=1).key.key == "b"
    asked = services.request_review(version=second, by=author, at=NOON)
    live.refresh_from_db()
    assert live.state == "LIVE"
    review.decide_review(review=asked, outcome="TRIAL", by=checker, at=NOON)
    live.refresh_from_db()
    assert (live.state, live.versions.get(number=2).published_at) == ("TRIAL", NOON)
    first, second = live.versions.order_by("number")
    changes = queries.changes_between(first, second)
    assert [(change.name, change.lines) for change in changes] == [
        ("key", [("-", "b"), ("+", "a")])
    ]


def test_discarding_a_draft(live, author):
    """The draft of a new version can be discarded; the first version cannot."""
    services.discard_draft(
        version=services.start_version(item=live, by=author, at=NOON), by=author, at=NOON
    )
    assert live.versions.get().number == 1


def test_only_version_stays(draft, author):
    """An item keeps its only version."""
    with pytest.raises(services.OnlyVersion):
        services.discard_draft(version=draft, by=author, at=NOON)


def test_listening_needs_a_clip(author):
    """A listening item is handed in with its clip."""
    facts = {**FACTS, "kind": "AUDIO_MCQ"}
    version = services.create_item(**facts, content=READING, by=author, at=NOON)
    with pytest.raises(services.ClipMissing):
        services.request_review(version=version, by=author, at=NOON)


def test_retire_and_revive(live, checker):
    """An item is retired and used again, each with a reason, and never in another order."""
    with pytest.raises(ReasonRequired):
        services.retire_item(item=live, reason=" ", by=checker, at=NOON)
    services.retire_item(item=live, reason="Leaked.", by=checker, at=NOON)
    with pytest.raises(InvalidTransition):
        services.return_to_trial(item=live, reason="Again", by=checker, at=NOON)
    services.revive_item(item=live, reason="Cleared.", by=checker, at=NOON)
    assert live.events.order_by("id").last().why == "Cleared."


def test_excludes_hold_both_ways(live, author, assessment):
    """Items that must not meet name each other; unknown codes are refused."""
    services.set_excludes(item=live, codes=["r-a1-01"], by=author, at=NOON)
    assert Item.objects.get(code="r-a1-01").excludes.get() == live
    with pytest.raises(services.UnknownItems, match="r-zz"):
        services.set_excludes(item=live, codes=["r-zz", "r-a1-02"], by=author, at=NOON)
    assert live.excludes.get().code == "r-a1-01"


def test_level_of_an_item_in_use_is_the_reviewers(live, author, checker):
    """A draft does not move an item in use to another level; a reviewer does."""
    second = services.start_version(item=live, by=author, at=NOON)
    with pytest.raises(services.LevelInUse):
        services.save_draft(version=second, content=READING, level="C1", by=author, at=NOON)
    services.place_item(item=live, level="B1", topic="", by=checker, at=NOON)
    live.refresh_from_db()
    assert (live.level, live.topic) == ("B1", "schedules")


def test_flags_are_resolved_once(live, author, checker):
    """A reported doubt stays until somebody writes what was found."""
    version = live.versions.get()
    flag = services.report_version(version=version, detail="Two keys.", by=author, at=NOON)
    assert services.report_version(version=version, detail="Again", by=author, at=NOON) == flag
    with pytest.raises(ReasonRequired):
        services.resolve_flag(flag=flag, resolution="", by=checker, at=NOON)
    services.resolve_flag(flag=flag, resolution="One key.", by=checker, at=NOON)
    with pytest.raises(services.FlagResolved):
        services.resolve_flag(flag=flag, resolution="One key.", by=checker, at=NOON)
    assert ItemFlag.objects.get().resolved_by == checker


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_decide_at_once(draft, author, checker):
    """Of two decisions at the same moment one counts; the other person is told."""
    asked = services.request_review(version=draft, by=author, at=NOON)
    second = make_staff("Dev", "item_reviewer")
    start = Barrier(2)

    def decide(by):
        start.wait(60)
        try:
            review.decide_review(review=asked, outcome="LIVE", by=by, at=NOON)
        except review.ReviewDecided:
            return "decided"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, [checker, second])) == ["decided", "done"]
    assert draft.figures.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_authors_begin_a_version_at_once(live, author, checker):
    """Of two drafts that are begun at the same moment one is refused."""
    start = Barrier(2)

    def begin(by):
        start.wait(60)
        try:
            services.start_version(item=live, by=by, at=NOON)
        except services.DraftExists:
            return "exists"
        finally:
            connection.close()
        return "begun"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin, [author, checker])) == ["begun", "exists"]
    assert live.versions.count() == 2


def test_reviews_and_flags_are_work_queues(draft, author):
    """Reviewers see how many items wait for them, and since when."""
    services.request_review(version=draft, by=author, at=NOON)
    services.report_version(version=draft, detail="Two keys.", by=author, at=NOON)
    found = {each.label: each for each in proctoring.work_queues(now=NOON) if each.count}
    assert [each.oldest_at for each in found.values()] == [NOON, NOON]
    assert list(found) == ["Items to review", "Items in doubt"]
