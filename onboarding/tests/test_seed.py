"""The seed can run twice, and its helper goes the whole way through the services."""

from typing import Any
from uuid import UUID

import pytest

from accounts.models import Agent
from conftest import NOON
from onboarding import queries, rules, seeding
from onboarding.models import AgreementTemplate, KycDocument, Signature


def test_seed_twice(db: None) -> None:
    """Two texts, each once, marked as not yet looked at by a lawyer."""
    seeding.seed(NOON)
    seeding.seed(NOON)
    assert AgreementTemplate.objects.count() == 2
    assert all("review by a lawyer" in row.text for row in AgreementTemplate.objects.all())


@pytest.mark.django_db(transaction=True)
def test_clear_agent_twice(asha: Agent, bring: Any) -> None:
    """A cleared agent stays as she is."""
    since = queries.clearance_of(bring(asha, "agreements")).cleared_at
    again = bring(asha, "agreements")
    assert queries.clearance_of(again).cleared_at == since
    assert KycDocument.objects.count() == 3
    assert Signature.objects.count() == 2


def test_sample_pans_differ(asha: Agent, ravi: Agent) -> None:
    """Each agent of the demo has a PAN of the own."""
    assert seeding.sample_pan(asha) != seeding.sample_pan(ravi)


@pytest.mark.parametrize("digits", [0, 9_998, 9_999, 10_000, 2**32 - 1])
def test_every_sample_pan_is_one(digits: int) -> None:
    """Whatever an agent's id begins with, the demo's PAN for it is accepted."""
    agent = Agent(pk=UUID(f"{digits:08x}{'0' * 24}"), given_name="Nila", family_name="Rao")
    assert rules.normal_pan(seeding.sample_pan(agent))
