"""Saved searches: limits, whose they are, and the mail about new work."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse

from conftest import NOON
from gigs.models import SavedSearch
from gigs.opportunities import saved_searches
from gigs.opportunities.forms import SearchForm
from gigs.tests.support.marketplace import DAY, make_opportunity
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
SITE = "https://hitouch.example/"
#: Tuesday, eight in the morning in India.
MORNING = NOON + timedelta(hours=20)


def save(agent: Any, **asked: str) -> SavedSearch:
    return saved_searches.save_search(agent=agent, form=SearchForm(asked), site=SITE, at=NOON)


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(template="gigs/new_work").order_by("created_at"))


def published(opportunity: Any, at: Any) -> None:
    type(opportunity).objects.filter(pk=opportunity.pk).update(published_at=at)


def test_the_mail_tells_what_is_new(asha: Any, orchid: Any):
    """Only work that was published since and answers the search, once, with its addresses."""
    make_opportunity(orchid, title="Old chat")
    saved = save(asha, q="chat", language="हिंदी")
    new = make_opportunity(orchid, title="Evening chat", languages=["Hindi"])
    other = make_opportunity(orchid, title="Tamil chat", languages=["Tamil"])
    for row in (new, other):
        published(row, NOON + DAY / 2)
    assert saved.next_mail_at == MORNING
    assert list(saved_searches.due_for_mail(MORNING)) == [saved]
    saved_searches.mail_new_work(saved=saved, at=MORNING)
    [mail] = mails()
    assert mail.to == asha.user.email
    assert "Evening chat, ₹300.00 per hour" in mail.body
    assert f"https://hitouch.example/opportunities/{new.pk}/" in mail.body
    assert "Tamil chat" not in mail.body
    assert "Old chat" not in mail.body
    assert list(saved_searches.due_for_mail(MORNING)) == []
    saved_searches.mail_new_work(saved=saved, at=MORNING + DAY)
    assert len(mails()) == 1


def test_no_mail_without_new_work(asha: Any, orchid: Any):
    """A morning without new work brings no mail, and the next one is looked at again."""
    saved = save(asha, q="chat")
    saved_searches.mail_new_work(saved=saved, at=MORNING)
    assert mails() == []
    assert list(saved_searches.due_for_mail(MORNING + DAY)) == [saved]


def test_suspended_agents_get_no_mail(asha: Any, orchid: Any):
    """Nothing is due for an account that is not active."""
    save(asha, q="chat")
    type(asha.user).objects.filter(pk=asha.user.pk).update(status="SUSPENDED")
    assert list(saved_searches.due_for_mail(MORNING)) == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "nothing_to_save"),
        ({"sort": "pay"}, "nothing_to_save"),
        ({"level": "nonsense"}, "nothing_to_save"),
        ({"q": "search 3"}, "search_already_saved"),
        ({"q": "  search   3 "}, "search_already_saved"),
        ({"q": "one more"}, "too_many_saved_searches"),
    ],
)
def test_limits(asked: Any, code: str, asha: Any):
    """Ten searches, each once, and none that asks for nothing."""
    for number in range(10):
        save(asha, q=f"search {number}")
    with pytest.raises(Refusal) as refused:
        save(asha, **asked)
    assert refused.value.code == code
    assert asha.saved_searches.count() == 10


def test_page_and_api_save_and_delete(asha: Any, ravi: Any, browser: Any):
    """Both save, list and delete; another agent's search is not found."""
    client = browser(asha)
    client.post(reverse("gigs:save-search"), {"q": "chat", "hours": "evenings", "min_pay": "200"})
    made = client.post(
        reverse("api:gigs:saved-searches"),
        {"category": "VOICE", "min_pay_paise": 25050},
        content_type="application/json",
    )
    assert made.status_code == 201
    names = {row.name for row in asha.saved_searches.all()}
    assert names == {"chat, from ₹200.00, Evenings, 6 pm to 10 pm", "Phone support, from ₹250.50"}
    listed = client.get(reverse("api:gigs:saved-searches")).json()
    assert {row["name"] for row in listed} == names
    assert "Phone support" in client.get(reverse("gigs:saved-searches")).content.decode()
    by_page, by_api = asha.saved_searches.order_by("created_at")
    urls = (
        reverse("gigs:delete-search", args=[by_page.pk]),
        reverse("api:gigs:saved-search", args=[by_api.pk]),
    )
    stranger = browser(ravi)
    assert stranger.post(urls[0]).status_code == stranger.delete(urls[1]).status_code == 404
    assert client.post(urls[0]).status_code == 302
    assert client.delete(urls[1]).status_code == 204
    assert not asha.saved_searches.exists()


def test_the_link_in_the_mail_stops_the_mails(asha: Any, orchid: Any):
    """Without logging in, after one confirmation, or by the header; a made-up one leads nowhere."""
    saved = save(asha, q="chat")
    published(make_opportunity(orchid), NOON + DAY / 2)
    saved_searches.mail_new_work(saved=saved, at=MORNING)
    path = "/saved-searches/stop/" + mails()[0].body.split("/saved-searches/stop/")[1].split()[0]
    assert urlsplit(mails()[0].unsubscribe_url).path == path
    anyone = Browser(enforce_csrf_checks=True)
    assert b"Stop mails" in anyone.get(path).content
    saved.refresh_from_db()
    assert saved.is_mailed
    assert b"The mails are stopped" in anyone.post(path).content
    assert list(saved_searches.due_for_mail(MORNING + 9 * DAY)) == []
    assert anyone.get("/saved-searches/stop/made-up/").status_code == 404
