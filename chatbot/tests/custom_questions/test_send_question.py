"""A person sends a question to staff: page and API, texts, messages, limits."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from chatbot.custom_questions import services
from chatbot.custom_questions.refusals import (
    NotAskable,
    QuestionSentAlready,
    TooManyOpenQuestions,
    TooManyQuestionsToday,
)
from chatbot.models import CustomQuestion
from chatbot.tests.talks import ask, make_conversation, make_entry, reply
from conftest import NOON, make_agent
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db
TEXT = "Can I work from two cities?"


def send_on_page(client, **body):
    return client.post(reverse("chatbot:new-question"), body)


def send_over_api(client, **body):
    url = reverse("api:chatbot:questions")
    return client.post(url, body, content_type="application/json")


@pytest.fixture(params=[send_on_page, send_over_api])
def send(request):
    """Send a question: once on the page, once over the API."""
    return request.param


def open_question(user, text=TEXT, at=NOON, **facts):
    return services.open_question(user=user, text=text, language="EN", at=at, **facts)


def test_send(signed_in, asha, send):
    """A question of one's own words is stored as open, with an event."""
    assert send(signed_in(asha.user), text=TEXT).status_code in (201, 302)
    question = CustomQuestion.objects.get()
    assert (question.user, question.text, question.state) == (asha.user, TEXT, "OPEN")
    assert question.events.get().became == "OPEN"


def test_send_needs_a_text_or_a_message(signed_in, asha, send):
    """Neither a text nor a message: the person is asked for the question."""
    response = send(signed_in(asha.user), text=" ")
    assert response.status_code in (200, 422)
    assert "Enter your question." in response.content.decode()
    assert not CustomQuestion.objects.exists()


def test_a_passed_question_is_sent_as_it_was_asked(signed_in, asha, send):
    """The message of which Help knew no answer is enough; the conversation goes with it."""
    question = ask(make_conversation(asha.user, NOON), NOON, "Is there a dress code?")
    passed = reply(question, NOON)
    assert send(signed_in(asha.user), message=str(passed.pk)).status_code in (201, 302)
    sent = CustomQuestion.objects.get()
    assert (sent.text, sent.message) == ("Is there a dress code?", question)
    assert sent.conversation == question.conversation


def test_an_answer_is_rated_first(asha):
    """A question that has an answer is taken only after a thumbs down."""
    question = ask(make_conversation(asha.user, NOON), NOON)
    answer = reply(question, NOON, "FAQ", entry=make_entry())
    with pytest.raises(NotAskable):
        open_question(asha.user, message=answer)
    answer.feedback = "NOT_HELPFUL"
    answer.save()
    assert open_question(asha.user, message=answer).message == question


@pytest.mark.parametrize("first", ["question", "answer"])
def test_once_for_a_message(asha, first):
    """The question and the answer to it are one: it is sent once, even after it was answered."""
    question = ask(make_conversation(asha.user, NOON), NOON)
    messages = {"question": question, "answer": reply(question, NOON)}
    open_question(asha.user, message=messages[first])
    for message in messages.values():
        with pytest.raises(QuestionSentAlready):
            open_question(asha.user, message=message)


def test_message_of_another_person(signed_in, asha, ravi, send):
    """A message in another person's conversation is like none."""
    theirs = ask(make_conversation(ravi.user, NOON), NOON, "quetzal")
    response = send(signed_in(asha.user), text=TEXT, message=str(theirs.pk))
    assert response.status_code in (200, 422)
    assert "no such message" in response.content.decode()
    assert not CustomQuestion.objects.exists()
    page = signed_in(asha.user).get(reverse("chatbot:new-question") + f"?message={theirs.pk}")
    assert "quetzal" not in page.content.decode()


def test_secrets_are_masked(asha):
    """A card number and an Aadhaar number are not stored."""
    sent = open_question(asha.user, "My card 4111 1111 1111 1111 and Aadhaar 2345 6789 0124, why?")
    for number in ("4111 1111", "2345 6789"):
        assert number not in sent.text
    assert sent.text.endswith("why?")


@pytest.mark.parametrize("text", ["x" * 100_000, "\x00\x01", "‮ "], ids=["long", "nul", "bidi"])
def test_odd_texts_get_a_sentence(signed_in, asha, send, text):
    """What cannot be a question is refused with a sentence, and nothing is stored."""
    response = send(signed_in(asha.user), text=text)
    assert response.status_code in (200, 400, 422)
    assert not CustomQuestion.objects.exists()


def test_limit_of_open_questions(settings, asha):
    """So many open questions, then a sentence; an answered one makes room."""
    settings.HITOUCH_HELP_OPEN_QUESTIONS = 2
    first = open_question(asha.user)
    open_question(asha.user)
    with pytest.raises(TooManyOpenQuestions, match="You have 2 questions"):
        open_question(asha.user)
    services.dismiss_question(question=first, by=asha.user, reason="Sold out.", at=NOON)
    open_question(asha.user)


def test_limit_of_a_day(settings, asha):
    """So many questions within 24 hours, whatever became of them."""
    settings.HITOUCH_HELP_QUESTIONS_A_DAY = 1
    first = open_question(asha.user)
    services.dismiss_question(question=first, by=asha.user, reason="Sold out.", at=NOON)
    with pytest.raises(TooManyQuestionsToday):
        open_question(asha.user, at=NOON + timedelta(hours=23))
    open_question(asha.user, at=NOON + timedelta(hours=25))


def test_limit_over_page_and_api(settings, signed_in, asha, send):
    """Page and API answer with the sentence of the limit."""
    settings.HITOUCH_HELP_OPEN_QUESTIONS = 1
    open_question(asha.user)
    response = send(signed_in(asha.user), text=TEXT)
    assert response.status_code in (200, 429)
    assert "contact support" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_limit_holds_for_threads(settings):
    """Of eight questions at the same moment as many are taken as the limit allows."""
    settings.HITOUCH_HELP_OPEN_QUESTIONS = 3
    user = make_agent("Tara").user
    taken = []

    def send() -> None:
        try:
            taken.append(open_question(user))
        except Refusal:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(taken) == CustomQuestion.objects.count() == 3


@pytest.mark.parametrize("name", ["chatbot:questions", "api:chatbot:questions"])
def test_list_has_a_constant_number_of_queries(
    signed_in, asha, settings, name, django_assert_max_num_queries
):
    """The number of queries does not grow with the number of questions."""
    settings.HITOUCH_HELP_OPEN_QUESTIONS = settings.HITOUCH_HELP_QUESTIONS_A_DAY = 50
    client, url = signed_in(asha.user), reverse(name)
    open_question(asha.user)
    with django_assert_max_num_queries(25) as captured:
        assert TEXT in client.get(url).content.decode()
    limit = len(captured)
    for _ in range(6):
        open_question(asha.user)
    with django_assert_max_num_queries(limit):
        client.get(url)


@pytest.mark.parametrize("name", ["chatbot:question", "api:chatbot:question"])
def test_question_of_another_person_is_not_found(signed_in, asha, ravi, name):
    """Page and API return 404 for a question of another person, and ask nobody to log in."""
    url = reverse(name, args=[open_question(asha.user).pk])
    assert signed_in(ravi.user).get(url).status_code == 404
    assert TEXT in signed_in(asha.user).get(url).content.decode()


@pytest.mark.parametrize("name", ["chatbot:questions", "chatbot:new-question"])
def test_nobody_is_sent_to_the_log_in(client, name):
    """Without a log-in there are no questions."""
    assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse("api:chatbot:questions")).status_code in (401, 403)
