"""Any order of acts of a user, support, the assistant and time, against a model in memory."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chatbot import seeding
from chatbot.assistant.decide import Decision
from chatbot.conversations import lifecycle, services
from chatbot.desk import services as desk
from chatbot.models import Conversation, Message, Ticket
from chatbot.tests.conversations.conftest import given
from conftest import NOON, make_agent, make_staff
from hitouch.core import sweeps
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db
ASSISTANT = ["FAQ", "AI", "FACTS", "SUGGESTION"]


class TalkMachine(RuleBasedStateMachine):
    """One user, one member of support, and answers of the assistant that come late or never."""

    def __init__(self) -> None:
        super().__init__()
        self.start = transaction.savepoint()
        self.user = make_agent("Asha").user
        self.member = make_staff("Sunita", "support")
        self.now = NOON
        self.thinking: list[Any] = []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.start)

    def step(self, **span: int) -> None:
        self.now += timedelta(**(span or {"seconds": 1}))

    @rule()
    def send(self) -> None:
        self.step()
        try:
            sent = services.send(user=self.user, text="When do I get paid?", at=self.now)
        except Refusal:
            return
        if sent.is_pending:
            self.thinking.append(sent.message.pk)

    @precondition(lambda self: self.thinking)
    @rule(kind=st.sampled_from(["FAQ", "PASS", "PERSON"]), place=st.integers(0, 3))
    def deliver(self, kind: str, place: int) -> None:
        """The answer to any question that was ever asked, also twice."""
        self.step()
        key = self.thinking[place % len(self.thinking)]
        decision = given() if kind == "FAQ" else Decision(kind, language="EN")
        before = Conversation.objects.get(messages=key)
        was_due = before.mode == "BOT" and before.pending_id == key
        stored = services.deliver(key, decision, self.now)
        assert (stored is not None) == was_due

    @rule()
    def request_person(self) -> None:
        self.step()
        try:
            conversation = services.request_person(user=self.user, at=self.now)
        except Refusal:
            return
        assert conversation.mode in ("WAITING", "PERSON")

    @precondition(lambda self: Ticket.objects.exclude(state="RESOLVED").exists())
    @rule(resolves=st.booleans())
    def support(self, resolves: bool) -> None:
        self.step()
        ticket = Ticket.objects.exclude(state="RESOLVED").order_by("opened_at").first()
        assert ticket is not None
        if resolves:
            desk.resolve(ticket=ticket, by=self.member, at=self.now)
        else:
            desk.answer(ticket=ticket, by=self.member, text="Hello", at=self.now)

    @rule(minutes=st.sampled_from([1, 60, 200]))
    def time(self, minutes: int) -> None:
        self.step(minutes=minutes)
        sweeps.run(lifecycle.CLOSE_IDLE, now=self.now)

    @invariant()
    def one_conversation_is_open(self) -> None:
        assert self.user.conversations.open().count() <= 1

    @invariant()
    def a_pending_question_is_for_the_assistant(self) -> None:
        for row in Conversation.objects.filter(pending__isnull=False):
            assert (row.mode, row.pending.role) == ("BOT", "PERSON")

    @invariant()
    def the_assistant_answers_each_question_once(self) -> None:
        for question in Message.objects.filter(role="PERSON"):
            assert question.replies.filter(source__in=ASSISTANT).count() <= 1

    @invariant()
    def support_has_a_ticket(self) -> None:
        for row in Conversation.objects.all():
            assert (row.mode in ("WAITING", "PERSON")) == (row.ticket_id is not None)


def test_no_order_of_acts_lets_two_speak_at_once():
    """Over some 200 random acts every invariant of the machine holds."""
    seeding.seed(NOON)
    bounded = settings(
        max_examples=10,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(TalkMachine, settings=bounded)
