"""Whatever an agent and staff do in whatever order, nobody is cleared with a gate missing.

`bench/onboarding_gates.py` walks the same acts much longer.
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
ACTS_IN_A_ROW = 18
ACTS = int(os.environ.get("HITOUCH_GATE_ACTS", "216"))


class Way(RuleBasedStateMachine):
    """Every act of onboarding, in any order, refused or not."""

    agent: Agent
    reviewers: list[User]
    locker: Any
    heard: list[Agent]
    taken = 0
    cleared = 0
    automatic = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.at = NOON + timedelta(minutes=1)  # the texts in force began at noon
        self.heard = []
        django_settings.HITOUCH_LEVEL_FLOOR = "A2"
        self.agent = make_agent("Tara")  # the same cards each time, which are read once
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
        cleared = steps_queries.clearance_of(agent)
        assert (cleared is not None) == (all(passed.values()) and bool(self.heard))
        if self.heard:
            assert was is None or cleared is not None or not all(passed.values())
        Way.cleared += cleared is not None
        self.look_at_documents(agent)
        step = steps.next_step(agent, self.at)
        assert (step.key if step else None) == next((k for k, ok in passed.items() if not ok), None)

    def look_at_documents(self, agent: Agent) -> None:
        """What is approved is whole, masked, and under the name it was approved with."""
        asks = KycAsk.objects.filter(case__agent=agent)
        assert not asks.open().filter(case__state__in=KycCase.LOCKING).exists()
        assert not asks.filter(answered_at__isnull=False, document__replaced_at=None).exists()
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
    def begin_somewhere(self, upto: str, by_checks: bool) -> None:
        """Also from far along, so that few acts reach the interesting places."""
        if upto:
            self.verify_phone()
            if by_checks:
                self.send_signed()
            facts = {"agent": self.agent, "reviewer": self.reviewers[0], "now": self.at}
            self.attempt(factories.clear_agent, **facts, upto=upto)

    def send_signed(self) -> None:
        self.attempt(factories.with_profile, agent=self.fresh(), now=self.at)
        self.attempt(signed_documents.save_aadhaar, agent=self.fresh())
        self.attempt(signed_documents.save_pan, agent=self.fresh())
        self.submit()
        self.compare()

    @invariant()
    def count(self) -> None:
        """One more act."""
        Way.taken += 1

    @rule()
    def verify_phone(self) -> None:
        User.objects.filter(pk=self.agent.user_id).update(phone_verified_at=self.at)

    @rule()
    def tell_profile(self) -> None:
        self.attempt(factories.with_profile, agent=self.fresh(), now=self.at)

    @rule(kind=st.sampled_from(KycDocument.Kind.values))
    def put_document(self, kind: str) -> None:
        stays = self.what_stays(kind)
        self.attempt(factories.put_document, agent=self.fresh(), kind=kind, now=self.at)
        assert not stays or KycDocument.objects.current().filter(pk=stays).exists()

    def what_stays(self, kind: str) -> object:
        """The document of a kind that nobody asked for while others were asked for."""
        asked = KycAsk.objects.open().filter(case__agent=self.agent)
        if not asked.exists() or asked.filter(document__kind=kind).exists():
            return None
        mine = KycDocument.objects.current().filter(case__agent=self.agent, kind=kind)
        return mine.values_list("pk", flat=True).first()

    @rule(fits=st.booleans())
    def keep_signed_aadhaar(self, fits: bool) -> None:
        """In force at once, or of somebody whose birth date differs."""
        agent = self.fresh()
        born = (
            agent.birth_date if fits and agent.birth_date else demo_agents.BIRTH_ON.replace(day=1)
        )
        self.attempt(signed_documents.save_aadhaar, agent=agent, birth_on=born)

    @rule(active=st.booleans())
    def keep_signed_pan(self, active: bool) -> None:
        self.attempt(signed_documents.save_pan, agent=self.fresh(), is_active=active)

    @rule(
        failure_mode=st.sampled_from(["", "", "no pan", "inactive pan", "other signer", "down"]),
        press=st.sampled_from(["allow", "allow", "allow", "cancel"]),
    )
    def visit_digilocker(self, failure_mode: str, press: str) -> None:
        """There and back, and a worker finds DigiLocker in this mood."""

        def visit() -> None:
            session = digilocker.returned(self.fresh(), at=self.at, press=press)
            self.locker.failure_mode = failure_mode
            digilocker.work(session, at=self.at)

        self.attempt(visit)
        self.locker.failure_mode = ""

    @rule()
    def compare(self) -> None:
        """A worker compares what waits; nothing is approved with a doubt in it, or by a picture."""
        case = KycCase.objects.waiting().filter(agent=self.agent).first()
        if case:
            self.attempt(review.check_and_auto_approve, case=case, at=self.at)
            case.refresh_from_db()
            if case.state == KycCase.State.APPROVED:
                self.look_at_automatic(case)

    def look_at_automatic(self, case: KycCase) -> None:
        Way.automatic += 1
        assert case.reviewer is None
        assert not case.events.filter(became__in=case.SENT_BACK, by__isnull=False).exists()
        assert {row.source for row in case.documents.current()} == {signed_documents.DIGILOCKER}
        assert set(case.checks.values_list("verdict", flat=True)) == {"PASS"}

    @rule()
    def submit(self) -> None:
        agent = self.fresh()
        self.attempt(kyc.submit_documents, agent=agent, by=agent.user, at=self.at)

    @rule()
    def rename(self) -> None:
        """Somebody else's name, which has to be refused once documents are looked at."""
        agent = self.fresh()
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
        if self.fresh().given_name == "Somebody":
            Agent.objects.filter(pk=self.agent.pk).update(given_name=self.agent.given_name)

    @rule(yes=st.booleans(), who=st.sampled_from([0, 1]))
    def decide(self, yes: bool, who: int) -> None:
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewers[who], "at": self.at}
            self.attempt(review.claim_case, **facts)
            if yes:
                self.attempt(review.approve_case, **facts)
            else:
                self.attempt(review.reject_case, **facts, reason="UNREADABLE", note="Again.")

    @rule(kinds=st.sets(st.sampled_from(KycDocument.Kind.values), min_size=1), who=st.booleans())
    def ask_for_some(self, kinds: set[str], who: bool) -> None:
        """Single documents have to come again; the others stay."""
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewers[who], "at": self.at}
            self.attempt(review.claim_case, **facts)
            wanted = [review.ResubmissionItem(kind, "UNREADABLE") for kind in kinds]
            self.attempt(review.request_resubmissions, **facts, wanted=wanted)

    @rule()
    def expire(self) -> None:
        case = KycCase.objects.filter(agent=self.agent).first()
        if case:
            facts = {"case": case, "by": self.reviewers[0], "at": self.at, "why": "Old"}
            self.attempt(review.request_new_documents, **facts)

    @rule(level=st.sampled_from(["", "A1", "A2", "C1"]))
    def grade(self, level: str) -> None:
        def graded() -> None:
            agent = agents.set_level(agent=self.fresh(), level=level, at=self.at)
            steps_services.settle_clearance(agent=agent, at=self.at)

        self.attempt(graded)

    @rule(kind=st.sampled_from(AgreementTemplate.Kind.values))
    def publish(self, kind: str) -> None:
        """A new version: what was signed is not enough any more."""
        number = f"2.{Way.taken}"
        words = {"title": "Another text", "text": f"In version {number}."}
        facts = {"kind": kind, "version": number, "by": None, "at": self.at, **words}
        self.attempt(publishing.publish_template, **facts)

    @rule(floor=st.sampled_from(["A2", "B2"]))
    def move_the_floor(self, floor: str) -> None:
        """A setting may change over night."""
        django_settings.HITOUCH_LEVEL_FLOOR = floor
        self.look(None)

    @rule()
    def invite(self) -> None:
        self.attempt(assessment.ensure_invitation, agent=self.fresh(), at=self.at)

    @rule()
    def sign(self) -> None:
        self.attempt(demo_agents.sign, agent=self.fresh(), now=self.at)


@pytest.fixture
def way(db: None, texts: Any, question_bank: Any, locker: Any, settings: Any) -> type[Way]:
    settings.HITOUCH_CODES_PER_CONTACT_AN_HOUR = 1000
    settings.HITOUCH_LEVEL_FLOOR = "A2"  # the acts change it within this fixture's override
    settings.HITOUCH_DIGILOCKER_STARTS_A_DAY = 1000
    Way.locker = locker
    Way.reviewers = [make_staff("Farah", "reviewer"), make_staff("Gopal", "reviewer")]
    return Way


def test_no_order_skips_a_gate(way: type[Way]) -> None:
    """Over some two hundred random acts the clearance and the gates always agree."""
    bounded = settings(
        max_examples=ACTS // ACTS_IN_A_ROW,
        stateful_step_count=ACTS_IN_A_ROW,
        deadline=None,
        derandomize="HITOUCH_GATE_ACTS" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(way, settings=bounded)
    told = f"looked at a cleared agent: {Way.cleared}, approved by checks: {Way.automatic}"
    print(f"acts: {Way.taken}, {told}")  # noqa: T201
    assert Way.cleared
    assert Way.automatic


@pytest.mark.parametrize("missing", list(gates.GATES))
def test_each_gate_counts(way: type[Way], missing: str, monkeypatch: Any) -> None:
    """With everything else done, one gate that is not passed keeps the agent from being cleared."""
    monkeypatch.setattr(
        gates, "GATES", {key: (lambda agent, key=key: key != missing) for key in gates.GATES}
    )
    agent = make_agent("Tara")
    assert steps_services.settle_clearance(agent=agent, at=NOON) is False
    assert steps_queries.clearance_of(agent) is None
