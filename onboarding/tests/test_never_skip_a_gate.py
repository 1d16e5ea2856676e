"""Whatever an agent and staff do in whatever order, nobody is cleared with a gate missing."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts import services as accounts_services
from accounts.models import Agent, User
from conftest import NOON, make_agent, make_staff
from hitouch.core.errors import Refusal
from onboarding import gates, queries, seeding, services, signals, steps
from onboarding.models import KycCase, KycDocument


class Way(RuleBasedStateMachine):
    """Every act of onboarding, in any order, refused or not."""

    agent: Agent
    reviewer: User
    heard: list[Agent]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.at = NOON
        self.heard = []
        self.agent = make_agent(f"Agent{id(self)}")
        User.objects.filter(pk=self.agent.user_id).update(phone_verified_at=None)
        signals.agent_cleared.connect(self.hear)

    def hear(self, agent: Agent, **ignored: Any) -> None:
        self.heard.append(agent)

    def teardown(self) -> None:
        signals.agent_cleared.disconnect(self.hear)
        transaction.savepoint_rollback(self.savepoint)

    def fresh(self) -> Agent:
        return Agent.objects.select_related("user").get(pk=self.agent.pk)

    def attempt(self, act: Any, **facts: Any) -> None:
        """Do it or be refused; then look."""
        self.at += timedelta(minutes=2)
        was = gates.first_open(self.fresh())
        with suppress(Refusal, LookupError):
            act(**facts)
        self.look(was)

    def look(self, was: str | None) -> None:
        agent = self.fresh()
        passed = {key: gate(agent) for key, gate in gates.GATES.items()}
        cleared = queries.clearance_of(agent)
        assert (cleared is not None) == (all(passed.values()) and bool(self.heard))
        if self.heard:
            assert was is None or cleared is not None or not all(passed.values())
        step = steps.next_step(agent, self.at)
        assert (step.key if step else None) == next((k for k, ok in passed.items() if not ok), None)

    @initialize(upto=st.sampled_from(["", "profile", "kyc", "assessment", "agreements"]))
    def begin_somewhere(self, upto: str) -> None:
        """Also from far along, so that few acts reach the interesting places."""
        if upto:
            self.verify_phone()
            facts = {"agent": self.agent, "reviewer": self.reviewer, "now": self.at}
            self.attempt(seeding.clear_agent, **facts, upto=upto)

    @rule()
    def verify_phone(self) -> None:
        User.objects.filter(pk=self.agent.user_id).update(phone_verified_at=self.at)

    @rule()
    def tell_profile(self) -> None:
        self.attempt(seeding.tell_profile, agent=self.fresh(), now=self.at)

    @rule(kind=st.sampled_from(KycDocument.Kind.values))
    def put_document(self, kind: str) -> None:
        agent = self.fresh()
        number = {"number": seeding.sample_pan(agent)} if kind == "PAN" else {"last_four": "4321"}
        upload = seeding.card(agent, kind)
        facts = {"agent": agent, "kind": kind, "upload": upload, "by": agent.user, "at": self.at}
        self.attempt(services.keep_document, **facts, **number)

    @rule()
    def submit(self) -> None:
        agent = self.fresh()
        self.attempt(services.submit_documents, agent=agent, by=agent.user, at=self.at)

    @rule(yes=st.booleans())
    def decide(self, yes: bool) -> None:
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewer, "at": self.at}
            self.attempt(services.claim_case, **facts)
            if yes:
                self.attempt(services.approve_case, **facts)
            else:
                self.attempt(services.reject_case, **facts, reason="UNREADABLE", note="Again.")

    @rule()
    def expire(self) -> None:
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewer, "at": self.at, "why": "Old"}
            self.attempt(services.ask_for_new_documents, **facts)

    @rule(level=st.sampled_from(["", "A1", "A2", "C1"]))
    def grade(self, level: str) -> None:
        def graded() -> None:
            agent = accounts_services.set_level(agent=self.fresh(), level=level, at=self.at)
            services.settle_clearance(agent=agent, at=self.at)

        self.attempt(graded)

    @rule()
    def invite(self) -> None:
        self.attempt(services.ensure_invitation, agent=self.fresh(), at=self.at)

    @rule()
    def sign(self) -> None:
        self.attempt(seeding.sign, agent=self.fresh(), now=self.at)


@pytest.fixture
def way(db: None, texts: Any, test_bank: Any, settings: Any) -> type[Way]:
    settings.HITOUCH_CODES_PER_CONTACT_AN_HOUR = 1000
    Way.reviewer = make_staff("Farah", "reviewer")
    return Way


def test_no_order_skips_a_gate(way: type[Way]) -> None:
    """Over some two hundred random acts the clearance and the gates always agree."""
    bounded = settings(
        max_examples=12,
        stateful_step_count=18,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(way, settings=bounded)


@pytest.mark.parametrize("missing", list(gates.GATES))
def test_each_gate_counts(way: type[Way], missing: str, monkeypatch: Any) -> None:
    """With everything else done, one gate that is not passed keeps the agent from being cleared."""
    monkeypatch.setattr(
        gates, "GATES", {key: (lambda agent, key=key: key != missing) for key in gates.GATES}
    )
    agent = make_agent("Tara")
    assert services.settle_clearance(agent=agent, at=NOON) is False
    assert queries.clearance_of(agent) is None
