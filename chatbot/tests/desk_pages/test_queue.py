"""The queue of the desk: which tickets, in which order, with which filters; page and API alike."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatbot.desk import queue, services
from chatbot.desk.queue import QueueFilter, QueueView
from chatbot.models import FaqCategory, Ticket
from conftest import NOON, make_agent

HOUR = timedelta(hours=1)


def opened(name, *, ago=HOUR, **facts):
    """A ticket of an agent of this name."""
    agent = make_agent(name)
    facts = {"subject": f"Question of {name}", "text": "Please help."} | facts
    return services.open_ticket(user=agent.user, at=NOON - ago, **facts)


def subjects(member, **chosen):
    rows = queue.tickets(member=member, chosen=QueueFilter(**chosen), now=NOON)
    return [ticket.subject.removeprefix("Question of ") for ticket in rows]


def test_order(sunita):
    """Overdue first, then priority, then what is due first; answered ones, then those on hold."""
    late = opened("Late", ago=timedelta(days=4))
    opened("Later")
    sooner = opened("Sooner", ago=2 * HOUR)
    urgent = opened("Urgent", ago=timedelta(minutes=1))
    services.set_priority(ticket=urgent, priority=3, by=sunita, at=NOON)
    answered = opened("Answered")
    services.answer(ticket=answered, by=sunita, text="Done.", at=NOON)
    held = opened("Held")
    services.hold(ticket=held, by=sunita, reason="The client", at=NOON)
    found = ["Late", "Urgent", "Sooner", "Later", "Answered"]
    assert subjects(sunita, view="open") == found
    assert subjects(sunita, view="hold") == ["Held"]
    assert subjects(sunita, view="open", is_overdue=True) == ["Late"]
    assert {late.priority, sooner.priority} == {Ticket.Priority.NORMAL}


def test_lists(sunita, omar):
    """Each list has its own tickets, and its number is what the list shows."""
    mine = opened("Mine")
    free = opened("Free")
    services.transfer(ticket=free, by=sunita, to=None, at=NOON)
    closed = opened("Closed")
    services.resolve(ticket=closed, by=sunita, at=NOON)
    services.take(ticket=mine, by=omar, at=NOON, from_another=True)
    assert subjects(omar, view="mine") == ["Mine"]
    assert subjects(omar, view="closed") == ["Closed"]
    counts = queue.counts(member=omar, now=NOON)
    for view in QueueView:
        if view != QueueView.CLOSED:
            assert counts[view.value] == len(subjects(omar, view=view.value)), view


def test_filters(sunita):
    """Topic, language and priority narrow a list."""
    topic = FaqCategory.objects.create(title="Payments")
    opened("Paid", topic=topic)
    opened("Hindi", language="HI")
    assert subjects(sunita, view="open", topic=topic.pk) == ["Paid"]
    assert subjects(sunita, view="open", language="HI") == ["Hindi"]
    assert subjects(sunita, view="open", priority=3) == []


@pytest.mark.parametrize("text", ["reference", "REFERENCE", "id", "quest nil", "nila", "rao nil"])
def test_search(sunita, text):
    """By the reference, the id, beginnings of words of the subject, or the person's name."""
    ticket = opened("Nila")
    opened("Ravi")
    text = {
        "reference": ticket.reference.lower(),
        "REFERENCE": ticket.reference,
        "id": str(ticket.pk),
    }.get(text, text)
    assert subjects(sunita, view="open", search=text) == ["Nila"]


@pytest.mark.parametrize("text", ["zzz", "\x00", "%", "________", "' OR 1=1 --", "\u202e" * 300])
def test_search_for_nothing(sunita, text):
    """What fits nothing, and what is no text, finds nothing and is no fault."""
    opened("Nila")
    assert subjects(sunita, view="open", search=text) in ([], ["Nila"])


def test_page_and_api_show_the_same(signed_in, sunita):
    """Page and API list the same tickets in the same order, over several pages."""
    for index in range(queue.PAGE_SIZE + 3):
        opened(f"Agent{index}", ago=timedelta(minutes=index + 1))
    expected = [str(row.pk) for row in queue.tickets(
        member=sunita, chosen=QueueFilter(view="open"), now=NOON
    )]  # fmt: skip
    client, shown = signed_in(sunita), []
    for number in (1, 2):
        page = client.get(reverse("chatbot:desk"), {"view": "open", "page": number})
        shown += [str(row.ticket.pk) for row in page.context["queue"].rows]
    url, listed = reverse("api:chatbot:desk-tickets") + "?view=open", []
    while url:
        answer = client.get(url).json()
        listed += [row["id"] for row in answer["data"]]
        url = answer["next"]
    assert shown == listed == expected


@pytest.mark.parametrize("query", ["viev=mine", "view=nothing", "priority=9", "topic=x", "page=2"])
def test_unknown_filters_of_the_api(signed_in, sunita, query):
    """A misspelt filter is refused instead of answering with all tickets."""
    answer = signed_in(sunita).get(reverse("api:chatbot:desk-tickets") + f"?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "query_invalid")


@pytest.mark.parametrize("query", ["view=nothing", "priority=9", "topic=x", "page=-1", "page=x"])
def test_unknown_filters_of_the_page(signed_in, sunita, query):
    """The page refuses what it cannot read instead of showing other tickets."""
    answer = signed_in(sunita).get(reverse("chatbot:desk") + f"?{query}")
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["chatbot:desk", "api:chatbot:desk-tickets"])
def test_number_of_queries(signed_in, sunita, name):
    """A longer queue takes no more queries."""
    client, url = signed_in(sunita), reverse(name) + "?view=open"
    numbers = []
    for names in ("A", "BCDEFGHI"):
        for each in names:
            opened(f"Agent{each}", topic=FaqCategory.objects.create(title=each))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] >= numbers[1]
