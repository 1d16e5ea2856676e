"""Random actions of an agent and of staff: nobody is cleared while a step is incomplete.

`bench/onboarding_gates.py` runs the same state machine for many more actions.
"""

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
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

from accounts import agents
from accounts.models import Agent, User
from conftest import NOON, make_agent, make_staff
from hitouch.core.errors import Refusal
from onboarding import signals
from onboarding.agreements import publishing
from onboarding.assessment import services as assessment
from onboarding.dashboard import steps
from onboarding.demo import agents as demo_agents
from onboarding.kyc import services as kyc
from onboarding.kyc.review import services as review
from onboarding.models import AgreementTemplate, KycAsk, KycCase, KycDocument, still_needed
from onboarding.profile import services as profile
from onboarding.steps import gates
from onboarding.steps import queries as steps_queries
from onboarding.steps import services as steps_services
from onboarding.tests import factories
from onboarding.tests.support import digilocker, signed_documents

locker = digilocker.locker
ACTIONS_PER_EXAMPLE = 18
ACTIONS = int(os.environ.get("HITOUCH_GATE_ACTIONS", "216"))


class OnboardingMachine(RuleBasedStateMachine):
    """Every action of onboarding, in any order, refused or not."""

    agent: Agent
    reviewers: list[User]
    locker: Any
    announced: list[Agent]
    actions = 0
    cleared = 0
    automatic = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.at = NOON + timedelta(minutes=1)  # the texts in force began at noon
        self.announced = []
        django_settings.HITOUCH_LEVEL_FLOOR = "A2"
        self.agent = make_agent("Tara")  # the same cards each time, which are read once
        User.objects.filter(pk=self.agent.user_id).update(phone_verified_at=None)
        signals.agent_cleared.connect(self.record_announcement)

    def record_announcement(self, agent: Agent, **ignored: Any) -> None:
        self.announced.append(agent)

    def teardown(self) -> None:
        signals.agent_cleared.disconnect(self.record_announcement)
        transaction.savepoint_rollback(self.savepoint)

    def fresh_agent(self) -> Agent:
        return Agent.objects.select_related("user").get(pk=self.agent.pk)

    def attempt(self, action: Any, **arguments: Any) -> None:
        """Call a service, which may refuse, and check the agent afterwards."""
        self.at += timedelta(minutes=2)
        open_before = gates.first_open(self.fresh_agent())
        with suppress(Refusal, LookupError):
            action(**arguments)
        self.check_agent(open_before)

    def check_agent(self, open_before: str | None) -> None:
        """Clearance, gates and the next step agree; a clearance has been announced."""
        agent = self.fresh_agent()
        passed = {key: gate(agent) for key, gate in gates.GATES.items()}
        cleared = steps_queries.clearance_of(agent)
        assert (cleared is not None) == (all(passed.values()) and bool(self.announced))
        if self.announced:
            assert open_before is None or cleared is not None or not all(passed.values())
        OnboardingMachine.cleared += cleared is not None
        self.check_approved_documents(agent)
        step = steps.next_step(agent, self.at)
        assert (step.key if step else None) == next((k for k, ok in passed.items() if not ok), None)

    def check_approved_documents(self, agent: Agent) -> None:
        """Approved documents are complete and masked, and their name is the agent's."""
        requests = KycAsk.objects.filter(case__agent=agent)
        assert not requests.open().filter(case__state__in=KycCase.LOCKING).exists()
        assert not requests.filter(answered_at__isnull=False, document__replaced_at=None).exists()
        case = KycCase.objects.filter(agent=agent, state=KycCase.State.APPROVED).first()
        if case is None:
            return
        current = list(case.documents.current().select_related("held"))
        assert not still_needed(current)
        assert not any(row.is_held for row in current)
        assert agent.given_name != "Somebody"

    @initialize(
        upto=st.sampled_from(["agreements", "assessment", "kyc", "profile", ""]),
        by_checks=st.booleans(),
    )
    def start_at_a_step(self, upto: str, by_checks: bool) -> None:
        """Start from any step, so that few actions reach the late ones."""
        if upto:
            self.verify_phone()
            if by_checks:
                self.submit_signed_documents()
            facts = {"agent": self.agent, "reviewer": self.reviewers[0], "now": self.at}
            self.attempt(factories.clear_agent, **facts, upto=upto)

    def submit_signed_documents(self) -> None:
        self.attempt(factories.with_profile, agent=self.fresh_agent(), now=self.at)
        self.attempt(signed_documents.save_aadhaar, agent=self.fresh_agent())
        self.attempt(signed_documents.save_pan, agent=self.fresh_agent())
        self.submit()
        self.run_checks()

    @invariant()
    def count_actions(self) -> None:
        """Count the actions."""
        OnboardingMachine.actions += 1

    @rule()
    def verify_phone(self) -> None:
        User.objects.filter(pk=self.agent.user_id).update(phone_verified_at=self.at)

    @rule()
    def save_profile(self) -> None:
        self.attempt(factories.with_profile, agent=self.fresh_agent(), now=self.at)

    @rule(kind=st.sampled_from(KycDocument.Kind.values))
    def put_document(self, kind: str) -> None:
        kept = self.document_to_keep(kind)
        self.attempt(factories.put_document, agent=self.fresh_agent(), kind=kind, now=self.at)
        assert not kept or KycDocument.objects.current().filter(pk=kept).exists()

    def document_to_keep(self, kind: str) -> object:
        """The document of this kind, if others were requested again and this one was not."""
        requested = KycAsk.objects.open().filter(case__agent=self.agent)
        if not requested.exists() or requested.filter(document__kind=kind).exists():
            return None
        current = KycDocument.objects.current().filter(case__agent=self.agent, kind=kind)
        return current.values_list("pk", flat=True).first()

    @rule(fits=st.booleans())
    def save_signed_aadhaar(self, fits: bool) -> None:
        """The agent's own, or one with another date of birth."""
        agent = self.fresh_agent()
        born = (
            agent.birth_date if fits and agent.birth_date else demo_agents.BIRTH_ON.replace(day=1)
        )
        self.attempt(signed_documents.save_aadhaar, agent=agent, birth_on=born)

    @rule(active=st.booleans())
    def save_signed_pan(self, active: bool) -> None:
        self.attempt(signed_documents.save_pan, agent=self.fresh_agent(), is_active=active)

    @rule(
        failure_mode=st.sampled_from(["", "", "no pan", "inactive pan", "other signer", "down"]),
        press=st.sampled_from(["allow", "allow", "allow", "cancel"]),
    )
    def visit_digilocker(self, failure_mode: str, press: str) -> None:
        """The agent returns from DigiLocker, which then answers a worker in this failure mode."""

        def visit() -> None:
            session = digilocker.returned(self.fresh_agent(), at=self.at, press=press)
            self.locker.failure_mode = failure_mode
            digilocker.work(session, at=self.at)

        self.attempt(visit)
        self.locker.failure_mode = ""

    @rule()
    def run_checks(self) -> None:
        """A worker checks the case; automatic approval needs signed documents and all checks."""
        case = KycCase.objects.waiting().filter(agent=self.agent).first()
        if case:
            self.attempt(review.check_and_auto_approve, case=case, at=self.at)
            case.refresh_from_db()
            if case.state == KycCase.State.APPROVED:
                self.check_automatic_approval(case)

    def check_automatic_approval(self, case: KycCase) -> None:
        OnboardingMachine.automatic += 1
        assert case.reviewer is None
        assert not case.events.filter(became__in=case.SENT_BACK, by__isnull=False).exists()
        assert {row.source for row in case.documents.current()} == {signed_documents.DIGILOCKER}
        assert set(case.checks.values_list("verdict", flat=True)) == {"PASS"}

    @rule()
    def submit(self) -> None:
        agent = self.fresh_agent()
        self.attempt(kyc.submit_documents, agent=agent, by=agent.user, at=self.at)

    @rule()
    def rename(self) -> None:
        """Another person's name, which is refused once documents are under review."""
        agent = self.fresh_agent()
        birth_on = agent.birth_date or (self.at - timedelta(days=9000)).date()
        facts = {"birth_on": birth_on, "family_name": agent.family_name}
        self.attempt(
            profile.save_person,
            agent=agent,
            by=agent.user,
            at=self.at,
            given_name="Somebody",
            current_address=demo_agents.ADDRESS,
            permanent_address=demo_agents.ADDRESS,
            **facts,
        )
        if self.fresh_agent().given_name == "Somebody":
            Agent.objects.filter(pk=self.agent.pk).update(given_name=self.agent.given_name)

    @rule(approve=st.booleans(), reviewer=st.sampled_from([0, 1]))
    def decide(self, approve: bool, reviewer: int) -> None:
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewers[reviewer], "at": self.at}
            self.attempt(review.claim_case, **facts)
            if approve:
                self.attempt(review.approve_case, **facts)
            else:
                self.attempt(review.reject_case, **facts, reason="UNREADABLE", note="Again.")

    @rule(
        kinds=st.sets(st.sampled_from(KycDocument.Kind.values), min_size=1), reviewer=st.booleans()
    )
    def request_resubmissions(self, kinds: set[str], reviewer: bool) -> None:
        """Some documents are requested again; the others stay."""
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewers[reviewer], "at": self.at}
            self.attempt(review.claim_case, **facts)
            wanted = [review.ResubmissionItem(kind, "UNREADABLE") for kind in kinds]
            self.attempt(review.request_resubmissions, **facts, wanted=wanted)

    @rule()
    def request_new_documents(self) -> None:
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewers[0], "at": self.at, "why": "Old"}
            self.attempt(review.request_new_documents, **facts)

    @rule(level=st.sampled_from(["", "A1", "A2", "C1"]))
    def grade(self, level: str) -> None:
        def record_level() -> None:
            agent = agents.set_level(agent=self.fresh_agent(), level=level, at=self.at)
            steps_services.settle_clearance(agent=agent, at=self.at)

        self.attempt(record_level)

    @rule(kind=st.sampled_from(AgreementTemplate.Kind.values))
    def publish(self, kind: str) -> None:
        """A new version has to be signed again."""
        number = f"2.{OnboardingMachine.actions}"
        words = {"title": "Another text", "text": f"In version {number}."}
        facts = {"kind": kind, "version": number, "by": None, "at": self.at, **words}
        self.attempt(publishing.publish_template, **facts)

    @rule(floor=st.sampled_from(["A2", "B2"]))
    def change_level_floor(self, floor: str) -> None:
        """The setting may change at any time."""
        django_settings.HITOUCH_LEVEL_FLOOR = floor
        self.check_agent(None)

    @rule()
    def invite_to_assessment(self) -> None:
        self.attempt(assessment.ensure_invitation, agent=self.fresh_agent(), at=self.at)

    @rule()
    def sign(self) -> None:
        self.attempt(demo_agents.sign, agent=self.fresh_agent(), now=self.at)


@pytest.fixture
def machine(
    db: None, texts: Any, question_bank: Any, locker: Any, settings: Any
) -> type[OnboardingMachine]:
    settings.HITOUCH_CODES_PER_CONTACT_AN_HOUR = 1000
    settings.HITOUCH_LEVEL_FLOOR = "A2"  # actions change it within this fixture's override
    settings.HITOUCH_DIGILOCKER_STARTS_A_DAY = 1000
    OnboardingMachine.locker = locker
    OnboardingMachine.reviewers = [make_staff("Farah", "reviewer"), make_staff("Gopal", "reviewer")]
    return OnboardingMachine


def test_no_sequence_of_actions_skips_a_gate(machine: type[OnboardingMachine]) -> None:
    """Over some two hundred random actions the clearance and the gates always agree."""
    bounded = settings(
        max_examples=ACTIONS // ACTIONS_PER_EXAMPLE,
        stateful_step_count=ACTIONS_PER_EXAMPLE,
        deadline=None,
        derandomize="HITOUCH_GATE_ACTIONS" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=bounded)
    found = OnboardingMachine
    print(f"actions: {found.actions}, cleared after: {found.cleared}")  # noqa: T201
    assert OnboardingMachine.cleared
    assert OnboardingMachine.automatic


@pytest.mark.parametrize("missing", list(gates.GATES))
def test_every_gate_is_needed(
    machine: type[OnboardingMachine], missing: str, monkeypatch: Any
) -> None:
    """An agent is not cleared while one gate is not passed, whichever it is."""
    monkeypatch.setattr(
        gates, "GATES", {key: (lambda agent, key=key: key != missing) for key in gates.GATES}
    )
    agent = make_agent("Tara")
    assert steps_services.settle_clearance(agent=agent, at=NOON) is False
    assert steps_queries.clearance_of(agent) is None
