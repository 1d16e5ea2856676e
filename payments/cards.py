"""What an agent's first page says about money."""

from datetime import datetime

from django.urls import reverse

from accounts.models import Agent
from hitouch.core import money
from onboarding import queries as onboarding
from onboarding.dashboard import Card
from payments import queries


def money_cards(agent: Agent, now: datetime) -> list[Card]:
    """A card when there is any money, and one when a bank account is missing for it."""
    earnings = queries.earnings_of(agent)
    if not earnings.payments:
        return []
    if held := queries.waits_for_account(agent, now):
        return [_missing_account(agent, held, now)]
    paid, coming = money.rupees(earnings.paid_paise), money.rupees(earnings.on_the_way_paise)
    text = f"{paid} paid, {coming} on the way."
    return [Card("Your money", text, reverse("payments:money"), "info")]


def _missing_account(agent: Agent, paise: int, now: datetime) -> Card:
    waits = f"{money.rupees(paise)} waits for your bank account."
    if standing := onboarding.standing_of(agent, now):
        text = f"{waits} {standing.sentence}"
        return Card("Your bank account", text, reverse("onboarding:bank-account"), "warn")
    text = f"{waits} Add it and we send the money."
    return Card("Add your bank account", text, reverse("payments:money"), "warn")
