"""Random acts on tickets by a user, three members and the clock, against a model of one's own.

Every act goes to the real services and the database. A refusal is fine; anything else that is
raised is a defect. The model knows the states and pauses of each ticket from the acts that
succeeded, and counts working minutes one by one, without the code of the clocks.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chatbot import maintenance
from chatbot.desk import assignment, clocks, seeding, services
from chatbot.desk.clocks import ClockKind
from chatbot.models import (
    Conversation,
    SupportDuty,
    SupportHoliday,
    SupportHours,
    Ticket,
    TicketAssignment,
    TicketHold,
)
from chatbot.tests.desk.conftest import MINUTE, make_member, talk_of
from chatbot.tests.desk.minute_counter import MinuteCounter
from conftest import NOON, make_user
from hitouch.core.errors import Refusal

NUMBERS = st.integers(0, 5)
MEMBERS = st.integers(0, 2)


class TicketModel:
    """What the model knows of one ticket."""

    def __init__(self, at):
        self.opened_at, self.first_answer_at, self.resolved_at = at, None, None
        self.pauses = {"ON_HOLD": [], "RESOLVED": [], "WAITING_FOR_PERSON": []}

    def begin(self, reason, at):
        spans = self.pauses[reason]
        if not spans or spans[-1][1] is not None:
            spans.append([at, None])

    def end(self, reason, at):
        spans = self.pauses[reason]
        if spans and spans[-1][1] is None:
            spans[-1][1] = at

    def spans(self, *reasons):
        return [(reason, *span) for reason in reasons for span in self.pauses[reason]]


class TicketMachine(RuleBasedStateMachine):
    """Acts in any order while the clock goes on by whole minutes."""

    def __init__(self):
        super().__init__()
        self.known = {}
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self):
        seeding.seed(NOON)
        self.now = NOON
        self.user = make_user("Asha")
        self.members = [
            make_member(name, on_duty=False, capacity=2) for name in ("Sunita", "Sunil", "Meera")
        ]
        periods = {}
        for row in SupportHours.objects.all():
            periods.setdefault(row.weekday, []).append((row.opens, row.closes))
        self.periods, self.days = periods, set(SupportHoliday.objects.values_list("day", flat=True))

    def pick(self, number):
        """A ticket by its age, or None."""
        rows = list(Ticket.objects.order_by("opened_at", "created_at"))
        return rows[number % len(rows)] if rows else None

    def act(self, act, **facts):
        """Do it; whether it was not refused."""
        try:
            act(**facts)
        except Refusal:
            return False
        return True

    @rule(minutes=st.integers(1, 3000))
    def wait(self, minutes):
        self.now += minutes * MINUTE

    @rule()
    def open(self):
        try:
            ticket = services.open_ticket(
                user=self.user, subject="Shift", text="Late.", at=self.now
            )
        except Refusal:
            assert Ticket.objects.exclude(state="RESOLVED").count() == 5
            return
        self.known[ticket.pk] = TicketModel(self.now)

    @rule()
    def ask_for_a_person(self):
        talk = Conversation.objects.open().filter(user=self.user).first()
        talk = talk or talk_of(self.user, "When?", at=self.now)
        before = set(self.known)
        if self.act(services.request_person, user=self.user, conversation=talk, at=self.now):
            for key in set(Ticket.objects.values_list("pk", flat=True)) - before:
                self.known[key] = TicketModel(self.now)

    @rule(number=NUMBERS, by=MEMBERS, ends=st.booleans())
    def answer(self, number, by, ends):
        ticket = self.pick(number)
        facts = {"by": self.members[by], "text": "Hello.", "at": self.now, "and_resolve": ends}
        if ticket and self.act(services.answer, ticket=ticket, **facts):
            model = self.known[ticket.pk]
            model.first_answer_at = model.first_answer_at or self.now
            model.begin("WAITING_FOR_PERSON", self.now)
            if ends:
                self.closed(model)

    @rule(number=NUMBERS)
    def reply(self, number):
        ticket = self.pick(number)
        if ticket and self.act(services.reply, ticket=ticket, text="And?", at=self.now):
            while ticket.merged_into:
                ticket = ticket.merged_into
            model = self.known[ticket.pk]
            for reason in model.pauses:
                model.end(reason, self.now)
            model.resolved_at = None

    @rule(number=NUMBERS, by=MEMBERS)
    def resolve(self, number, by):
        ticket = self.pick(number)
        if ticket and self.act(services.resolve, ticket=ticket, by=self.members[by], at=self.now):
            self.closed(self.known[ticket.pk])

    def closed(self, model):
        model.end("WAITING_FOR_PERSON", self.now)
        model.end("ON_HOLD", self.now)
        model.begin("RESOLVED", self.now)
        model.resolved_at = self.now

    @rule(number=NUMBERS)
    def reopen(self, number):
        ticket = self.pick(number)
        if ticket and self.act(services.reopen, ticket=ticket, by=self.user, at=self.now):
            self.known[ticket.pk].end("RESOLVED", self.now)
            self.known[ticket.pk].resolved_at = None

    @rule(number=NUMBERS, by=MEMBERS)
    def hold(self, number, by):
        ticket = self.pick(number)
        facts = {"by": self.members[by], "reason": "Bank", "at": self.now}
        if ticket and self.act(services.hold, ticket=ticket, **facts):
            self.known[ticket.pk].begin("ON_HOLD", self.now)

    @rule(number=NUMBERS, by=MEMBERS)
    def resume(self, number, by):
        ticket = self.pick(number)
        if ticket and self.act(services.resume, ticket=ticket, by=self.members[by], at=self.now):
            self.known[ticket.pk].end("ON_HOLD", self.now)

    @rule(number=NUMBERS, by=MEMBERS, priority=st.integers(0, 3))
    def rank(self, number, by, priority):
        ticket, member = self.pick(number), self.members[by]
        if ticket:
            facts = {"ticket": ticket, "by": member, "at": self.now}
            self.act(services.set_priority, priority=priority, **facts)

    @rule(number=NUMBERS, other=NUMBERS, by=MEMBERS)
    def merge(self, number, other, by):
        ticket, into = self.pick(number), self.pick(other)
        if ticket is None or into is None:
            return
        waited = ticket.waiting_since is not None
        facts = {"into": into, "by": self.members[by], "at": self.now}
        if self.act(services.merge, ticket=ticket, **facts):
            self.closed(self.known[ticket.pk])
            if waited:
                self.known[into.pk].end("WAITING_FOR_PERSON", self.now)

    @rule(number=NUMBERS, by=MEMBERS, steals=st.booleans())
    def take(self, number, by, steals):
        ticket = self.pick(number)
        facts = {"by": self.members[by], "at": self.now, "from_another": steals}
        if ticket:
            self.act(services.take, ticket=ticket, **facts)

    @rule(number=NUMBERS, by=MEMBERS, to=st.none() | MEMBERS)
    def transfer(self, number, by, to):
        ticket, receiver = self.pick(number), None if to is None else self.members[to]
        if ticket:
            facts = {"by": self.members[by], "to": receiver, "at": self.now}
            self.act(services.transfer, ticket=ticket, **facts)

    @rule(number=NUMBERS, by=MEMBERS)
    def look(self, number, by):
        ticket = self.pick(number)
        if ticket:
            services.seen(ticket=ticket, by=self.members[by], at=self.now)

    @rule(number=NUMBERS, by=MEMBERS)
    def hand_back(self, number, by):
        ticket = self.pick(number)
        if ticket:
            self.act(services.hand_back, ticket=ticket, by=self.members[by], at=self.now)

    @rule(number=NUMBERS, score=st.integers(0, 6))
    def rate(self, number, score):
        ticket = self.pick(number)
        if ticket and self.act(services.rate, ticket=ticket, score=score, at=self.now):
            assert 1 <= score <= 5

    @rule(by=MEMBERS, goes=st.booleans())
    def duty(self, by, goes):
        act = services.go_on_duty if goes else services.go_off_duty
        self.act(act, user=self.members[by], at=self.now)

    @rule()
    def sweep(self):
        maintenance.sweep(at=self.now)

    @invariant()
    def clocks_equal_the_count(self):
        """Time spent and due moments of each ticket are what the minutes say."""
        for ticket in Ticket.objects.filter(pk__in=self.known):
            model = self.known[ticket.pk]
            found = {clock.kind: clock for clock in clocks.read(ticket, now=self.now)}
            stops = model.spans("ON_HOLD", "RESOLVED")
            self.compare(found[ClockKind.FIRST_RESPONSE], stops, model.first_answer_at)
            stops = model.spans("ON_HOLD", "RESOLVED", "WAITING_FOR_PERSON")
            self.compare(found[ClockKind.RESOLUTION], stops, model.resolved_at)
            for name in clocks.DUE_FIELDS:
                assert not (ticket.is_resolved or ticket.is_on_hold) or self.is_past(ticket, name)

    def is_past(self, ticket, name):
        """Nothing is due while the clocks stand still, but for what was due before."""
        due = getattr(ticket, name)
        return due is None or (ticket.is_on_hold and due <= self.now)

    def compare(self, clock, stops, end):
        counter = MinuteCounter(self.periods, self.days, stops)
        until = end or self.now
        assert clock.spent == counter.count(clock.started_at, until) * MINUTE
        if clock.due_at is not None and clock.due_at <= self.now:
            counted = counter.count(clock.started_at, clock.due_at)
            assert counted * MINUTE == clock.target

    @invariant()
    def rows_agree(self):
        """Assignments, holds and states say the same as the tickets."""
        running = dict(
            TicketAssignment.objects.filter(ended_at=None).values_list("ticket", "member")
        )
        held = set(TicketHold.objects.filter(until=None).values_list("ticket", flat=True))
        for ticket in Ticket.objects.all():
            assert running.get(ticket.pk) == ticket.assigned_to_id
            assert (ticket.pk in held) == ticket.is_on_hold
            assert (ticket.resolved_at is not None) == ticket.is_resolved
            assert not (ticket.is_resolved and (ticket.is_on_hold or ticket.waiting_since))
            if ticket.state in ("OPEN", "IN_PROGRESS") and not ticket.first_answer_at:
                assert ticket.waiting_since is not None
        talks = Conversation.objects.filter(mode__in=["WAITING", "PERSON"])
        assert not talks.filter(ticket=None).exists()
        assert not talks.filter(ticket__state="RESOLVED").exists()

    @invariant()
    def queue_is_drained(self):
        """Nobody with room leaves a ticket in the queue which the rule would give them."""
        free = [
            member
            for member in SupportDuty.objects.filter(until=None).select_related("member")
            if assignment.to_answer().filter(assigned_to=member.member.user_id).count() < 2
        ]
        for ticket in assignment.unassigned():
            had = set(ticket.assignments.values_list("member", flat=True))
            assert [each for each in free if each.member.user_id not in had] == []


@pytest.mark.django_db
def test_acts_in_any_order():
    """Random sequences of acts, each from a desk without tickets."""
    bounds = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(TicketMachine, settings=bounds)


def test_long_wait_is_counted():
    """The counter of the machine is exact over a week, so that the comparison says something."""
    hours = {0: [(NOON.time(), (NOON + timedelta(hours=1)).time())]}
    counter = MinuteCounter(hours, set(), [])
    assert counter.count(NOON - timedelta(days=7), NOON) == 60
