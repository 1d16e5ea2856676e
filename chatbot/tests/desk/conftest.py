"""Fixtures of the desk: its hours and targets, members on duty, and a ticket."""

from datetime import timedelta

import pytest

from chatbot.desk import seeding, services
from chatbot.models import Conversation, Message, SupportMember
from conftest import NOON, make_staff

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(db):
    """Hours from Monday to Saturday, holidays, targets and canned replies. Nobody is on duty."""
    seeding.seed(NOON)


def make_member(name, *, on_duty=True, **changes):
    """A member of support."""
    user = make_staff(name, "support")
    SupportMember.objects.create(user=user, **changes)
    if on_duty:
        services.go_on_duty(user=user, at=NOON - DAY)
    return user


def open_one(user, *, at=NOON, **changes):
    """A ticket of a user."""
    facts = {"subject": "My shift", "text": "I could not clock in."} | changes
    ticket = services.open_ticket(user=user, at=at, **facts)
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def ticket(asha):
    """A ticket that nobody has."""
    return open_one(asha.user)


def talk_of(user, *texts, at=NOON):
    """A conversation with Help in which the user asked these questions."""
    conversation = Conversation.objects.create(user=user, last_at=at)
    for text in texts:
        Message.objects.create(
            conversation=conversation, role="PERSON", source="PERSON", text=text, at=at
        )
    return conversation
