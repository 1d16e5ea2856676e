"""A ticket is opened by a person, answered by support, closed, and opened again."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from chatbot import queries
from chatbot.models import Message, Ticket, TicketMessage
from chatbot.services import answers
from chatbot.services import tickets as services
from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
WORDS = {"subject": "My shift", "text": "I could not clock in."}


def page(client, **body):
    return client.post(reverse("chatbot:new-ticket"), body)


def api(client, **body):
    return client.post(reverse("api:chatbot:tickets"), body, content_type="application/json")


@pytest.fixture(params=[page, api])
def door(request):
    """The page and the API open the same ticket."""
    return request.param


@pytest.fixture
def ticket(asha):
    return services.open_ticket(user=asha.user, at=NOON - timedelta(days=1), **WORDS)


def test_open(signed_in, asha, door):
    """A person puts a question to support."""
    assert door(signed_in(asha.user), **WORDS).status_code in (201, 302)
    ticket = Ticket.objects.get()
    assert (ticket.user, ticket.state, ticket.subject) == (asha.user, "OPEN", "My shift")
    assert ticket.messages.get().text == "I could not clock in."


def test_open_without_words(signed_in, asha, door):
    """A ticket says what it is about; what was typed is kept."""
    answer = door(signed_in(asha.user), subject="My shift", text="")
    assert answer.status_code in (200, 422)
    assert not Ticket.objects.exists()


def test_transcript_goes_along(signed_in, asha, sunita):
    """Support reads what was asked on the help page before."""
    answers.ask(user=asha.user, text="Do you sell pizza?", at=NOON)
    ticket = services.open_ticket(user=asha.user, at=NOON, **WORDS)
    url = reverse("admin:chatbot_ticket_change", args=[ticket.pk])
    assert "Do you sell pizza?" in signed_in(sunita).get(url).content.decode()
    assert ticket.reference in Message.objects.filter(source="SYSTEM").latest("created_at").text


def test_answer_at_the_desk(signed_in, asha, sunita, ticket):
    """Support answers: the ticket waits for the person, who is told and reads it."""
    url = reverse("admin:chatbot_ticket_change", args=[ticket.pk])
    signed_in(sunita).post(url, {"answer": "1", "text": "Clock in from 15 minutes before."})
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
    """The person writes back, and support has it again; page and API alike."""
    services.answer_ticket(ticket=ticket, by=sunita, text="Which shift?", at=NOON)
    client = signed_in(asha.user)
    client.post(reverse("chatbot:ticket", args=[ticket.pk]), {"text": "Today's."})
    ticket.refresh_from_db()
    assert ticket.state == "IN_PROGRESS"
    url = reverse("api:chatbot:ticket-messages", args=[ticket.pk])
    answer = client.post(url, {"text": "At six."}, content_type="application/json")
    assert answer.status_code == 201
    assert ticket.messages.filter(is_from_staff=False).count() == 3


def test_second_answer_keeps_the_first_moment(sunita, ticket):
    """The first answer's moment stays when support adds a second."""
    services.answer_ticket(ticket=ticket, by=sunita, text="One.", at=NOON)
    services.answer_ticket(ticket=ticket, by=sunita, text="Two.", at=NOON + timedelta(hours=1))
    ticket.refresh_from_db()
    assert ticket.first_answer_at == NOON


def test_close_and_open_again(sunita, ticket):
    """A reply within 7 days opens a closed ticket again."""
    services.resolve_ticket(ticket=ticket, by=sunita, at=NOON)
    services.reply(ticket=ticket, text="Still.", at=NOON + timedelta(days=7, seconds=-1))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at) == ("IN_PROGRESS", None)


def test_closed_for_good(signed_in, asha, sunita, ticket):
    """After 7 days a closed ticket takes no reply, and says what to do."""
    services.resolve_ticket(ticket=ticket, by=sunita, at=NOON - timedelta(days=400))
    with pytest.raises(services.TicketClosed):
        services.reply(ticket=ticket, text="Still.", at=NOON)
    client = signed_in(asha.user)
    shown = client.post(reverse("chatbot:ticket", args=[ticket.pk]), {"text": "Still."})
    assert "closed more than 7 days ago" in shown.content.decode()


def test_closed_ticket_is_not_answered(sunita, ticket):
    """Support does not write into a closed ticket."""
    services.resolve_ticket(ticket=ticket, by=sunita, at=NOON)
    with pytest.raises(InvalidTransition):
        services.answer_ticket(ticket=ticket, by=sunita, text="More.", at=NOON)


def test_messages_are_kept(ticket):
    """What was written is neither changed nor removed."""
    with pytest.raises(DatabaseError), transaction.atomic():
        TicketMessage.objects.update(text="Other.")


@pytest.mark.parametrize("name", ["chatbot:ticket", "api:chatbot:ticket"])
def test_somebody_elses_ticket(signed_in, ravi, ticket, name):
    """Another person's ticket does not exist."""
    client = signed_in(ravi.user)
    assert client.get(reverse(name, args=[ticket.pk])).status_code == 404
    url = reverse("api:chatbot:ticket-messages", args=[ticket.pk])
    assert client.post(url, {"text": "x"}, content_type="application/json").status_code == 404


def test_desk_is_for_support(signed_in, staff_without_role, ticket):
    """Staff outside support see no tickets."""
    url = reverse("admin:chatbot_ticket_change", args=[ticket.pk])
    for user in (staff_without_role, make_staff("Mohan", "finance")):
        assert signed_in(user).get(url).status_code in (302, 403)
        assert signed_in(user).post(url, {"resolve": "1"}).status_code in (302, 403)
    ticket.refresh_from_db()
    assert ticket.state == "OPEN"


@pytest.mark.parametrize("name", ["chatbot:tickets", "api:chatbot:tickets"])
def test_list_does_not_grow_in_queries(
    signed_in, asha, ticket, name, django_assert_max_num_queries
):
    """The list asks the database as often for many tickets as for one."""
    client, url = signed_in(asha.user), reverse(name)
    with django_assert_max_num_queries(25) as few:
        assert "My shift" in client.get(url).content.decode()
    most = len(few)
    for _ in range(5):
        services.open_ticket(user=asha.user, at=NOON, **WORDS)
    with django_assert_max_num_queries(most):
        client.get(url)


def test_waiting(ticket, sunita):
    """Support hears what waits; what waits for the person does not count."""
    assert queries.work_queues(now=NOON)[0].count == 1
    services.answer_ticket(ticket=ticket, by=sunita, text="Which shift?", at=NOON)
    assert queries.work_queues(now=NOON)[0].count == 0
