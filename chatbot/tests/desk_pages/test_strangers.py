"""Who may not: every page and endpoint of the desk, and of other people's tickets."""

from uuid import uuid4

import pytest
from django.urls import reverse

from chatbot.desk.api_urls import DESK_TICKET, OWN_TICKET, urlpatterns
from chatbot.models import SealedSecret
from conftest import make_staff, make_user, sign_in

#: Pages of the desk.
STAFF_PAGES = [
    "desk", "desk-ticket", "desk-answer", "desk-act", "desk-clocks", "desk-secret", "desk-duty"
]  # fmt: skip
STAFF_ENDPOINTS = [
    each.name for each in urlpatterns if str(each.pattern).startswith(DESK_TICKET)
] + ["desk-tickets", "desk-duty"]
OWN_PAGES = ["ticket", "ticket-close", "ticket-reopen", "ticket-rating"]
OWN_ENDPOINTS = [each.name for each in urlpatterns if str(each.pattern).startswith(OWN_TICKET)]
METHODS = ("get", "post", "put")
#: Endpoints that are not of one ticket alone.
WITHOUT = ("desk-tickets", "desk-duty", "desk-secret")


@pytest.fixture
def secret(ticket):
    return SealedSecret.objects.create(ticket=ticket, number=1, kind="UPI", value="a@okbank")


def url_of(name, ticket, secret):
    short = name.rpartition(":")[2]
    if short in ("desk", "desk-tickets", "desk-duty"):
        return reverse(name)
    if short == "desk-act":
        return reverse(name, args=[ticket.pk, "take"])
    if short == "desk-secret":
        return reverse(name, args=[ticket.pk, secret.pk])
    return reverse(name, args=[ticket.pk])


def statuses(client, url):
    """What each method answers, without the methods that there are not."""
    found = {getattr(client, method)(url, content_type="application/json").status_code
             if method != "get" else client.get(url).status_code for method in METHODS}  # fmt: skip
    return found - {405}


@pytest.fixture
def strangers(ravi, staff_without_role, signed_in):
    """Another agent, a client's member, staff without the role, staff of another role."""
    return [
        signed_in(user)
        for user in (
            ravi.user,
            make_user("Orchid"),
            staff_without_role,
            make_staff("Mohan", "finance"),
        )
    ]


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_pages_of_the_desk(client, strangers, ticket, secret, name):
    """Only support sees the desk; nobody is sent to log in."""
    url = url_of(f"chatbot:{name}", ticket, secret)
    for stranger in strangers:
        assert statuses(stranger, url) <= {403}
    assert statuses(client, url) == {302}
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("name", STAFF_ENDPOINTS)
def test_endpoints_of_the_desk(client, strangers, ticket, secret, name):
    """Only support uses the desk's endpoints; without a log-in it is 401."""
    url = url_of(f"api:chatbot:{name}", ticket, secret)
    for stranger in strangers:
        assert statuses(stranger, url) == {403}
    assert statuses(client, url) == {401}


@pytest.mark.parametrize("name", ["chatbot:desk", "api:chatbot:desk-tickets"])
def test_support_without_a_second_factor(client, sunita, name):
    """A password alone does not open the desk."""
    answer = sign_in(client, sunita, second_factor=False).get(reverse(name))
    assert answer.status_code in (302, 403)


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_of_another_person(client, strangers, ticket, name):
    """A ticket of another person is not found, not even by support on the person's side."""
    url = reverse(f"chatbot:{name}", args=[ticket.pk])
    for stranger in strangers:
        assert statuses(stranger, url) <= {404}
    assert statuses(client, url) == {302}


@pytest.mark.parametrize("name", OWN_ENDPOINTS)
def test_endpoints_of_another_person(client, strangers, ticket, name):
    """A ticket of another person is not found over the API."""
    url = reverse(f"api:chatbot:{name}", args=[ticket.pk])
    for stranger in strangers:
        assert statuses(stranger, url) == {404}
    assert statuses(client, url) == {401}


@pytest.mark.parametrize("name", [each for each in STAFF_ENDPOINTS if each not in WITHOUT])
def test_a_ticket_that_is_not_there(signed_in, sunita, name):
    """Support gets 404, or 422 for a body that is wrong before."""
    url = reverse(f"api:chatbot:{name}", args=[uuid4()])
    assert statuses(signed_in(sunita), url) <= {404, 422}
