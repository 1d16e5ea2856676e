"""Drafts, publishing, phrasings, and drafts from what people asked."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from chatbot.faq import doctor, queries, refusals, services, slots
from chatbot.faq.records import TextRecord
from chatbot.models import CustomQuestion, FaqCategory, FaqEntry, FaqVersion, MatcherRevision
from conftest import NOON, make_agent, make_staff
from hitouch.core.db.state_machine import InvalidTransition

ANSWER = "A widget is a thing. Codes work {{ code_minutes }} min."
EN = {"EN": TextRecord("What is a widget?", ANSWER)}


@pytest.fixture
def meera(db):
    """A member of support."""
    return make_staff("Meera", "support")


@pytest.fixture
def category(db):
    """A category."""
    return FaqCategory.objects.create(title="Things")


@pytest.fixture
def version(category, meera):
    """The first draft of an entry."""
    return services.create_entry(category=category, key="widget", texts=EN, by=meera)


def revision():
    return MatcherRevision.objects.values_list("number", flat=True).first() or 0


def publish(version, meera):
    return services.publish(version=version, by=meera, at=NOON)


def test_nobody_sees_a_draft(version):
    """An entry is shown once its version is published."""
    assert queries.answer_of(version.entry_id, language="EN") is None
    assert queries.help_page("EN") == []


def test_published_answer(version, meera):
    """It names its version, has figures in place of slots; its question is a phrasing."""
    before = revision()
    publish(version, meera)
    answer = queries.answer_of(version.entry_id, language="HI")
    assert (answer.version_id, answer.language, answer.key) == (version.pk, "EN", "widget")
    assert answer.text == "A widget is a thing. Codes work 10 min."
    assert version.entry.phrasings.get().text == "What is a widget?"
    assert revision() > before


def test_the_next_version_replaces_the_one_before(version, meera):
    """The old version is retired and kept; its question is no phrasing any more."""
    publish(version, meera)
    new = services.draft(entry=version.entry, by=meera)
    services.edit_draft(version=new, texts={"EN": TextRecord("What are widgets?", "Things.")})
    assert queries.answer_of(version.entry_id, language="EN").question == "What is a widget?"
    publish(new, meera)
    version.refresh_from_db()
    assert version.state == "RETIRED"
    assert version.texts.get().question == "What is a widget?"
    assert [row.text for row in version.entry.phrasings.all()] == ["What are widgets?"]
    assert queries.answer_of(version.entry_id, language="EN").version_id == new.pk


def test_an_entry_has_one_draft(version, meera):
    """Whoever begins a draft gets the one that is open."""
    assert services.draft(entry=version.entry, by=None) == version
    publish(version, meera)
    second = services.draft(entry=version.entry, by=meera)
    assert services.draft(entry=version.entry, by=None) == second
    assert [text.question for text in second.texts.all()] == ["What is a widget?"]


def test_a_published_version_never_changes(version, meera):
    """Neither the service nor the database changes what people were shown."""
    publish(version, meera)
    version.refresh_from_db()
    with pytest.raises(refusals.DraftOnly):
        services.edit_draft(version=version, texts=EN)
    with pytest.raises(refusals.DraftOnly):
        services.discard_draft(version=version)
    with pytest.raises(ProgrammingError, match="cannot change"), transaction.atomic():
        version.texts.update(answer="Else.")


@pytest.mark.parametrize(
    "answer",
    [
        "{{ unknown }}",
        "{{ code_minutes }} and {{ nothing }}",
        "[Page](no:page)",
        "[Page](/no/page/)",
        "[Page](https://example.com/)",
        "{{ code_minutes",
        "{% now %} {{ settings.SECRET_KEY }}",
        services.TO_WRITE,
    ],
)
def test_broken_texts_are_not_published(version, meera, answer):
    """A slot without a value, or a link to no page of ours, is refused and named."""
    services.edit_draft(version=version, texts={"EN": TextRecord("What?", answer)})
    with pytest.raises(refusals.TextsBroken):
        publish(version, meera)
    version.refresh_from_db()
    assert version.state == "DRAFT"


def test_english_is_needed(version, meera):
    """Other languages fall back to English, so no version is without it."""
    services.edit_draft(
        version=version, texts={"EN": TextRecord("", ""), "HI": TextRecord("क्या?", "यह।")}
    )
    with pytest.raises(refusals.EnglishMissing):
        publish(version, meera)


@pytest.mark.parametrize(
    ("after", "is_refused"), [(0.93, False), (0.911, False), (0.91, True), (0.5, True)]
)
def test_a_fall_of_precision_is_refused(version, meera, monkeypatch, after, is_refused):
    """A version with which precision falls by 2 points or more is not published."""

    class FixedReport:
        """What a matcher would say."""

        precision_before, precision_after = 0.93, after

    monkeypatch.setattr(services, "examine", lambda version: FixedReport)
    if is_refused:
        with pytest.raises(refusals.PrecisionFalls):
            publish(version, meera)
    else:
        publish(version, meera)


def test_a_draft_that_changed_while_it_was_examined_is_refused(version, meera, monkeypatch):
    """What was examined is what is published."""

    def examine(version):
        services.edit_draft(version=version, texts={"EN": TextRecord("Other?", "Other.")})

    monkeypatch.setattr(services, "examine", examine)
    with pytest.raises(refusals.VersionChanged):
        publish(version, meera)


def test_withdrawn_and_hidden_answers_are_not_shown(version, meera):
    """Hiding keeps the version; withdrawing retires it."""
    entry = version.entry
    with pytest.raises(refusals.NoPublishedVersion):
        services.set_active(entry=entry, is_active=True)
    publish(version, meera)
    services.set_active(entry=entry, is_active=False)
    assert queries.answer_of(entry.pk, language="EN") is None
    services.set_active(entry=entry, is_active=True)
    assert queries.answer_of(entry.pk, language="EN")
    services.retire(entry=entry, by=meera, at=NOON)
    assert queries.answer_of(entry.pk, language="EN") is None
    with pytest.raises(refusals.NoPublishedVersion):
        services.retire(entry=entry, by=meera, at=NOON)


def test_discarding_the_only_draft_deletes_the_entry(version):
    """An entry that was never published leaves nothing."""
    services.discard_draft(version=version)
    assert not FaqEntry.objects.exists()


def test_phrasings(version, meera):
    """A phrasing is one line without secrets, and belongs to one entry; a question stays."""
    publish(version, meera)
    phrasing = services.add_phrasing(
        entry=version.entry, text=" tell me\nabout\twidgets ", language="EN", by=meera
    )
    assert phrasing.text == "tell me about widgets"
    with pytest.raises(refusals.PhrasingTaken):
        services.add_phrasing(
            entry=version.entry, text="Tell me about WIDGETS", language="EN", by=meera
        )
    text = "my Aadhaar 2345 6789 0124 is it a widget"
    said = services.add_phrasing(entry=version.entry, text=text, language="EN", by=meera)
    assert "2345" not in said.text
    with pytest.raises(refusals.PhrasingUsed):
        services.remove_phrasing(phrasing=version.entry.phrasings.get(origin="ENTRY"))
    services.remove_phrasing(phrasing=phrasing)
    assert version.entry.phrasings.count() == 2
    for text in ("", " ", "x" * 501):
        with pytest.raises(refusals.TextInvalid):
            services.add_phrasing(entry=version.entry, text=text, language="EN", by=meera)


def test_draft_from_a_custom_question(category, meera):
    """Question and answer become a draft in one act, without secrets; English has to be written."""
    question = CustomQuestion.objects.create(
        user=make_agent("Asha").user,
        text="Kya mera number 9876543210 chalega?",
        language="HINGLISH",
        opened_at=NOON,
        answer="Haan.",
    )
    version = services.draft_from_question(question=question, category=category, by=meera)
    texts = {row.language: row for row in version.texts.all()}
    assert "9876543210" not in texts["HINGLISH"].question
    assert texts["HINGLISH"].answer == "Haan."
    with pytest.raises(refusals.TextsBroken):
        publish(version, meera)


def test_draft_from_a_group_of_questions(category, meera):
    """The first question of each language is the draft's, all are phrasings; keys never clash."""
    asked = [("EN", "Is there a canteen?"), ("HINGLISH", "canteen hai kya"), ("EN", "canteen?")]
    for number in (1, 2):
        version = services.draft_from_group(questions=asked, category=category, by=meera)
        texts = {row.language: row.question for row in version.texts.all()}
        assert texts == {"EN": "Is there a canteen?", "HINGLISH": "canteen hai kya"}
        assert version.entry.phrasings.count() == (3 if number == 1 else 0)
    assert set(FaqEntry.objects.values_list("key", flat=True)) == {
        "is-there-a-canteen",
        "is-there-a-canteen-2",
    }


def test_a_broken_slot_is_silent(version, meera, monkeypatch):
    """An answer whose slot has no value any more is not shown, rather than shown wrongly."""
    publish(version, meera)
    monkeypatch.delitem(slots.REGISTRY, "code_minutes")
    assert queries.answer_of(version.entry_id, language="EN") is None
    assert queries.help_page("EN") == []


def test_report_without_faults(version):
    """The doctor's report says what it knows, with or without a matcher."""
    assert doctor.report(version)["faults"] == []


@pytest.mark.django_db(transaction=True)
def test_two_publish_at_once():
    """Of two people who publish the same draft at the same moment one does, the other is told."""
    meera = make_staff("Meera", "support")
    category = FaqCategory.objects.create(title="Things")
    version = services.create_entry(category=category, key="widget", texts=EN, by=meera)
    publish(version, meera)
    draft = services.draft(entry=FaqEntry.objects.get(pk=version.entry_id), by=meera)
    services.edit_draft(version=draft, texts={"EN": TextRecord("What now?", "This.")})
    barrier = Barrier(4)

    def act(number):
        try:
            barrier.wait(60)
            publish(FaqVersion.objects.get(pk=draft.pk), meera)
            return "published"
        except InvalidTransition:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(act, range(4)))
    assert said == ["published", "refused", "refused", "refused"]
    states = FaqVersion.objects.filter(entry=version.entry_id).values_list("state", flat=True)
    assert sorted(states) == ["PUBLISHED", "RETIRED"]
    assert draft.events.count() == 1
