"""Races with real threads: takeover against the assistant's answer, assignment, limits, duty."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from chatbot.desk import assignment, refusals, services, takeover
from chatbot.models import Conversation, Message, Ticket, TicketAssignment
from chatbot.tests.desk.conftest import MINUTE, make_member, open_one, talk_of
from conftest import NOON, make_user

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def together(*calls):
    """Call all at the same moment in threads; returns results or exceptions in order."""
    barrier = threading.Barrier(len(calls))

    def call(act):
        try:
            barrier.wait(60)
            return act()
        except Exception as fault:  # the caller looks at it
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def assistant_answers(conversation):
    """What the assistant does with a finished answer: store it if the mode is still BOT."""
    with transaction.atomic():
        locked = takeover.lock_conversation(conversation.pk)
        if locked.mode != Conversation.Mode.BOT:
            return False
        takeover.say(locked, "An automatic answer.", NOON + MINUTE)
        return True


@pytest.mark.parametrize("act", ["request", "answer"])
def test_no_answer_of_the_assistant_after_support_joined(act):
    """Whoever is first: after the line of support there is no line of the assistant."""
    member = make_member("Sunita", on_duty=False)
    for number in range(6):
        user = make_user(f"Person{number}")
        talk = talk_of(user, "When?")
        ticket = None
        if act == "answer":
            ticket = services.request_person(user=user, conversation=talk, at=NOON)
            services.answer(ticket=ticket, by=member, text="Hello.", at=NOON)
            services.hand_back(ticket=ticket, by=member, at=NOON)

        def support(user=user, talk=talk, ticket=ticket):
            if ticket is None:
                return services.request_person(user=user, conversation=talk, at=NOON)
            return services.answer(ticket=ticket, by=member, text="Me.", at=NOON)

        results = together(
            support, *[lambda talk=talk: assistant_answers(talk) for _ in range(THREADS - 1)]
        )
        assert [each for each in results if isinstance(each, Exception)] == []
        talk.refresh_from_db()
        last_change = talk.events.latest("pk")
        automatic = Message.objects.filter(conversation=talk, text="An automatic answer.")
        assert automatic.count() == results.count(True)
        assert talk.mode == last_change.became != "BOT"
        assert assistant_answers(talk) is False


def test_threads_assign_evenly():
    """Tickets opened at the same moment: each has one member, and the loads differ by one."""
    members = [make_member(name, capacity=50) for name in ("Sunita", "Sunil", "Meera")]
    users = [make_user(f"Person{number}") for number in range(THREADS * 2)]
    for some in (users[:THREADS], users[THREADS:]):
        results = together(*[lambda user=user: open_one(user) for user in some])
        assert [each for each in results if isinstance(each, Exception)] == []
    loads = [Ticket.objects.filter(assigned_to=member).count() for member in members]
    assert sum(loads) == len(users)
    assert max(loads) - min(loads) <= 1
    running = TicketAssignment.objects.filter(ended_at=None)
    assert running.count() == running.values("ticket").distinct().count() == len(users)


def test_limit_of_open_tickets_holds():
    """Eight requests at the same moment open five tickets."""
    user = make_user("Asha")
    results = together(*[lambda: open_one(user)] * THREADS)
    refused = [each for each in results if isinstance(each, refusals.TooManyTickets)]
    assert (Ticket.objects.count(), len(refused)) == (5, THREADS - 5)


def test_one_tap_twice_opens_one_ticket():
    """Several devices that ask for a person at once share the ticket."""
    user = make_user("Asha")
    talk = talk_of(user, "When?")
    results = together(
        *[lambda: services.request_person(user=user, conversation=talk, at=NOON)] * THREADS
    )
    assert len({each.pk for each in results}) == Ticket.objects.count() == 1


def test_two_members_take_one_ticket():
    """One of them gets it; the other one is told."""
    members = [make_member(name, on_duty=False) for name in ("Sunita", "Sunil")]
    ticket = open_one(make_user("Asha"))
    results = together(
        *[lambda by=by: services.take(ticket=ticket, by=by, at=NOON) for by in members]
    )
    assert sum(isinstance(each, refusals.TicketTaken) for each in results) == 1
    assert ticket.assignments.filter(ended_at=None).count() == 1


def test_members_come_and_go_while_tickets_come():
    """No deadlock, nothing assigned to who is absent after the next sweep, nothing lost."""
    members = [make_member(name, capacity=50) for name in ("Sunita", "Sunil", "Meera")]
    users = [make_user(f"Person{number}") for number in range(5)]
    for number in range(3):
        at = NOON + number * MINUTE
        acts = [lambda user=user, at=at: open_one(user, at=at) for user in users]
        acts += [
            lambda at=at: services.go_off_duty(user=members[0], at=at),
            lambda at=at: services.go_on_duty(user=members[0], at=at + timedelta(seconds=1)),
            lambda at=at: assignment.assign_waiting(at=at),
        ]
        results = together(*acts)
        assert [each for each in results if isinstance(each, Exception)] == []
    services.go_off_duty(user=members[0], at=NOON + 10 * MINUTE)
    assert not assignment.of_members_who_left(NOON + 10 * MINUTE).exists()
    assert Ticket.objects.filter(assigned_to__in=members[1:]).count() == 15


def test_answers_and_replies_cross():
    """Support answers while the user writes: no deadlock, and all messages are there."""
    member = make_member("Sunita")
    user = make_user("Asha")
    talk = talk_of(user, "When?")
    ticket = services.request_person(user=user, conversation=talk, at=NOON)
    answers = [
        lambda n=n: services.answer(ticket=ticket, by=member, text=f"A{n}", at=NOON)
        for n in range(3)
    ]
    replies = [
        lambda n=n: services.reply(ticket=ticket, text=f"R{n}", at=NOON, show_in_conversation=True)
        for n in range(3)
    ]
    merges = [lambda: services.add_note(ticket=ticket, by=member, text="Note", at=NOON)]
    results = together(*answers, *replies, *merges)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert ticket.messages.count() == 7
