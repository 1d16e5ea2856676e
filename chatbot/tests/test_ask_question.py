"""A question gets our answer when we are sure, and an honest no when we are not."""

from datetime import timedelta

import pytest
import yaml
from django.db import IntegrityError, transaction
from django.urls import reverse

from chatbot import queries, seeding
from chatbot.models import Conversation, FaqEntry, Message
from chatbot.services import answers
from conftest import NOON, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]
ASKED = [
    ("When do I get paid?", "when-paid"),
    ("payment kab aayega", "when-paid"),
    ("I forgot my pasword", "password-forgotten"),
    ("how do i cancel my shift", "release-shift"),
    ("which documents are needed", "documents-needed"),
    ("bank account change", "bank-account"),
    ("talk to a human", "human"),
]


def page(client, text):
    return client.post(reverse("chatbot:help"), {"q": text}, follow=True).content.decode()


def api(client, text):
    return client.get(reverse("api:chatbot:answers"), {"q": text}).content.decode()


@pytest.fixture(params=[page, api])
def door(request):
    """The help page and the API are asked the same."""
    return request.param


@pytest.mark.parametrize(("text", "key"), ASKED)
def test_sure_answer(text, key):
    """What is asked in known words, with an error or in Hinglish, gets its answer."""
    found = queries.match_faq(text)
    assert found.entry.key == key
    assert found.confidence >= queries.ANSWER_FROM


@pytest.mark.parametrize(
    "text",
    ["Do you sell pizza?", "What is the weather today?", "is there maternity leave", "???", "हेलो"],
)
def test_no_answer(text):
    """What we know nothing about is not answered."""
    found = queries.match_faq(text)
    assert found.entry is None
    assert found.near == []


def test_every_seeded_question_finds_itself():
    """No entry of the seed hides another."""
    for entry in FaqEntry.objects.all():
        for text in [entry.question, *entry.variants]:
            found = queries.match_faq(text)
            assert found.entry == entry, text


def test_seed_leaves_what_staff_changed():
    """Seeding again neither doubles entries nor undoes the words of staff."""
    count = FaqEntry.objects.update(answer="Changed.")
    seeding.seed(NOON)
    assert FaqEntry.objects.filter(answer="Changed.").count() == count
    assert count == sum(len(part["entries"]) for part in yaml.safe_load(seeding.FAQ.read_text()))


def test_inactive_entry_is_silent():
    """An answer that was switched off is not given."""
    FaqEntry.objects.filter(key="when-paid").update(is_active=False)
    found = queries.match_faq("When do I get paid?")
    assert found.entry is None or found.entry.key != "when-paid"


def test_doors_answer(signed_in, asha, door):
    """Page and API give the entry's own words."""
    assert "As soon as your work is approved" in door(signed_in(asha.user), "when am I paid")


def test_doors_say_when_there_is_no_answer(signed_in, asha, door):
    """Page and API say so when there is no sure answer."""
    text = door(signed_in(asha.user), "Do you sell pizza?")
    assert "Our support team can help you" in text or '"answered":false' in text.replace(" ", "")


@pytest.mark.parametrize("text", ["", " ", "x" * 501])
def test_bad_questions(signed_in, asha, text):
    """An empty or endless question is refused with a field error."""
    client = signed_in(asha.user)
    answer = client.get(reverse("api:chatbot:answers"), {"q": text})
    assert answer.status_code == 422
    assert client.post(reverse("chatbot:help"), {"q": text}).status_code == 200
    assert not Message.objects.exists()


def test_stored_with_its_source(asha):
    """The server writes who said what, and where an answer came from."""
    answer = answers.ask(user=asha.user, text="When do I get paid?", at=NOON)
    asked = Message.objects.get(role="PERSON")
    assert (answer.source, answer.entry.key) == ("FAQ", "when-paid")
    assert (asked.source, asked.conversation) == ("PERSON", answer.conversation)


def test_conversation_ends_after_three_idle_hours(asha):
    """Within three hours it is one conversation, later it is a new one."""
    for hours in (0, 2, 6):
        answers.ask(user=asha.user, text="Hello", at=NOON + timedelta(hours=hours))
    assert Conversation.objects.count() == 2


def test_answer_without_an_entry_is_refused(asha):
    """The database keeps no answer of ours that names no entry."""
    answer = answers.ask(user=asha.user, text="Hello", at=NOON)
    with pytest.raises(IntegrityError, match="answer_names_its_entry"), transaction.atomic():
        Message.objects.create(
            conversation=answer.conversation, role="HELP", source="FAQ", text="x", at=NOON
        )


def test_feedback(signed_in, asha):
    """The person says whether it helped, and it is counted from the messages."""
    answer = answers.ask(user=asha.user, text="When do I get paid?", at=NOON)
    url = reverse("chatbot:feedback", args=[answer.pk])
    assert signed_in(asha.user).post(url, {"helpful": "yes"}).status_code == 302
    entry = queries.entries_with_usage().get(key="when-paid")
    assert (entry.given, entry.helped) == (1, 1)


def test_feedback_of_strangers(signed_in, asha, ravi):
    """Nobody rates another person's answers."""
    answer = answers.ask(user=asha.user, text="When do I get paid?", at=NOON)
    url = reverse("chatbot:feedback", args=[answer.pk])
    assert signed_in(ravi.user).post(url, {"helpful": "yes"}).status_code == 404


def test_feedback_is_for_answers(asha):
    """An honest no is not rated."""
    answer = answers.ask(user=asha.user, text="Do you sell pizza?", at=NOON)
    with pytest.raises(answers.NotRateable):
        answers.give_feedback(message=answer, is_helpful=True)


def test_strangers(client):
    """Nobody who has not signed in asks."""
    assert client.get(reverse("chatbot:help")).status_code == 302
    assert client.get(reverse("api:chatbot:answers"), {"q": "x"}).status_code in (401, 403)


def test_people_without_an_agent_may_ask(signed_in):
    """Help is for everybody who has signed in."""
    assert signed_in(make_user("Omar")).get(reverse("chatbot:help")).status_code == 200


def test_page_does_not_grow_in_queries(signed_in, asha, django_assert_max_num_queries):
    """A long talk costs as many queries as a short one."""
    client, url = signed_in(asha.user), reverse("chatbot:help")
    page(client, "When do I get paid?")
    with django_assert_max_num_queries(25) as few:
        client.get(url)
    most = len(few)
    for _ in range(4):
        page(client, "When do I get paid?")
    with django_assert_max_num_queries(most):
        client.get(url)
