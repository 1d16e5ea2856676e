"""Signed documents for tests."""

from datetime import timedelta
from typing import Any

from accounts.models import Agent
from conftest import NOON
from onboarding.demo import agents, cards
from onboarding.kyc import issued
from onboarding.kyc import services as kyc
from onboarding.kyc.signed_documents.aadhaar import Aadhaar
from onboarding.kyc.signed_documents.pan import Pan
from onboarding.models import KycCase, KycDocument
from onboarding.tests import factories

DIGILOCKER = KycDocument.Source.DIGILOCKER
OFFLINE = KycDocument.Source.OFFLINE_XML


def aadhaar_of(agent: Agent, **changes: Any) -> Aadhaar:
    """The e-Aadhaar of this agent."""
    facts: dict[str, Any] = {
        "name": agent.name,
        "birth_on": agent.birth_date,
        "last_four": "4321",
        "pin": agents.ADDRESS["pin"],
        "portrait": cards.PORTRAIT.read_bytes(),
    }
    return Aadhaar(**facts | changes)


def pan_of(agent: Agent, **changes: Any) -> Pan:
    """The PAN record of this agent."""
    facts: dict[str, Any] = {
        "name": agent.name.upper(),
        "birth_on": agent.birth_date,
        "number": agents.sample_pan(agent),
        "is_active": True,
    }
    return Pan(**facts | changes)


def save_aadhaar(agent: Agent, *, source: str = DIGILOCKER, **changes: Any) -> KycDocument:
    """Save a signed Aadhaar. `phone_fits` goes to the service, other changes into the Aadhaar."""
    facts = {"phone_fits": changes.pop("phone_fits", None)}
    aadhaar = aadhaar_of(agent, **changes)
    return issued.save_aadhaar(
        agent=agent, aadhaar=aadhaar, source=source, by=agent.user, at=NOON, **facts
    )


def save_pan(agent: Agent, **changes: Any) -> KycDocument:
    """Save a signed PAN record."""
    pan = pan_of(agent, **changes)
    return issued.save_pan(agent=agent, pan=pan, source=DIGILOCKER, by=agent.user, at=NOON)


def put_picture(agent: Agent, kind: str) -> KycDocument:
    """Upload a photo of a specimen card."""
    return factories.put_document(agent, kind)


def submit(agent: Agent) -> KycCase:
    """Submit the documents."""
    at = NOON + timedelta(minutes=1)
    return kyc.submit_documents(agent=agent, by=agent.user, at=at)
