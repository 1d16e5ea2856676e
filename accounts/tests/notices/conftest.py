"""People who are told something, and a notice that anybody may get."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Agent, Notice, User
from accounts.notices import services as notices
from conftest import NOON, make_agent, make_user
from hitouch.core.india_time import INDIA

#: Late in the evening in India, in quiet hours.
NIGHT = datetime(2026, 11, 30, 23, 15, tzinfo=INDIA)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """Messages stay in the queue until a test delivers them."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)


@pytest.fixture
def asha(db) -> Agent:
    """An agent with a mail address and a phone."""
    return make_agent("Asha")


@pytest.fixture
def nila(db) -> Agent:
    """An agent with a phone only."""
    agent = make_agent("Nila")
    User.objects.filter(pk=agent.user_id).update(email=None, email_verified_at=None)
    agent.user.refresh_from_db()
    return agent


def tell(agent: Agent, kind: str = "gigs/gig_resumed", at: datetime = NOON, **more: Any) -> Notice:
    """Tell the agent that a gig goes on, or something else with the same words."""
    words = {"agent": agent, "client": "Orchid Retail", "title": "Evening chat", "reason": "No."}
    words |= {"starts": "1 December 2026, 10:00", "what": "Your password was changed."}
    return notices.notify(user=agent.user, kind=kind, context=words, at=at, **more)


@pytest.fixture
def stranger(db) -> User:
    """Another user."""
    return make_user("Ravi")
