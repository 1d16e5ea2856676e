"""Things that happen at the same moment, in real threads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from accounts.models import User
from chatbot.conversations import services
from chatbot.desk import services as desk
from chatbot.models import Conversation, Message, Ticket, TicketMessage
from chatbot.tests.conversations.conftest import SECOND, given
from conftest import NOON
from hitouch.core.errors import Refusal
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("faq")]
ROUNDS = 10


def together(*acts: Callable[[], object]) -> list[object]:
    """Run acts at the same moment; a refusal is returned in place of a result."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def bot_after_takeover() -> int:
    """Answers of the assistant that stand after the line that support has joined."""
    found = 0
    for line in Message.objects.filter(decision__has_key="joined"):
        after = line.conversation.messages.filter(created_at__gt=line.created_at)
        found += after.filter(source__in=["FAQ", "AI", "FACTS", "SUGGESTION"]).count()
    return found


def ticket_beside(conversation: Conversation) -> Ticket:
    """A ticket about a conversation in which the assistant still answers."""
    assert conversation.user is not None
    ticket = Ticket.objects.create(
        user=conversation.user, conversation=conversation, subject="Pay", opened_at=NOON
    )
    TicketMessage.objects.create(
        ticket=ticket, by=conversation.user, is_from_staff=False, text="Pay", at=NOON
    )
    return ticket


def test_the_assistant_is_silent_after_a_takeover(asha, sunita):
    """Support answers while the assistant delivers: no answer of it comes after theirs."""
    for number in range(ROUNDS):
        at = NOON + number * 60 * SECOND
        sent = services.send(user=asha.user, text="When do I get paid?", at=at)
        ticket, key = ticket_beside(sent.conversation), sent.message.pk
        together(
            partial(services.deliver, key, given(), at + SECOND),
            partial(desk.answer, ticket=ticket, by=sunita, text="Hello", at=at + SECOND),
        )
        conversation = Conversation.objects.get(pk=sent.conversation.pk)
        assert (conversation.mode, conversation.pending) == ("PERSON", None)
        desk.resolve(ticket=ticket, by=sunita, at=at + 30 * SECOND)
    assert bot_after_takeover() == 0


def test_two_requests_for_a_person_open_one_ticket(asha):
    """Pressed in two tabs at once, the button opens one ticket."""
    act = partial(services.request_person, user=asha.user, at=NOON)
    together(act, act, act)
    assert Ticket.objects.count() == 1
    assert Conversation.objects.count() == 1


def test_first_messages_at_once_begin_one_conversation(asha):
    """Of several first messages one is stored, the others are refused; one talk begins."""
    acts = [
        partial(services.send, user=asha.user, text=f"Hello {number}", at=NOON)
        for number in range(6)
    ]
    results = together(*acts)
    assert sum(isinstance(result, services.Sent) for result in results) == 1
    assert Conversation.objects.count() == Message.objects.count() == 1


def test_the_same_request_at_once_is_stored_once(asha):
    """Repeated requests with one key that overlap store one message, and all get it."""
    act = partial(services.send, user=asha.user, text="Hello", at=NOON, client_key="k")
    results = together(*[act] * 6)
    assert len({result.message.pk for result in results}) == 1
    assert sum(result.is_pending for result in results) == 1


def test_the_limit_holds_for_requests_at_once(asha, settings):
    """Parallel messages to support are counted exactly."""
    settings.HITOUCH_HELP_MESSAGES_A_MINUTE = 5
    services.request_person(user=asha.user, at=NOON)
    acts = [
        partial(services.send, user=asha.user, text=f"Hello {number}", at=NOON)
        for number in range(8)
    ]
    together(*acts)
    assert Message.objects.filter(role="PERSON").count() == 5


def test_an_answer_is_delivered_once(asha):
    """The request and the sweep deliver at the same moment: one answer is stored."""
    key = services.send(user=asha.user, text="Hello", at=NOON).message.pk
    act = partial(services.deliver, key, given(), NOON + SECOND)
    assert sum(result is not None for result in together(act, act, act)) == 1


def test_thinking_holds_no_lock(asha, monkeypatch):
    """While the assistant thinks, the account and the conversation can be locked by others."""
    thinking, seen = threading.Event(), threading.Event()

    def decide(**facts: object) -> object:
        thinking.set()
        assert seen.wait(DEADLINE_SECONDS)
        return given()

    monkeypatch.setattr(services, "decide", decide)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask_and_close, asha.user)
        assert thinking.wait(DEADLINE_SECONDS)
        try:
            with transaction.atomic():
                User.objects.select_for_update(nowait=True).get(pk=asha.user.pk)
                Conversation.objects.select_for_update(nowait=True).get()
        finally:
            seen.set()
        asked.result(DEADLINE_SECONDS)
    assert Message.objects.filter(source="FAQ").count() == 1


def ask_and_close(user: User) -> None:
    try:
        services.ask(user=user, text="Hello", at=NOON)
    finally:
        connection.close()
