"""Messages on an agent's home page: tickets, the talk that goes on, and what was mailed."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Agent
from accounts.queries import mails_to
from chatbot import dashboard as chatbot_dashboard
from chatbot.services import answers
from chatbot.services import tickets as services
from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import services as outbox
from onboarding.dashboard.panels import DashboardRequest

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def quiet_bell(monkeypatch: Any) -> None:
    """No worker listens."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._ring", lambda task, ids: None)


def share(agent: Agent) -> Any:
    return chatbot_dashboard.for_home(DashboardRequest(agent, NOON, None, None))


def mail(to: str, subject: str, template: str = "onboarding/cleared") -> OutboxMessage:
    facts = {"level": "B2", "agent": "Asha", "name": "Asha", "code": "123456", "minutes": 10}
    made = outbox.queue_mail(to=to, template=template, context=facts, at=NOON)
    made.subject = subject
    made.save()
    return made


def test_an_answered_ticket_waits(asha: Agent, sunita: Any) -> None:
    """Support's answer is to be read; asked again, it waits for support and not for her."""
    ticket = services.open_ticket(user=asha.user, subject="My hours", text="When?", at=NOON - HOUR)
    assert share(asha).todos == ()
    services.answer_ticket(ticket=ticket, by=sunita, text="Today.", at=NOON)
    todo = share(asha).todos[0]
    assert (todo.key, str(ticket.pk) in todo.url) == ("ticket", True)
    line = share(asha).panels[0].lines[0]
    assert (line.title, line.state, line.at) == ("My hours", "WAITING", NOON)
    services.reply(ticket=ticket, text="Thanks.", at=NOON)
    assert share(asha).todos == ()


def test_an_answer_is_listed_once(asha: Agent, sunita: Any) -> None:
    """The mail that tells of a ticket's answer is not shown beside the ticket."""
    ticket = services.open_ticket(user=asha.user, subject="My hours", text="When?", at=NOON - HOUR)
    services.answer_ticket(ticket=ticket, by=sunita, text="Today.", at=NOON)
    assert [line.title for line in share(asha).panels[0].lines] == ["My hours"]


def test_the_newest_come_first(asha: Agent, faq: None) -> None:
    """A talk that goes on, mails and tickets stand in the order of their last word."""
    services.open_ticket(user=asha.user, subject="Old", text="When?", at=NOON - 2 * HOUR)
    answers.ask(user=asha.user, text="When am I paid?", at=NOON - HOUR)
    mail(asha.user.email or "", "cleared to work")
    titles = [line.title for line in share(asha).panels[0].lines]
    assert titles == ["cleared to work", "Your questions in Help", "Old"]


def test_codes_are_not_messages(asha: Agent) -> None:
    """A code is of no use later, and a hushed mail was never sent."""
    mail(asha.user.email or "", "Your HitouchCX code", "accounts/code")
    hushed = mail(asha.user.email or "", "Hushed")
    OutboxMessage.objects.filter(pk=hushed.pk).update(state=OutboxMessage.State.HUSHED)
    assert not share(asha).panels[0].lines
    assert share(asha).panels[0].empty


def test_a_mail_that_was_lost_says_so(asha: Agent) -> None:
    """Given up is told, because she may wait for it."""
    lost = mail(asha.user.email or "", "Your payment")
    OutboxMessage.objects.filter(pk=lost.pk).update(state=OutboxMessage.State.FAILED)
    assert share(asha).panels[0].lines[0].word == "Not delivered"


def test_mails_to_whoever_had_the_address_before_stay_theirs(asha: Agent, ravi: Agent) -> None:
    """Only what was sent since the address is known to be this person's, and only theirs."""
    mail(asha.user.email or "", "To Asha")
    assert [one.subject for one in mails_to(asha.user)] == ["To Asha"]
    assert not mails_to(ravi.user)
    asha.user.email_verified_at = NOON + HOUR
    assert not mails_to(asha.user)
    asha.user.email_verified_at = None
    assert not mails_to(asha.user)
