"""Retention, erasure and export of DigiLocker sessions."""

import json
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Agent, Consent
from conftest import NOON
from onboarding import privacy as onboarding_privacy
from onboarding.demo import agents
from onboarding.kyc.digilocker import fetching
from onboarding.models import KycDocument, KycSession, KycSessionEvent
from onboarding.retention import EXPIRIES
from onboarding.tests.support import digilocker
from onboarding.tests.support.digilocker import SOON, fetched, returned

locker = digilocker.locker
pytestmark = pytest.mark.usefixtures("locker")
MONTH = timedelta(days=30)
RULE = next(each for each in EXPIRIES if each.rule == "onboarding.digilocker")


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def test_ended_sessions_are_deleted_after_a_month(agent_with_profile: Agent) -> None:
    """Ended sessions are deleted with their events; live ones and the consent stay."""
    fetched(agent_with_profile)
    live = begin_late(agent_with_profile)
    assert RULE.waiting(SOON - timedelta(seconds=1)) == 0
    assert RULE.end(since=SOON, at=SOON + MONTH, limit=100) == [SOON]
    assert KycSession.objects.get() == live
    assert not KycSessionEvent.objects.exists()
    assert Consent.objects.filter(user=agent_with_profile.user, purpose="digilocker").exists()
    assert KycDocument.objects.filter(case__agent=agent_with_profile).count() == 2


def begin_late(agent: Agent) -> KycSession:
    """A live session, written past the rule that submitted documents block it."""
    done = KycSession.objects.get()
    return KycSession.objects.create(
        agent=agent, state_hash="x", log_in_hash="y", back=done.back, consent_version="1",
        started_at=NOON - MONTH, expires_at=NOON,
    )  # fmt: skip


def test_erasure_deletes_all_sessions(agent_with_profile: Agent, locker: Any) -> None:
    """An erasure deletes every session, also one that a worker has leased."""
    locker.failure_mode = "no pan"
    fetched(agent_with_profile)
    busy = returned(agent_with_profile)
    onboarding_privacy.erase(agent_with_profile.user, at=SOON)
    assert not KycSession.objects.exists()
    assert fetching.advance_session(session_id=busy.pk, at=SOON)
    assert not KycDocument.objects.filter(case__agent=agent_with_profile).exists()


def test_export_contains_times_and_outcomes(agent_with_profile: Agent) -> None:
    """The export contains times and outcomes, but no secret and no document."""
    session = fetched(agent_with_profile)
    proficiency_of = onboarding_privacy.export(agent_with_profile.user)["visits_to_digilocker"]
    assert [row["state"] for row in proficiency_of] == ["Received"]
    assert proficiency_of[0]["ended_at"] == SOON.isoformat()
    said = json.dumps(proficiency_of)
    for secret in (session.state_hash, session.log_in_hash, agents.sample_pan(agent_with_profile)):
        assert secret not in said
