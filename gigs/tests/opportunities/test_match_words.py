"""Opportunities and profiles are compared by current terms of the vocabulary."""

from typing import Any

import pytest

from accounts.models import Agent
from conftest import NOON, make_staff, sign_in
from gigs.models import Opportunity
from gigs.opportunities import matches
from gigs.tests.support.marketplace import make_opportunity
from onboarding.models import LooseWord
from onboarding.vocabulary import services as vocabulary

pytestmark = pytest.mark.django_db


@pytest.fixture
def bots(orchid: Any, asha: Agent) -> Opportunity:
    """An opportunity requiring a term that Asha has in another spelling."""
    Agent.objects.filter(pk=asha.pk).update(skills=["Robo training", "Shouting"])
    asha.refresh_from_db()
    vocabulary.refresh_unlisted_words(at=NOON)
    return make_opportunity(orchid, skills=["Voice bots", "Shouting"])


def skills(agent: Agent, opportunity: Opportunity, client: Any) -> str:
    """The opportunity in the API's list, which the page also shows."""
    [row] = sign_in(client, agent.user).get("/api/v1/opportunities/").json()["data"]
    [told] = [part["why"] for part in row["match"]["parts"] if part["name"] == "Skills"]
    match = matches.match_of(opportunity, Agent.objects.get(pk=agent.pk), on=NOON)
    assert told == match.parts[1].why
    return str(told)


def test_accepted_term_matches_immediately(asha: Agent, bots: Opportunity, client: Any) -> None:
    """An earlier opportunity matches by the listed term; unlisted terms match nothing."""
    assert skills(asha, bots, client) == "You have 1 of 2. Missing: Voice bots."
    omar = make_staff("Omar", "operations")
    word = LooseWord.objects.get(key="robotraining")
    vocabulary.adopt_word(word=word, name="Voice bots", by=omar, at=NOON)
    assert skills(asha, bots, client) == "You have 2 of 2."
    vocabulary.decline_word(word=LooseWord.objects.get(key="shouting"), by=omar, at=NOON)
    assert skills(asha, bots, client) == "You have 1 of 1."
