"""What time does to conversations: late answers, closing, anonymising."""

from datetime import timedelta

import pytest

from chatbot.assistant.decide import Decision
from chatbot.conversations import feedback, lifecycle, queries, services
from chatbot.desk import services as desk
from chatbot.models import Conversation, Message, Ticket, TicketMessage
from chatbot.tests.conversations.conftest import SECOND, given
from conftest import NOON
from hitouch.core import sweeps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


def run(sweep, now):
    return sweeps.run(sweep, now=now).done


def test_a_question_of_a_killed_process_is_answered(asha):
    """A sweep answers what is pending for `PENDING_FOR`; not sooner, and not twice."""
    services.send(user=asha.user, text="When do I get paid?", at=NOON)
    assert run(lifecycle.ANSWER_LATE, NOON + services.PENDING_FOR - SECOND) == 0
    assert run(lifecycle.ANSWER_LATE, NOON + services.PENDING_FOR) == 1
    assert run(lifecycle.ANSWER_LATE, NOON + services.PENDING_FOR) == 0
    assert Message.objects.filter(role="HELP").count() == 1


def test_dots_end_before_the_sweep_comes(asha):
    """The page shows dots for `TYPING_FOR`, then a sentence, as long as the question is pending."""
    services.send(user=asha.user, text="Hello", at=NOON)
    conversation = Conversation.objects.get()
    early = queries.thread_of(conversation, now=NOON + SECOND)
    late = queries.thread_of(conversation, now=NOON + queries.TYPING_FOR)
    assert (early.is_typing, early.is_late) == (True, False)
    assert (late.is_typing, late.is_late) == (False, True)
    assert queries.TYPING_FOR < services.PENDING_FOR


def test_an_idle_conversation_is_closed(asha, answered):
    """Three hours after the last message; one second sooner it is open."""
    answered(asha.user, given())
    assert run(lifecycle.CLOSE_IDLE, NOON + 3 * HOURS) == 0
    assert run(lifecycle.CLOSE_IDLE, NOON + 3 * HOURS + SECOND) == 1
    assert Conversation.objects.get().closed_at == NOON + 3 * HOURS + SECOND


def test_a_conversation_with_an_open_ticket_is_not_closed(asha):
    """Support may answer tomorrow."""
    services.request_person(user=asha.user, at=NOON)
    assert run(lifecycle.CLOSE_IDLE, NOON + 30 * HOURS) == 0


def test_after_90_days_nothing_says_who_asked_what(asha, sunita, answered):
    """Texts and user go, tickets stay; entries, kinds and ratings stay for the figures."""
    answer = answered(asha.user, given(), text="When does Asha get paid?")
    feedback.rate(message=answer, is_helpful=True, at=NOON + SECOND)
    answered(asha.user, Decision("FACTS", text="Asha: nothing due."), at=NOON + 5 * SECOND)
    services.request_person(user=asha.user, at=NOON + 10 * SECOND)
    ticket = Ticket.objects.get()
    desk.answer(ticket=ticket, by=sunita, text="Hello Asha", at=NOON + 20 * SECOND)
    desk.resolve(ticket=ticket, by=sunita, at=NOON + 30 * SECOND)
    conversation = Conversation.objects.get()
    assert conversation.mode == "CLOSED"
    assert run(lifecycle.ANONYMISE, NOON + 90 * DAYS) == 0
    assert run(lifecycle.ANONYMISE, NOON + 90 * DAYS + 60 * SECOND) == 1
    conversation.refresh_from_db()
    assert (conversation.user, conversation.anonymised_at is not None) == (None, True)
    texts = " ".join(Message.objects.values_list("text", flat=True))
    assert "Asha" not in texts
    answer.refresh_from_db()
    assert (answer.entry.key, answer.feedback) == ("payout_when", "HELPFUL")
    assert not any("joined" in row.decision for row in Message.objects.all())
    assert TicketMessage.objects.count() == 2
    ticket.refresh_from_db()
    assert (ticket.conversation, ticket.user) == (None, asha.user)
    assert run(lifecycle.ANONYMISE, NOON + 91 * DAYS) == 0
