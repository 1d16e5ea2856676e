"""From the moment support joins, the assistant is silent, and the user is told who and when."""

import pytest

from chatbot.desk import refusals, services, takeover
from chatbot.models import Conversation, FaqEntry, Message, Ticket
from chatbot.tests.desk.conftest import HOUR, MINUTE, make_member, open_one, talk_of
from conftest import NOON, make_user

pytestmark = pytest.mark.django_db


def lines(conversation, source="SYSTEM"):
    rows = conversation.messages.filter(source=source).order_by("at", "created_at")
    return list(rows.values_list("text", flat=True))


@pytest.fixture
def talk(asha):
    return talk_of(asha.user, "When will I get paid?", "I want to talk to someone")


def test_request_for_a_person(asha, talk):
    """One tap opens a ticket with the last question; the conversation waits for support."""
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    talk.refresh_from_db()
    assert (talk.mode, talk.ticket, ticket.conversation) == ("WAITING", ticket, talk)
    assert ticket.subject == ticket.messages.get().text == "I want to talk to someone"
    assert ticket.reference in lines(talk)[0]


def test_second_request_keeps_the_ticket(asha, talk):
    """Tapping twice opens one ticket."""
    first = services.request_person(user=asha.user, conversation=talk, at=NOON)
    assert services.request_person(user=asha.user, conversation=talk, at=NOON) == first
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("language", ["EN", "HI", "HINGLISH"])
def test_request_without_a_question(asha, language):
    """Who asked nothing before reaches a person as well, in their language."""
    empty = Conversation.objects.create(user=asha.user, last_at=NOON, language=language)
    ticket = services.request_person(user=asha.user, conversation=empty, at=NOON)
    assert (ticket.language, ticket.messages.get().text) == (language, ticket.subject)
    assert services.request_person(user=asha.user, conversation=None, at=NOON).language == "EN"


def test_closed_support_says_when_it_opens(desk, asha, talk):
    """At night the first line says when support opens, in Indian time."""
    services.request_person(user=asha.user, conversation=talk, at=NOON + 9 * HOUR)
    assert "at 09:00" in lines(talk)[0]
    assert "closed now" in lines(talk)[0]


def test_answer_takes_over(asha, talk):
    """The answer appears in the conversation, after a line that says who joined and when."""
    member = make_member("Sunita")
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    talk.pending, talk.pending_since = talk.messages.latest("created_at"), NOON
    talk.save()
    services.answer(ticket=ticket, by=member, text="On Friday.", at=NOON + MINUTE)
    talk.refresh_from_db()
    assert (talk.mode, talk.ticket, talk.pending) == ("PERSON", ticket, None)
    assert lines(talk)[-1] == "Sunita from support has joined at 12:01."
    assert lines(talk, "STAFF") == ["On Friday."]
    assert talk.events.filter(became="PERSON").get().by == member


def test_who_joined_is_told_once(asha, talk):
    """A second answer of the same member has no line; one of another member has."""
    first, second = make_member("Sunita"), make_member("Sunil", on_duty=False)
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    for text in ("One.", "Two."):
        services.answer(ticket=ticket, by=first, text=text, at=NOON + MINUTE)
    assert len(lines(talk)) == 2
    services.take(ticket=ticket, by=second, at=NOON + HOUR, from_another=True)
    assert lines(talk)[-1] == "Sunil from support has joined at 13:00."
    services.answer(ticket=ticket, by=second, text="Three.", at=NOON + HOUR)
    assert len(lines(talk)) == 3


def test_a_ticket_from_the_page_silences_the_assistant(asha, talk):
    """Opening a ticket on its page counts as asking for a person in the running conversation."""
    ticket = open_one(asha.user)
    talk.refresh_from_db()
    assert (talk.mode, talk.ticket) == ("WAITING", ticket)


def test_reply_on_the_page_shows_in_the_conversation(asha, talk):
    """What was written on the ticket's page is in the conversation; written there, it is once."""
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    services.reply(ticket=ticket, text="From the page.", at=NOON, show_in_conversation=True)
    services.reply(ticket=ticket, text="From there.", at=NOON)
    assert "From the page." in lines(talk, "PERSON")
    assert "From there." not in lines(talk, "PERSON")
    assert ticket.messages.count() == 3


def test_leaving_member(asha, talk):
    """When the member leaves the user is told, and the conversation waits again."""
    member = make_member("Sunita")
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    services.answer(ticket=ticket, by=member, text="Which day?", at=NOON)
    services.reply(ticket=ticket, text="Friday.", at=NOON + MINUTE)
    services.go_off_duty(user=member, at=NOON + HOUR)
    talk.refresh_from_db()
    assert talk.mode == "WAITING"
    assert "Someone else from support" in lines(talk)[-1]


def test_end_of_the_ticket_ends_the_conversation(asha, talk):
    """The user's next question starts a new conversation, with the assistant."""
    member = make_member("Sunita")
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    services.resolve(ticket=ticket, by=member, at=NOON + HOUR)
    talk.refresh_from_db()
    assert (talk.mode, talk.ticket, talk.closed_at) == ("CLOSED", None, NOON + HOUR)
    assert "reply within 7 days" in lines(talk)[-1]


def test_hand_back(asha, talk):
    """The assistant may answer again while the ticket stays open; an answer takes over again."""
    member = make_member("Sunita")
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    services.answer(ticket=ticket, by=member, text="On Friday.", at=NOON)
    services.hand_back(ticket=ticket, by=member, at=NOON + MINUTE)
    talk.refresh_from_db()
    assert (talk.mode, Ticket.objects.get().state) == ("BOT", "WAITING")
    services.answer(ticket=ticket, by=member, text="One more thing.", at=NOON + HOUR)
    talk.refresh_from_db()
    assert talk.mode == "PERSON"


def test_topic_of_what_was_offered(asha, talk, faq):
    """The ticket has the topic of the entry that Help gave last."""
    entry = FaqEntry.objects.select_related("category").first()
    Message.objects.create(
        conversation=talk, role="HELP", source="FAQ", entry=entry, confidence=0.9, text="…", at=NOON
    )
    ticket = services.request_person(user=asha.user, conversation=talk, at=NOON)
    assert ticket.topic == entry.category


def test_only_the_conversation_of_the_user(asha, talk):
    """A conversation of another user is not linked: nobody reads it by guessing its id."""
    stranger = make_user("Ravi")
    with pytest.raises(refusals.NotYourConversation):
        services.request_person(user=stranger, conversation=talk, at=NOON)
    with pytest.raises(refusals.NotYourConversation):
        open_one(stranger, conversation=talk)
    talk.refresh_from_db()
    assert talk.mode == takeover.Mode.BOT
