"""The seed can run twice, and its helper goes the whole way through the services."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Agent, User
from conftest import NOON
from hitouch.core import sandbox
from onboarding import identifiers
from onboarding.agreements import seeding
from onboarding.demo import agents
from onboarding.kyc import card_reader, held_pictures
from onboarding.models import AgreementTemplate, KycCase, KycDocument, KycHeldPicture, Signature
from onboarding.steps import queries as steps_queries
from tests.support.waiting import DEADLINE_SECONDS


def test_seed_twice(db: None) -> None:
    """Two texts, each once, without a note to ourselves in them."""
    seeding.seed(NOON)
    seeding.seed(NOON)
    assert AgreementTemplate.objects.count() == 2
    assert not any("lawyer" in row.text for row in AgreementTemplate.objects.all())


@pytest.mark.django_db(transaction=True)
def test_clear_agent_twice(asha: Agent, bring: Any) -> None:
    """A cleared agent stays as she is."""
    since = steps_queries.clearance_of(bring(asha, "agreements")).cleared_at
    again = bring(asha, "agreements")
    assert steps_queries.clearance_of(again).cleared_at == since
    assert KycDocument.objects.count() == 3
    assert Signature.objects.count() == 2


@pytest.mark.parametrize("waits", [False, True])
def test_a_loaded_machine_is_only_slower(
    nila: Agent, reviewer: User, monkeypatch: Any, waits: bool
) -> None:
    """The cards of the demo come through a reader that gets no processor, where a seed waits."""
    hasty = replace(card_reader.OCR_LIMITS, patience_seconds=0.001)
    monkeypatch.setattr(sandbox, "NO_DEADLINE_FACTOR", DEADLINE_SECONDS / 0.001)
    monkeypatch.setattr(card_reader, "OCR_LIMITS", hasty)
    facts = {"agent": nila, "reviewer": reviewer, "now": NOON, "upto": "kyc"}
    if waits:
        with sandbox.without_deadline():
            agents.clear_agent(**facts)
        assert KycCase.objects.get(agent=nila).state == KycCase.State.APPROVED
    else:
        with pytest.raises(held_pictures.PictureHeld):
            agents.clear_agent(**facts)


def test_interrupted_seed_continues(nila: Agent, reviewer: User, monkeypatch: Any) -> None:
    """Pictures that nobody masked are sent again; those that were masked stay."""
    facts = {"agent": nila, "reviewer": reviewer, "now": NOON, "upto": "kyc"}
    with monkeypatch.context() as patch:
        hasty = replace(card_reader.OCR_LIMITS, patience_seconds=0.001)
        patch.setattr(card_reader, "OCR_LIMITS", hasty)
        with pytest.raises(held_pictures.PictureHeld):
            agents.clear_agent(**facts)
    agents.clear_agent(**facts)
    assert KycCase.objects.get(agent=nila).state == KycCase.State.APPROVED
    assert not KycHeldPicture.objects.waiting().exists()


def test_sample_pans_differ(asha: Agent, ravi: Agent) -> None:
    """Each agent of the demo has a PAN of the own."""
    assert agents.sample_pan(asha) != agents.sample_pan(ravi)


@pytest.mark.parametrize("digits", [0, 9_998, 9_999, 10_000, 2**32 - 1])
def test_every_sample_pan_is_one(digits: int) -> None:
    """Whatever an agent's id begins with, the demo's PAN for it is accepted."""
    agent = Agent(pk=UUID(f"{digits:08x}{'0' * 24}"), given_name="Nila", family_name="Rao")
    assert identifiers.normalise_pan(agents.sample_pan(agent))
