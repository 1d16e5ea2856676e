"""Storing an answer: its kinds, and that it is dropped once a person answers."""

import pytest
from django.db import IntegrityError, transaction

from chatbot.assistant.decide import Decision
from chatbot.conversations import services, wording
from chatbot.desk import services as desk
from chatbot.models import Conversation, Message, Ticket
from chatbot.tests.conversations.conftest import SECOND, given, offered
from conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("faq")]


def test_suggestions_are_stored_in_their_order(asha, answered):
    """Each suggested entry is a row with its probability and place."""
    message = answered(asha.user, offered("payout_when", "payout_method"))
    rows = message.suggestions.order_by("position").values_list("position", "entry__key")
    assert list(rows) == [(1, "payout_when"), (2, "payout_method")]
    assert (message.source, message.text) == ("SUGGESTION", wording.SUGGESTIONS["EN"])


@pytest.mark.parametrize("language", ["EN", "HI", "HINGLISH"])
def test_no_answer_is_said_in_the_language_of_the_question(asha, answered, language):
    """A pass has a sentence in each language, and a line of the site as its source."""
    message = answered(asha.user, Decision("PASS", language=language))
    assert (message.source, message.text) == ("SYSTEM", wording.NO_ANSWER[language])


def test_facts_and_courtesies_keep_their_text(asha, answered):
    """Facts are rateable answers with links; a courtesy is a line of the site."""
    links = ({"label": "Payments", "url": "/money/"},)
    facts = answered(asha.user, Decision("FACTS", text="Next payment: none.", links=links))
    hello = answered(asha.user, Decision("SYSTEM", text="You are welcome."))
    assert (facts.source, facts.links, facts.is_rateable) == ("FACTS", list(links), True)
    assert (hello.source, hello.is_rateable) == ("SYSTEM", False)


def test_a_wish_for_a_person_opens_a_ticket(asha):
    """A question that asks for a person is passed to support at once."""
    sent = services.send(user=asha.user, text="talk to a human", at=NOON)
    services.deliver(sent.message.pk, Decision("PERSON"), NOON + SECOND)
    conversation = Conversation.objects.get()
    assert (conversation.mode, conversation.pending) == ("WAITING", None)
    assert conversation.ticket == asha.user.tickets.get()


def test_a_wish_for_a_person_over_the_limit_of_tickets(asha, settings):
    """With as many open tickets as one may have, the user reads why, and nothing is pending."""
    settings.HITOUCH_HELP_OPEN_TICKETS = 1
    desk.open_ticket(user=asha.user, subject="One", text="One", at=NOON)
    sent = services.send(user=asha.user, text="talk to a human", at=NOON + 4 * SECOND * 3600)
    services.deliver(sent.message.pk, Decision("PERSON"), NOON + 4 * SECOND * 3600)
    line = Message.objects.order_by("-at").first()
    assert "open tickets" in Message.objects.filter(source="SYSTEM").latest("created_at").text
    assert line.conversation.pending is None


@pytest.mark.parametrize("what", ["person", "takeover", "close", "answered"])
def test_an_answer_that_comes_too_late_is_dropped(asha, sunita, what):
    """Nothing is stored once a person was asked for, support answered, or it is closed."""
    sent = services.send(user=asha.user, text="When do I get paid?", at=NOON)
    if what == "person":
        services.request_person(user=asha.user, at=NOON)
    elif what == "takeover":
        services.request_person(user=asha.user, at=NOON)
        desk.answer(ticket=Ticket.objects.get(), by=sunita, text="Hello", at=NOON + SECOND)
    elif what == "close":
        services.close(sent.conversation, at=NOON)
    else:
        services.deliver(sent.message.pk, given(), NOON)
    before = Message.objects.count()
    assert services.deliver(sent.message.pk, given(), NOON + SECOND) is None
    assert Message.objects.count() == before


def test_a_person_is_asked_for_once(asha):
    """Asking again while support has the conversation opens no second ticket."""
    first = services.request_person(user=asha.user, at=NOON)
    again = services.request_person(user=asha.user, at=NOON + SECOND)
    assert first == again
    assert Ticket.objects.count() == 1


def test_a_person_can_be_asked_for_while_a_question_is_pending(asha):
    """The pending question is the text of the ticket, and is not answered by the assistant."""
    services.send(user=asha.user, text="My app is blank", at=NOON)
    services.request_person(user=asha.user, at=NOON + SECOND)
    assert Ticket.objects.get().messages.get().text == "My app is blank"


def test_an_answer_without_an_entry_is_refused(asha, answered):
    """The database refuses an FAQ answer that names no entry."""
    conversation = answered(asha.user, given()).conversation
    with pytest.raises(IntegrityError, match="answer_names_its_entry"), transaction.atomic():
        Message.objects.create(
            conversation=conversation, role="HELP", source="FAQ", text="x", at=NOON
        )
