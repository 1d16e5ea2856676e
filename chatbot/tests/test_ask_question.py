"""Asking a question: FAQ matching, conversations, feedback; page and API."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chatbot import queries, seeding
from chatbot.faq import interchange
from chatbot.faq import queries as faq_queries
from chatbot.models import Conversation, FaqEntry, Message
from chatbot.services import answers
from conftest import NOON, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]
QUESTIONS = [
    ("When do I get paid?", "payout_when"),
    ("payment kab aayega", "payout_when"),
    ("I forgot my pasword", "reset_password"),
    ("how do i release a shift", "cancel_shift"),
    ("which documents are needed", "kyc_docs"),
    ("bank account change", "payout_method"),
    ("talk to a human", "human"),
]


def ask_on_page(client, text):
    return client.post(reverse("chatbot:help"), {"q": text}, follow=True).content.decode()


def ask_over_api(client, text):
    return client.get(reverse("api:chatbot:answers"), {"q": text}).content.decode()


@pytest.fixture(params=[ask_on_page, ask_over_api])
def ask(request):
    """Ask a question: once on the help page, once over the API."""
    return request.param


@pytest.mark.parametrize(("text", "key"), QUESTIONS)
def test_question_finds_its_entry(text, key):
    """Known wording, a typing error or Hinglish finds the right entry."""
    match = queries.match_faq(text)
    assert match.entry.key == key
    assert match.confidence >= queries.ANSWER_FROM


@pytest.mark.parametrize(
    "text",
    ["Do you sell pizza?", "What is the weather today?", "is there maternity leave", "???", "हेलो"],
)
def test_unknown_question_has_no_match(text):
    """A question on another subject gets neither an answer nor suggestions."""
    match = queries.match_faq(text)
    assert match.entry is None
    assert match.near == []


@pytest.mark.parametrize(
    "text", ["my aadhaar pdf is password protected", "which password has the e-aadhaar pdf"]
)
def test_locked_pdf_has_an_answer(text):
    """The help says which password a locked Aadhaar has."""
    entry = queries.match_faq(text).entry
    assert "first 4 letters of your name" in entry.text


def test_seeding_keeps_changes_of_staff():
    """Seeding again neither duplicates entries nor overwrites edited ones."""
    count = FaqEntry.objects.update(position=9)
    seeding.seed(NOON)
    assert FaqEntry.objects.filter(position=9, versions__number=1).count() == count
    assert count == sum(len(part.entries) for part in interchange.supplied_records())


def test_inactive_entry_is_not_given():
    """An inactive entry is not given as an answer."""
    FaqEntry.objects.filter(key="payout_when").update(is_active=False)
    match = queries.match_faq("When do I get paid?")
    assert match.entry is None or match.entry.key != "payout_when"


def test_page_and_api_give_the_answer(signed_in, asha, ask):
    """Page and API return the text of the entry."""
    assert "As soon as your work is approved" in ask(signed_in(asha.user), "when am I paid")


def test_page_and_api_show_that_there_is_no_answer(signed_in, asha, ask):
    """Page and API say so when there is no sure answer."""
    text = ask(signed_in(asha.user), "Do you sell pizza?")
    assert "Our support team can help you" in text or '"answered":false' in text.replace(" ", "")


@pytest.mark.parametrize("text", ["", " ", "x" * 501])
def test_invalid_question_is_refused(signed_in, asha, text):
    """An empty or too long question is refused and not stored."""
    client = signed_in(asha.user)
    answer = client.get(reverse("api:chatbot:answers"), {"q": text})
    assert answer.status_code == 422
    assert client.post(reverse("chatbot:help"), {"q": text}).status_code == 200
    assert not Message.objects.exists()


def test_messages_store_role_and_source(asha):
    """The server stores who wrote each message and which entry answered it."""
    answer = answers.ask(user=asha.user, text="When do I get paid?", at=NOON)
    question = Message.objects.get(role="PERSON")
    assert (answer.source, answer.entry.key) == ("FAQ", "payout_when")
    assert (question.source, question.conversation) == ("PERSON", answer.conversation)


def test_conversation_ends_after_three_idle_hours(asha):
    """A question after three hours without a message starts a new conversation."""
    for hours in (0, 2, 6):
        answers.ask(user=asha.user, text="Hello", at=NOON + timedelta(hours=hours))
    assert Conversation.objects.count() == 2


def test_answer_without_an_entry_is_refused(asha):
    """The database refuses an FAQ answer that names no entry."""
    answer = answers.ask(user=asha.user, text="Hello", at=NOON)
    with pytest.raises(IntegrityError, match="answer_names_its_entry"), transaction.atomic():
        Message.objects.create(
            conversation=answer.conversation, role="HELP", source="FAQ", text="x", at=NOON
        )


def test_feedback(signed_in, asha):
    """A rating is stored and counted for the entry."""
    answer = answers.ask(user=asha.user, text="When do I get paid?", at=NOON)
    url = reverse("chatbot:feedback", args=[answer.pk])
    assert signed_in(asha.user).post(url, {"helpful": "yes"}).status_code == 302
    entry = faq_queries.entries_with_usage().get(key="payout_when")
    assert (entry.given, entry.helped) == (1, 1)


def test_feedback_on_the_answer_of_another_user_is_not_found(signed_in, asha, ravi):
    """Users cannot rate answers in the conversation of another user."""
    answer = answers.ask(user=asha.user, text="When do I get paid?", at=NOON)
    url = reverse("chatbot:feedback", args=[answer.pk])
    assert signed_in(ravi.user).post(url, {"helpful": "yes"}).status_code == 404


def test_only_faq_answers_are_rated(asha):
    """A reply that there is no answer cannot be rated."""
    answer = answers.ask(user=asha.user, text="Do you sell pizza?", at=NOON)
    with pytest.raises(answers.NotRateable):
        answers.give_feedback(message=answer, is_helpful=True)


def test_anonymous_users_are_refused(client):
    """Page and API require a login."""
    assert client.get(reverse("chatbot:help")).status_code == 302
    assert client.get(reverse("api:chatbot:answers"), {"q": "x"}).status_code in (401, 403)


def test_users_who_are_no_agents_may_ask(signed_in):
    """Help is open to every logged-in user."""
    assert signed_in(make_user("Omar")).get(reverse("chatbot:help")).status_code == 200


def test_page_has_a_constant_number_of_queries(signed_in, asha, django_assert_max_num_queries):
    """The number of queries does not grow with the conversation."""
    client, url = signed_in(asha.user), reverse("chatbot:help")
    ask_on_page(client, "When do I get paid?")
    with django_assert_max_num_queries(25) as captured:
        client.get(url)
    limit = len(captured)
    for _ in range(4):
        ask_on_page(client, "When do I get paid?")
    with django_assert_max_num_queries(limit):
        client.get(url)


def test_question_with_an_aadhaar_number_is_not_stored(signed_in, asha):
    """The page asks to remove the number; what was typed stays in the field."""
    typed = "Is 2345 6789 0124 approved?"
    page = signed_in(asha.user).post(reverse("chatbot:help"), {"q": typed}).content.decode()
    assert "full Aadhaar number" in page
    assert typed in page
    assert not Message.objects.exists()
