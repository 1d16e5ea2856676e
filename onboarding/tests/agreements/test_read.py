"""Each agreement has to be read before it can be signed, on the pages and in the API."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON
from onboarding.agreements import publishing, signing
from onboarding.agreements import text as agreements_text
from onboarding.demo import agents
from onboarding.models import AgreementReading, AgreementTemplate
from onboarding.steps import gates
from onboarding.tests.conftest import problem, texts_of

pytestmark = pytest.mark.django_db
API = "/api/v1/onboarding/agreements/"
JSON = "application/json"
READING_TIME = timedelta(seconds=25)


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "assessment"


@pytest.fixture
def ready(assessed: Agent) -> Agent:
    """Nila, with agreements as the open step."""
    return assessed


def url_of(template: AgreementTemplate) -> str:
    return reverse("onboarding:agreement-text", args=[template.pk])


def test_pages_lead_through_both_agreements(ready: Agent, agent_client: Any) -> None:
    """One text after the other, then the form; the stored and hashed text is the one shown."""
    client = agent_client(ready)
    first, second = gates.unsigned_agreements(ready)
    home = client.get(reverse("onboarding:agreements")).content.decode()
    assert "typed_name" not in home
    page = client.get(url_of(first)).content.decode()
    reading = AgreementReading.objects.get(agent=ready, template=first)
    assert reading.text_sha256 == agreements_text.sha256_of(reading.text)
    assert all(
        block.text.split("(")[0] in page
        for block in agreements_text.layout_blocks(reading.text)[3:5]
    )
    with time_machine.travel(NOON + READING_TIME, tick=True):
        on = client.post(url_of(first), {"seen": "12"})
        assert on.headers["Location"] == url_of(second)
        client.get(url_of(second))
    with time_machine.travel(NOON + 2 * READING_TIME, tick=True):
        done = client.post(url_of(second), {"seen": ""})
    assert done.headers["Location"] == reverse("onboarding:agreements")
    seen = list(AgreementReading.objects.order_by("finished_at").values_list("seen", flat=True))
    assert seen == [12, None]
    assert "typed_name" in client.get(reverse("onboarding:agreements")).content.decode()


def test_reading_takes_a_minimum_time(ready: Agent, agent_client: Any) -> None:
    """Too early, page and API say how long to wait; waiting further is enough."""
    client, (first, _) = agent_client(ready), gates.unsigned_agreements(ready)
    client.get(url_of(first))
    answer = client.post(url_of(first), follow=True)
    assert "take time to read" in texts_of(answer)[0]
    assert problem(client.post(f"{API}{first.pk}/read/", {}, content_type=JSON)) == (
        409,
        "read_too_fast",
    )
    with pytest.raises(signing.ReadTooFast) as refused:
        signing.mark_read(agent=ready, template=first, at=NOON + timedelta(seconds=5))
    assert 10 <= refused.value.retry_after <= 20
    signing.mark_read(agent=ready, template=first, at=NOON + 2 * READING_TIME)


def test_reading_in_the_api(ready: Agent, agent_client: Any) -> None:
    """Fetching the texts opens them; each is marked as read by its ID."""
    client = agent_client(ready)
    texts = client.get(API).json()["to_sign"]
    assert all(text["sha256"] == agreements_text.sha256_of(text["text"]) for text in texts)
    assert problem(client.post(f"{API}code/", {}, content_type=JSON)) == (409, "not_read")
    with time_machine.travel(NOON + READING_TIME, tick=True):
        for text in texts:
            body = client.post(f"{API}{text['id']}/read/", {"seen": 3}, content_type=JSON).json()
            assert body["read_at"]
        assert client.post(f"{API}code/", {}, content_type=JSON).status_code == 202


def test_unread_agreements_cannot_be_signed(ready: Agent, agent_client: Any) -> None:
    """Accepting without reading is refused, and no code is sent."""
    first, second = gates.unsigned_agreements(ready)
    wanted = {"accept": [str(first.pk), str(second.pk)], "typed_name": ready.name}
    page = agent_client(ready).post(
        reverse("onboarding:agreements"), {**wanted, "channel": "email"}
    )
    assert page.status_code == 200
    with pytest.raises(signing.NotRead, match="confidentiality agreement"):
        signing.require_intent(agent=ready, **wanted)
    with pytest.raises(signing.AgreementNotOpened):
        signing.mark_read(agent=ready, template=first, at=NOON)


def test_a_changed_name_requires_reading_again(ready: Agent) -> None:
    """A text that was read with one name cannot be signed under another."""
    texts = AgreementTemplate.objects.all()
    AgreementTemplate.objects.filter(in_force_at=None).delete()
    publishing.publish_template(
        kind="NDA", version="9.0", title="Confidentiality agreement",
        text="NDA\n\nFor {name}, of {place}, on {date}.", by=None, at=NOON + timedelta(seconds=1),
    )  # fmt: skip
    accept = agents.read_agreements(agent=ready, now=NOON + READING_TIME)
    reading = AgreementReading.objects.get(template__version="9.0")
    assert reading.text == "NDA\n\nFor Nila Rao, of Bengaluru, Karnataka, on 23 November 2026.\n"
    assert texts.count() == 3
    Agent.objects.filter(pk=ready.pk).update(given_name="Mila")
    mila = Agent.objects.select_related("user").get(pk=ready.pk)
    with pytest.raises(signing.NotRead):
        signing.require_intent(agent=mila, accept=accept, typed_name=mila.name)
    agents.read_agreements(agent=mila, now=NOON + 2 * READING_TIME)
    assert signing.require_intent(agent=mila, accept=accept, typed_name=mila.name)


def test_an_open_text_keeps_its_date(ready: Agent) -> None:
    """The date in a text is the day it was opened, also when it is read past midnight."""
    text = gates.unsigned_agreements(ready)[0]
    before = signing.open_agreement(agent=ready, template=text, at=NOON)
    after = signing.open_agreement(agent=ready, template=text, at=NOON + timedelta(days=1))
    assert (before.pk, before.opened_at) == (after.pk, after.opened_at)


def test_who_may_read_agreements(ready: Agent, ravi: Agent, agent_client: Any, client: Any) -> None:
    """An earlier step redirects, an unknown text is 404, anonymous access is refused."""
    text = gates.unsigned_agreements(ready)[0]
    assert agent_client(ravi).get(url_of(text)).status_code == 302
    answer = agent_client(ravi).post(f"{API}{text.pk}/read/", {}, content_type=JSON)
    assert problem(answer) == (409, "step_not_open")
    assert client.get(url_of(text)).status_code == 302
    assert client.post(f"{API}{text.pk}/read/", {}, content_type=JSON).status_code == 401
    nothing = "00000000-0000-4000-8000-000000000000"
    assert agent_client(ready).get(
        reverse("onboarding:agreement-text", args=[nothing])
    ).status_code == 404  # fmt: skip
    assert not AgreementReading.objects.exists()
