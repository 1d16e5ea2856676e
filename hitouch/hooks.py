"""Implementations of accounts' hooks: the landing page, and who must have a second factor."""

from datetime import datetime

from django.urls import reverse

from accounts.hooks import Landing
from accounts.models import User
from gigs.clients import queries as client_queries
from onboarding.dashboard import steps


def landing_for(user: User, *, now: datetime) -> Landing:
    """The next step or dashboard of an agent, the home of a client, the admin for staff."""
    if user.is_staff:
        return Landing("admin", reverse("admin:index"))
    if client_queries.member_of(user) is not None:
        return Landing("client", reverse("gigs:client-home"))
    agent = user.agent_or_none
    if agent is None:
        return Landing("account", reverse("accounts:account"))
    step = steps.next_step(agent, now)
    return Landing(step.key, step.url) if step else Landing("home", reverse("onboarding:home"))


def may_commit_budget(user: User) -> bool:
    """Whether the user can commit a client's budget and so needs a second factor."""
    return client_queries.may_commit_budget(user)
