"""Messages on the agent's dashboard: tickets, the current conversation, and emails."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Agent
from accounts.queries import mails_to
from chatbot import dashboard
from chatbot.conversations import services as conversations
from chatbot.desk import services
from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import services as outbox
from onboarding.dashboard.panels import DashboardRequest

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def no_dispatch(monkeypatch: Any) -> None:
    """Do not send tasks to the broker: no worker runs."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)


def contribution(agent: Agent) -> Any:
    return dashboard.contribution(DashboardRequest(agent, NOON, None, None))


def queue_email(to: str, subject: str, template: str = "onboarding/cleared") -> OutboxMessage:
    facts = {"level": "B2", "agent": "Asha", "name": "Asha", "code": "123456", "minutes": 10}
    made = outbox.queue_mail(to=to, template=template, context=facts, at=NOON)
    made.subject = subject
    made.save()
    return made


def test_answered_ticket_is_a_todo(asha: Agent, sunita: Any) -> None:
    """A ticket is a to-do from support's answer until the agent replies."""
    ticket = services.open_ticket(user=asha.user, subject="My hours", text="When?", at=NOON - HOUR)
    assert contribution(asha).todos == ()
    services.answer(ticket=ticket, by=sunita, text="Today.", at=NOON)
    todo = contribution(asha).todos[0]
    assert (todo.key, str(ticket.pk) in todo.url) == ("ticket", True)
    line = contribution(asha).panels[0].lines[0]
    assert (line.title, line.state, line.at) == ("My hours", "WAITING", NOON)
    services.reply(ticket=ticket, text="Thanks.", at=NOON)
    assert contribution(asha).todos == ()


def test_email_about_a_ticket_is_not_listed(asha: Agent, sunita: Any) -> None:
    """The email about a ticket's answer is not listed beside the ticket."""
    ticket = services.open_ticket(user=asha.user, subject="My hours", text="When?", at=NOON - HOUR)
    services.answer(ticket=ticket, by=sunita, text="Today.", at=NOON)
    assert [line.title for line in contribution(asha).panels[0].lines] == ["My hours"]


def test_newest_message_comes_first(asha: Agent, faq: None) -> None:
    """Conversation, emails and tickets are sorted by their newest message."""
    services.open_ticket(user=asha.user, subject="Old", text="When?", at=NOON - 2 * HOUR)
    conversations.ask(user=asha.user, text="When am I paid?", at=NOON - HOUR)
    queue_email(asha.user.email or "", "cleared to work")
    titles = [line.title for line in contribution(asha).panels[0].lines]
    assert titles == ["cleared to work", "Your questions in Help", "Old"]


def test_codes_and_suppressed_emails_are_not_listed(asha: Agent) -> None:
    """Emails with codes and suppressed emails are not listed."""
    queue_email(asha.user.email or "", "Your HitouchCX code", "accounts/code")
    suppressed = queue_email(asha.user.email or "", "Suppressed")
    OutboxMessage.objects.filter(pk=suppressed.pk).update(state=OutboxMessage.State.HUSHED)
    assert not contribution(asha).panels[0].lines
    assert contribution(asha).panels[0].empty


def test_undelivered_email_is_marked(asha: Agent) -> None:
    """An email that could not be delivered is marked as such."""
    lost = queue_email(asha.user.email or "", "Your payment")
    OutboxMessage.objects.filter(pk=lost.pk).update(state=OutboxMessage.State.FAILED)
    assert contribution(asha).panels[0].lines[0].word == "Not delivered"


def test_emails_from_before_verification_are_not_listed(asha: Agent, ravi: Agent) -> None:
    """Emails are listed only if they were sent after the user verified the address."""
    queue_email(asha.user.email or "", "To Asha")
    assert [email.subject for email in mails_to(asha.user)] == ["To Asha"]
    assert not mails_to(ravi.user)
    asha.user.email_verified_at = NOON + HOUR
    assert not mails_to(asha.user)
    asha.user.email_verified_at = None
    assert not mails_to(asha.user)
