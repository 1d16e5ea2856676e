"""What a user does with an answer: rate, choose, pass on."""

import pytest

from chatbot.assistant.decide import Decision
from chatbot.conversations import feedback, queries, services
from chatbot.conversations.refusals import NotRateable, SupportAnswers
from chatbot.models import CustomQuestion, Message
from chatbot.tests.conversations.conftest import SECOND, given, offered
from conftest import NOON
from hitouch.core.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]
LATER = NOON + 2 * SECOND


def test_a_rating_is_kept_and_can_be_changed(asha, answered):
    """The newest rating counts, with its moment."""
    answer = answered(asha.user, given())
    feedback.rate(message=answer, is_helpful=False, at=LATER)
    feedback.rate(message=answer, is_helpful=True, at=LATER + SECOND)
    answer.refresh_from_db()
    assert (answer.feedback, answer.feedback_at) == ("HELPFUL", LATER + SECOND)


def test_an_answer_that_did_not_help_offers_the_team_and_a_person_once(asha, answered):
    """After thumbs down the thread ends with an offer; pressed twice, there is one."""
    answer = answered(asha.user, given())
    for _ in range(2):
        feedback.rate(message=answer, is_helpful=False, at=LATER)
    conversation = answer.conversation
    thread = queries.thread_of(conversation, now=LATER)
    assert [item.offers for item in thread.items] == [False, False, True]


@pytest.mark.parametrize("kind", ["PASS", "SYSTEM"])
def test_only_answers_are_rated(asha, answered, kind):
    """A line of the site cannot be rated."""
    line = answered(asha.user, Decision(kind, text="Hello", language="EN"))
    with pytest.raises(NotRateable):
        feedback.rate(message=line, is_helpful=True, at=LATER)


def test_a_chosen_suggestion_is_answered_once(asha, answered):
    """The entry's answer follows, with the probability it had; chosen again, nothing is added."""
    message = answered(asha.user, offered("payout_when", "payout_method"))
    chosen = message.suggestions.get(entry__key="payout_when")
    first = feedback.choose_suggestion(suggestion=chosen, at=LATER)
    again = feedback.choose_suggestion(suggestion=chosen, at=LATER + SECOND)
    chosen.refresh_from_db()
    assert first == again
    assert (first.source, first.entry.key, first.confidence) == ("FAQ", "payout_when", 0.4)
    assert (chosen.chosen_at, first.in_reply_to.role) == (LATER, "PERSON")
    other = message.suggestions.get(entry__key="payout_method")
    assert feedback.choose_suggestion(suggestion=other, at=LATER).entry.key == "payout_method"


def test_none_of_these_offers_the_team_and_a_person(asha, answered):
    """The refusal of all suggestions is a line that offers a way on; pressed twice, one line."""
    message = answered(asha.user, offered("payout_when", "payout_method"))
    lines = {feedback.none_of_these(message=message, at=LATER).pk for _ in range(2)}
    assert len(lines) == 1
    assert queries.thread_of(message.conversation, now=LATER).items[-1].offers


def test_a_suggestion_cannot_be_chosen_once_support_answers(asha, answered):
    """The assistant is silent in a conversation that support has."""
    message = answered(asha.user, offered("payout_when"))
    services.request_person(user=asha.user, at=LATER)
    with pytest.raises(SupportAnswers):
        feedback.choose_suggestion(suggestion=message.suggestions.get(), at=LATER)
    assert not Message.objects.filter(source="FAQ").exists()


def test_a_question_is_passed_to_the_team_once(asha, answered):
    """After a pass the question goes to the team in its own words; a second time is refused."""
    line = answered(asha.user, Decision("PASS", language="EN"), text="Is there a canteen?")
    question = feedback.ask_team(message=line, at=LATER)
    assert (question.text, question.conversation) == ("Is there a canteen?", line.conversation)
    with pytest.raises(Refusal):
        feedback.ask_team(message=line, at=LATER + SECOND)
    assert CustomQuestion.objects.count() == 1
    assert not queries.thread_of(line.conversation, now=LATER).items[-1].offers


def test_an_answer_that_helped_is_not_passed_to_the_team(asha, answered):
    """A question with an answer goes to the team only after it was rated not helpful."""
    answer = answered(asha.user, given())
    with pytest.raises(Refusal):
        feedback.ask_team(message=answer, at=LATER)
    feedback.rate(message=answer, is_helpful=False, at=LATER)
    assert feedback.ask_team(message=answer, at=LATER).text == "Hello"
