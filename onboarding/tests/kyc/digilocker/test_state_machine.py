"""Random sequences: one live session, no secrets after the end, and final states never change."""

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

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

from accounts.consents import services as consents
from accounts.models import Agent
from conftest import NOON, make_agent
from hitouch.core.errors import Refusal
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.digilocker import services as digilocker
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycDocument, KycSession
from onboarding.tests import factories
from onboarding.tests.support import digilocker as support_digilocker
from onboarding.tests.support.digilocker import answer, begin, come_back, secrets_of

locker = support_digilocker.locker
ACTIONS_PER_EXAMPLE = 25
ACTIONS = int(os.environ.get("HITOUCH_DIGILOCKER_ACTIONS", "150"))
FORGED = ["tampered", "wrapped", "entities", "other signer", "old signer", "wrong hmac"]
FAILING = ["down", "nonsense", "no pan", "no aadhaar", "nothing", "inactive pan"]


class DigiLockerSessions(RuleBasedStateMachine):
    """Two agents, a fake DigiLocker with changing behaviour, and a clock."""

    agents: list[Agent]
    locker: Any
    actions = 0
    completed = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.at = NOON
        self.callbacks: list[tuple[int, dict[str, str]]] = []
        self.ended: dict[Any, tuple[Any, ...]] = {}
        self.locker.failure_mode = ""

    def teardown(self) -> None:
        self.locker.failure_mode = ""
        transaction.savepoint_rollback(self.savepoint)

    def attempt(self, action: Any, *args: Any, **arguments: Any) -> Any:
        self.at += timedelta(seconds=5)
        with suppress(Refusal):
            return action(*args, **arguments)
        return None

    @initialize(upto=st.sampled_from([3, 3, 3, 2, 1, 0]))
    def start_at_a_state(self, upto: int) -> None:
        """Starts also from later states, so that few steps reach the interesting ones."""
        if upto:
            self.start_session(0, "allow")
        if upto > 1:
            self.return_from_digilocker(True, 0, "m")
        if upto > 2:
            self.sweep("")

    @rule(who=st.sampled_from([0, 1]), press=st.sampled_from(["allow", "allow", "cancel"]))
    def start_session(self, who: int, press: str) -> None:
        agent = self.agents[who]
        begun = self.attempt(begin, agent, at=self.at)
        if begun:
            self.callbacks.append((who, answer(begun.authorize_url, agent, press=press)))

    @rule(new=st.booleans(), which=st.integers(0, 9), as_whom=st.sampled_from("mmmmso"))
    def return_from_digilocker(self, new: bool, which: int, as_whom: str) -> None:
        """Mostly the latest callback; also old ones, as another agent, in another browser."""
        if self.callbacks:
            who, callback = self.callbacks[-1 if new else -1 - which % len(self.callbacks)]
            agent = self.agents[1 - who if as_whom == "s" else who]
            here = {"log_in": "another"} if as_whom == "o" else {}
            self.attempt(come_back, agent, callback, at=self.at, **here)

    @rule(failure_mode=st.just("") | st.sampled_from(FORGED) | st.sampled_from(FAILING))
    def sweep(self, failure_mode: str) -> None:
        """A worker fetches in this failure mode; a forged answer saves no document."""
        self.locker.failure_mode = failure_mode
        before = KycDocument.objects.count()
        self.attempt(fetching.sweep_digilocker, at=self.at)
        fetched = KycSession.objects.filter(state="FETCHED").exists()
        assert failure_mode not in FORGED or fetched or KycDocument.objects.count() == before
        self.locker.failure_mode = ""

    @rule(minutes=st.sampled_from([1, 5, 31, 800]))
    def wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        self.attempt(digilocker.expire_sessions, at=self.at)

    @rule(who=st.sampled_from([0, 1]))
    def cancel(self, who: int) -> None:
        agent = self.agents[who]
        self.attempt(digilocker.cancel_session, agent=agent, by=agent.user, at=self.at)

    @rule(who=st.sampled_from([0, 1]))
    def withdraw_consent(self, who: int) -> None:
        user = self.agents[who].user
        self.attempt(consents.withdraw_consent, user=user, purpose="digilocker", at=self.at)

    @rule(who=st.sampled_from([0, 1]))
    def run_checks(self, who: int) -> None:
        for case in KycCase.objects.waiting().filter(agent=self.agents[who]):
            self.attempt(review.check_and_auto_approve, case=case, at=self.at)

    @invariant()
    def check_sessions(self) -> None:
        """One live session, five starts a day; an ended one never changes and has no secrets."""
        DigiLockerSessions.actions += 1
        for agent in self.agents:
            assert KycSession.objects.live().filter(agent=agent).count() <= 1
            lately = {"started_at__gt": self.at - timedelta(days=1)}
            assert KycSession.objects.filter(agent=agent, **lately).count() <= 5
        for session in KycSession.objects.filter(state__in=KycSession.OVER):
            row = (session.state, session.reason, session.ended_at, session.updated_at)
            assert self.ended.setdefault(session.pk, row) == row
            assert secrets_of(session) == ""
        DigiLockerSessions.completed += KycSession.objects.filter(state="COMPLETED").exists()


@pytest.fixture
def machine(db: None, texts: Any, question_bank: Any, locker: Any) -> type[DigiLockerSessions]:
    DigiLockerSessions.agents = [make_agent("Tara"), make_agent("Uma")]
    DigiLockerSessions.locker = locker
    for agent in DigiLockerSessions.agents:
        factories.with_profile(agent)
        agent.refresh_from_db()
    return DigiLockerSessions


def test_ended_sessions_stay_ended(machine: type[DigiLockerSessions]) -> None:
    """Over some hundred random actions no ended session changes and nothing forged is saved."""
    bounded = settings(
        max_examples=max(1, ACTIONS // ACTIONS_PER_EXAMPLE),
        stateful_step_count=ACTIONS_PER_EXAMPLE,
        deadline=None,
        derandomize="HITOUCH_DIGILOCKER_ACTIONS" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=bounded)
    actions, completed = DigiLockerSessions.actions, DigiLockerSessions.completed
    print(f"actions: {actions}, with a completed session: {completed}")  # noqa: T201
    assert completed
