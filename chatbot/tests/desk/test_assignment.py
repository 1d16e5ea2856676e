"""Which member of support gets a ticket, and when it goes on to another one."""

from datetime import timedelta

import pytest

from chatbot import maintenance
from chatbot.desk import assignment, services
from chatbot.models import FaqCategory, SupportDuty, Ticket, TicketAssignment
from chatbot.tests.desk.conftest import DAY, HOUR, MINUTE, make_member, open_one
from conftest import NOON, make_staff, make_user

pytestmark = pytest.mark.django_db


def test_fewest_open_tickets_first(asha):
    """Tickets spread evenly: no member ever has two more than another."""
    members = [make_member(name) for name in ("Sunita", "Sunil", "Meera")]
    for number in range(7):
        open_one(make_user(f"Person{number}"))
        loads = [Ticket.objects.filter(assigned_to=member).count() for member in members]
        assert max(loads) - min(loads) <= 1


def test_of_equals_the_longest_without_a_new_one(asha):
    """With equal numbers the turn goes round."""
    first, second = make_member("Sunita"), make_member("Sunil")
    one, two = (open_one(make_user(name)) for name in ("Ravi", "Nila"))
    assert {one.assigned_to, two.assigned_to} == {first, second}
    for each in (one, two):
        services.resolve(ticket=each, by=each.assigned_to, at=NOON + HOUR)
    third = open_one(asha.user, at=NOON + 2 * HOUR)
    assert third.assigned_to == one.assigned_to


def test_language_and_skill(asha):
    """Only a member who speaks the language and knows the topic gets it."""
    money = FaqCategory.objects.create(title="Money", skill="money")
    make_member("Sunita", languages=["EN"])
    make_member("Sunil", languages=["HI"], skills=["money"])
    assert open_one(asha.user, language="HINGLISH").assigned_to is None
    assert open_one(asha.user, topic=money).assigned_to is None
    assert open_one(asha.user, topic=money, language="HI").assigned_to.email == "sunil@example.com"
    assert open_one(asha.user).assigned_to.email == "sunita@example.com"


def test_capacity(asha):
    """A full member gets no more; whoever answers one has room for the next."""
    member = make_member("Sunita", capacity=1)
    first = open_one(asha.user)
    second = open_one(asha.user, at=NOON + MINUTE)
    assert (first.assigned_to, second.assigned_to) == (member, None)
    services.answer(ticket=first, by=member, text="Done.", at=NOON + HOUR)
    second.refresh_from_db()
    assert second.assigned_to == member


def test_queue_is_drained_by_priority_then_age(asha):
    """Whoever comes on duty gets the highest priority first, and of these the oldest."""
    by = make_staff("Meera", "support")
    tickets = [open_one(asha.user, at=NOON + number * MINUTE) for number in range(4)]
    services.set_priority(ticket=tickets[2], by=by, priority=3, at=NOON + HOUR)
    services.set_priority(ticket=tickets[3], by=by, priority=3, at=NOON + HOUR)
    member = make_member("Sunita", capacity=3, on_duty=False)
    services.go_on_duty(user=member, at=NOON + 2 * HOUR)
    got = set(Ticket.objects.filter(assigned_to=member))
    assert got == {tickets[2], tickets[3], tickets[0]}


def test_nobody_gets_the_own_ticket():
    """A member who opened a ticket is not the one who answers it."""
    member = make_member("Sunita")
    assert open_one(member).assigned_to is None


def test_role_and_status_are_asked_each_time(asha):
    """Who is on duty but lost the role, or was suspended, gets nothing."""
    without_role, suspended = make_member("Sunita"), make_member("Sunil")
    without_role.groups.clear()
    suspended.status = "SUSPENDED"
    suspended.save()
    assert open_one(asha.user).assigned_to is None


def test_not_opened_in_time_goes_on(desk, asha):
    """After 15 working minutes without a look it is the next one's, and never comes back."""
    first = make_member("Sunita")
    ticket = open_one(asha.user)
    second = make_member("Sunil")
    maintenance.sweep(at=NOON + 14 * MINUTE)
    ticket.refresh_from_db()
    assert ticket.assigned_to == first
    maintenance.sweep(at=NOON + 15 * MINUTE)
    ticket.refresh_from_db()
    assert ticket.assigned_to == second
    assert ticket.assignments.get(ended_at=None).reason == TicketAssignment.Reason.TIMED_OUT
    maintenance.sweep(at=NOON + 40 * MINUTE)
    ticket.refresh_from_db()
    assert ticket.assigned_to == second


def test_minutes_while_support_is_closed_do_not_count(desk, asha):
    """A ticket of the evening is not passed on in the night."""
    first = make_member("Sunita")
    evening = NOON + 6 * HOUR + 55 * MINUTE
    ticket = open_one(asha.user, at=evening)
    make_member("Sunil")
    maintenance.sweep(at=evening + 4 * HOUR)
    ticket.refresh_from_db()
    assert ticket.assigned_to == first


def test_opened_in_time_stays(desk, asha):
    """A look by the member is enough; a look by another one is not."""
    first = make_member("Sunita")
    ticket = open_one(asha.user)
    second = make_member("Sunil")
    services.seen(ticket=ticket, by=second, at=NOON + MINUTE)
    ticket.refresh_from_db()
    assert ticket.looked_at is None
    services.seen(ticket=ticket, by=first, at=NOON + MINUTE)
    maintenance.sweep(at=NOON + 2 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.assigned_to, ticket.state) == (first, "IN_PROGRESS")


def test_off_duty_gives_back_what_waits(asha):
    """Tickets to answer go to others; answered ones and those on hold stay."""
    first = make_member("Sunita")
    waiting, answered, held = (open_one(make_user(name)) for name in ("Ravi", "Nila", "Farah"))
    services.answer(ticket=answered, by=first, text="Done.", at=NOON)
    services.hold(ticket=held, by=first, reason="Asked the bank", at=NOON)
    second = make_member("Sunil")
    services.go_off_duty(user=first, at=NOON + HOUR)
    owners = [Ticket.objects.get(pk=each.pk).assigned_to for each in (waiting, answered, held)]
    assert owners == [second, first, first]


@pytest.mark.parametrize("state", ["answered", "held"])
def test_who_comes_back_finds_another_member(asha, state):
    """A reply to a ticket whose member has left goes to somebody who is there."""
    first = make_member("Sunita")
    ticket = open_one(asha.user)
    if state == "answered":
        services.answer(ticket=ticket, by=first, text="Which?", at=NOON)
    else:
        services.hold(ticket=ticket, by=first, reason="Asked the bank", at=NOON)
    services.go_off_duty(user=first, at=NOON + HOUR)
    second = make_member("Sunil")
    services.reply(ticket=ticket, text="Today's.", at=NOON + 2 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.assigned_to, ticket.is_on_hold) == (second, False)


def test_members_who_lost_the_role_give_back(asha):
    """The sweep returns tickets of members who are no longer active."""
    member = make_member("Sunita")
    ticket = open_one(asha.user)
    member.support_member.is_active = False
    member.support_member.save()
    other = make_member("Sunil")
    maintenance.sweep(at=NOON + HOUR)
    ticket.refresh_from_db()
    assert ticket.assigned_to == other


def test_who_takes_one_off_duty_keeps_it(asha):
    """Taking a ticket needs no duty."""
    member = make_member("Sunita", on_duty=False)
    ticket = open_one(asha.user)
    services.take(ticket=ticket, by=member, at=NOON)
    make_member("Sunil")
    maintenance.sweep(at=NOON + HOUR)
    ticket.refresh_from_db()
    assert ticket.assigned_to == member


def test_one_assignment_at_a_time(asha):
    """The history has one running assignment, and it is the ticket's."""
    make_member("Sunita")
    ticket = open_one(asha.user)
    services.take(ticket=ticket, by=make_member("Sunil"), at=NOON, from_another=True)
    running = ticket.assignments.get(ended_at=None)
    ticket.refresh_from_db()
    assert (running.member, running.reason) == (ticket.assigned_to, "TAKEN")
    assert ticket.assignments.count() == 2


def test_sent_to_the_queue_does_not_come_back(asha):
    """Who sends a ticket to the queue does not get it again during the same duty."""
    member = make_member("Sunita")
    ticket = open_one(asha.user)
    services.transfer(ticket=ticket, by=member, to=None, at=NOON)
    maintenance.sweep(at=NOON + HOUR)
    ticket.refresh_from_db()
    assert ticket.assigned_to is None


def test_a_short_duty_is_kept(asha):
    """Going off duty in the same moment leaves a duty without length, and no error."""
    member = make_member("Sunita", on_duty=False)
    services.go_on_duty(user=member, at=NOON)
    services.go_on_duty(user=member, at=NOON + MINUTE)
    services.go_off_duty(user=member, at=NOON - timedelta(seconds=1))
    duty = SupportDuty.objects.get()
    assert (duty.since, duty.until) == (NOON, NOON)
    assert not assignment.on_duty().exists()


def test_assignment_has_a_fixed_number_of_queries(asha, django_assert_max_num_queries):
    """Reading members and queue costs the same for a long queue that nobody can take."""
    make_member("Sunita", languages=["EN"])
    for number in range(3):
        open_one(make_user(f"Person{number}"), language="HI")
    with django_assert_max_num_queries(10) as few:
        assignment.assign_waiting(at=NOON)
    for number in range(3, 12):
        open_one(make_user(f"Person{number}"), language="HI")
    with django_assert_max_num_queries(len(few)):
        assignment.assign_waiting(at=NOON + DAY)
