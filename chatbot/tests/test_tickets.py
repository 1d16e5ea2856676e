"""Support tickets: open, answer, reply, close and reopen; page, API and admin."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from chatbot.conversations import services as conversations
from chatbot.desk import queries, services
from chatbot.models import Message, Ticket, TicketMessage
from conftest import NOON, make_staff, make_user
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
TICKET = {"subject": "My shift", "text": "I could not clock in."}


def open_on_page(client, **body):
    return client.post(reverse("chatbot:new-ticket"), body)


def open_over_api(client, **body):
    return client.post(reverse("api:chatbot:tickets"), body, content_type="application/json")


@pytest.fixture(params=[open_on_page, open_over_api])
def open_ticket(request):
    """Open a ticket: once on the page, once over the API."""
    return request.param


@pytest.fixture
def ticket(asha):
    return services.open_ticket(user=asha.user, at=NOON - timedelta(days=1), **TICKET)


def test_open(signed_in, asha, open_ticket):
    """A user opens a ticket."""
    assert open_ticket(signed_in(asha.user), **TICKET).status_code in (201, 302)
    ticket = Ticket.objects.get()
    assert (ticket.user, ticket.state, ticket.subject) == (asha.user, "OPEN", "My shift")
    assert ticket.messages.get().text == "I could not clock in."


def test_ticket_without_a_message_is_refused(signed_in, asha, open_ticket):
    """A ticket needs a message."""
    response = open_ticket(signed_in(asha.user), subject="My shift", text="")
    assert response.status_code in (200, 422)
    assert not Ticket.objects.exists()


AADHAAR = "My number is 2345/6789/0124."


@pytest.mark.parametrize("field", ["subject", "text"])
def test_an_aadhaar_number_is_masked(signed_in, asha, open_ticket, field):
    """A full Aadhaar number is never stored: only its last four digits are."""
    response = open_ticket(signed_in(asha.user), **TICKET | {field: AADHAAR})
    assert response.status_code in (201, 302)
    ticket = Ticket.objects.get()
    stored = f"{ticket.subject} {ticket.messages.get().text}"
    assert "0124" in stored
    assert "6789" not in stored


def test_an_aadhaar_number_in_a_reply_is_masked(signed_in, asha, ticket):
    """Neither a reply on the page nor one over the API stores it."""
    client = signed_in(asha.user)
    client.post(reverse("chatbot:ticket", args=[ticket.pk]), {"text": AADHAAR})
    url = reverse("api:chatbot:ticket-messages", args=[ticket.pk])
    answer = client.post(url, {"text": AADHAAR}, content_type="application/json")
    assert answer.status_code == 201
    replies = list(ticket.messages.order_by("at").values_list("text", flat=True))[1:]
    assert len(replies) == 2
    assert all("0124" in text and "6789" not in text for text in replies)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028", "\x85"])
def test_line_break_in_a_subject_is_refused(signed_in, asha, line_break):
    """No part of a subject becomes another line of a mail. An API client may send one."""
    body = TICKET | {"subject": f"My shift{line_break}Bcc: someone@example.com"}
    response = open_over_api(signed_in(asha.user), **body)
    assert (response.status_code, Ticket.objects.count()) == (422, 0)
    assert "one line" in response.content.decode()


def test_support_sees_the_conversation_before_the_ticket(signed_in, asha, sunita):
    """The desk shows the conversation before the ticket, which names the ticket."""
    conversations.ask(user=asha.user, text="Do you sell pizza?", at=NOON)
    ticket = services.open_ticket(user=asha.user, at=NOON, **TICKET)
    url = reverse("chatbot:desk-ticket", args=[ticket.pk])
    assert "Do you sell pizza?" in signed_in(sunita).get(url).content.decode()
    assert ticket.reference in Message.objects.filter(source="SYSTEM").latest("created_at").text


def test_answer_at_the_desk(signed_in, asha, sunita, ticket):
    """Support answers: the user is notified and sees the answer on page and API."""
    url = reverse("chatbot:desk-answer", args=[ticket.pk])
    signed_in(sunita).post(url, {"text": "Clock in from 15 minutes before."})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assigned_to) == ("WAITING", sunita)
    assert ticket.first_answer_at
    assert "15 minutes" in OutboxMessage.objects.get(template="chatbot/answered").body
    client = signed_in(asha.user)
    thread = client.get(reverse("api:chatbot:ticket", args=[ticket.pk])).json()["messages"]
    assert [message["is_from_staff"] for message in thread] == [False, True]
    shown = client.get(reverse("chatbot:ticket", args=[ticket.pk])).content.decode()
    assert "15 minutes before" in shown


def test_reply(signed_in, asha, sunita, ticket):
    """A reply on page or API puts the ticket back in progress."""
    services.answer(ticket=ticket, by=sunita, text="Which shift?", at=NOON)
    client = signed_in(asha.user)
    client.post(reverse("chatbot:ticket", args=[ticket.pk]), {"text": "Today's."})
    ticket.refresh_from_db()
    assert ticket.state == "IN_PROGRESS"
    url = reverse("api:chatbot:ticket-messages", args=[ticket.pk])
    response = client.post(url, {"text": "At six."}, content_type="application/json")
    assert response.status_code == 201
    assert ticket.messages.filter(is_from_staff=False).count() == 3


def test_second_answer_keeps_the_time_of_the_first(sunita, ticket):
    """A second answer does not change `first_answer_at`."""
    services.answer(ticket=ticket, by=sunita, text="One.", at=NOON)
    services.answer(ticket=ticket, by=sunita, text="Two.", at=NOON + timedelta(hours=1))
    ticket.refresh_from_db()
    assert ticket.first_answer_at == NOON


def test_reply_reopens_a_closed_ticket(sunita, ticket):
    """A reply within 7 days reopens a closed ticket."""
    services.resolve(ticket=ticket, by=sunita, at=NOON)
    services.reply(ticket=ticket, text="Still.", at=NOON + timedelta(days=7, seconds=-1))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at) == ("IN_PROGRESS", None)


def test_ticket_closed_for_7_days_takes_no_reply(signed_in, asha, sunita, ticket):
    """After 7 days a closed ticket refuses replies with a message."""
    services.resolve(ticket=ticket, by=sunita, at=NOON - timedelta(days=400))
    with pytest.raises(services.TicketClosed):
        services.reply(ticket=ticket, text="Still.", at=NOON)
    client = signed_in(asha.user)
    shown = client.post(reverse("chatbot:ticket", args=[ticket.pk]), {"text": "Still."})
    assert "closed more than 7 days ago" in shown.content.decode()


def test_closed_ticket_cannot_be_answered(sunita, ticket):
    """Support cannot answer a closed ticket."""
    services.resolve(ticket=ticket, by=sunita, at=NOON)
    with pytest.raises(InvalidTransition):
        services.answer(ticket=ticket, by=sunita, text="More.", at=NOON)


def test_messages_are_immutable(ticket):
    """The database refuses to change a message."""
    with pytest.raises(DatabaseError), transaction.atomic():
        TicketMessage.objects.update(text="Other.")


@pytest.mark.parametrize("name", ["chatbot:ticket", "api:chatbot:ticket"])
def test_ticket_of_another_user_is_not_found(signed_in, ravi, ticket, name):
    """Page and API return 404 for a ticket of another user."""
    client = signed_in(ravi.user)
    assert client.get(reverse(name, args=[ticket.pk])).status_code == 404
    url = reverse("api:chatbot:ticket-messages", args=[ticket.pk])
    assert client.post(url, {"text": "x"}, content_type="application/json").status_code == 404


def test_admin_leads_to_the_desk(signed_in, sunita, staff_without_role, ticket):
    """The admin only lists tickets, for support; each leads to the desk, and no user is listed."""
    url = reverse("admin:chatbot_ticket_change", args=[ticket.pk])
    for user in (staff_without_role, make_staff("Mohan", "finance")):
        assert signed_in(user).get(url).status_code in (302, 403)
    make_user("Nobody")
    client = signed_in(sunita)
    desk = reverse("chatbot:desk-ticket", args=[ticket.pk])
    assert client.get(url).headers["Location"] == desk
    listed = client.get(reverse("admin:chatbot_ticket_changelist")).content.decode()
    assert desk in listed
    assert "nobody@example.com" not in listed
    assert client.post(url, {"resolve": "1"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "OPEN"


@pytest.mark.parametrize("name", ["chatbot:tickets", "api:chatbot:tickets"])
def test_list_has_a_constant_number_of_queries(
    signed_in, asha, ticket, name, django_assert_max_num_queries
):
    """The number of queries does not grow with the number of tickets."""
    client, url = signed_in(asha.user), reverse(name)
    with django_assert_max_num_queries(25) as captured:
        assert "My shift" in client.get(url).content.decode()
    limit = len(captured)
    for _ in range(4):
        services.open_ticket(user=asha.user, at=NOON, **TICKET)
    with django_assert_max_num_queries(limit):
        client.get(url)


def test_work_queue(ticket, sunita):
    """The work queue of support counts open tickets, not answered ones."""
    assert queries.work_queues(now=NOON)[0].count == 1
    services.answer(ticket=ticket, by=sunita, text="Which shift?", at=NOON)
    assert queries.work_queues(now=NOON)[0].count == 0
