"""Opportunities and profiles are compared in today's words of the vocabulary."""

from typing import Any

import pytest

from accounts.models import Agent
from conftest import NOON, make_staff, sign_in
from gigs.models import Opportunity
from gigs.queries import opportunities
from gigs.tests.conftest import make_opportunity
from onboarding.models import LooseWord
from onboarding.vocabulary import services as vocabulary

pytestmark = pytest.mark.django_db


@pytest.fixture
def bots(orchid: Any, asha: Agent) -> Opportunity:
    """Asks for a word that only Asha has, who writes it in another way."""
    Agent.objects.filter(pk=asha.pk).update(skills=["Robo training", "Shouting"])
    asha.refresh_from_db()
    vocabulary.refresh_unlisted_words(at=NOON)
    return make_opportunity(orchid, skills=["Voice bots", "Shouting"])


def skills(agent: Agent, opportunity: Opportunity, client: Any) -> str:
    """What the API's list says of it, which the page says as well."""
    [row] = sign_in(client, agent.user).get("/api/v1/opportunities/").json()["data"]
    [told] = [part["why"] for part in row["match"]["parts"] if part["name"] == "Skills"]
    [offer] = opportunities.with_matches([opportunity], Agent.objects.get(pk=agent.pk), on=NOON)
    assert told == offer.match.parts[1].why
    return str(told)


def test_a_decision_counts_at_once(asha: Agent, bots: Opportunity, client: Any) -> None:
    """An opportunity published before is found by the word it stands for; own words fit nothing."""
    assert skills(asha, bots, client) == "You have 1 of 2. Missing: Voice bots."
    omar = make_staff("Omar", "operations")
    word = LooseWord.objects.get(key="robotraining")
    vocabulary.adopt_word(word=word, name="Voice bots", by=omar, at=NOON)
    assert skills(asha, bots, client) == "You have 2 of 2."
    vocabulary.decline_word(word=LooseWord.objects.get(key="shouting"), by=omar, at=NOON)
    assert skills(asha, bots, client) == "You have 1 of 1."
