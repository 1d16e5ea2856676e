"""A desk with hours and targets, members on duty, and a ticket of Asha that Sunita has."""

from datetime import timedelta

import pytest

from accounts.models import Agent, User
from chatbot.desk import hours, services
from chatbot.models import SupportMember, Ticket
from conftest import NOON, make_staff

TICKET = {"subject": "My payment is missing", "text": "I worked on Monday."}


@pytest.fixture
def desk(db: None) -> None:
    """Hours, holidays and targets of support."""
    hours.seed(NOON)


@pytest.fixture
def sunita(desk: None) -> User:
    """A member of support on duty."""
    user = make_staff("Sunita", "support")
    SupportMember.objects.create(user=user, capacity=10)
    services.go_on_duty(user=user, at=NOON - timedelta(days=2))
    return user


@pytest.fixture
def omar(sunita: User) -> User:
    """Another member of support, off duty."""
    user = make_staff("Omar", "support")
    SupportMember.objects.create(user=user)
    return user


@pytest.fixture
def ticket(asha: Agent, sunita: User) -> Ticket:
    """A ticket of Asha, opened an hour ago, which Sunita got."""
    at = NOON - timedelta(hours=1)
    found = services.open_ticket(user=asha.user, at=at, **TICKET)
    assert found.assigned_to == sunita
    return found
