"""Signing agreements with a one-time code bound to the texts, and signed copies."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Agent
from accounts.one_time_codes import services as one_time_codes
from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.web.humanize import evidence_moment_texts
from onboarding import signals
from onboarding.agreements import publishing, signing
from onboarding.agreements import text as agreements_text
from onboarding.demo import agents
from onboarding.models import AgreementTemplate, Signature
from onboarding.steps import gates
from onboarding.steps import queries as steps_queries
from onboarding.tests.conftest import problem

pytestmark = pytest.mark.django_db
API = "/api/v1/onboarding/agreements/"
JSON = "application/json"


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "assessment"


@pytest.fixture
def ready(assessed: Agent) -> Agent:
    """Nila, with agreements as the open step."""
    return assessed


def accept(agent: Agent) -> list[str]:
    return [str(template.pk) for template in gates.unsigned_agreements(agent)]


def sign(agent: Agent, **changes: Any) -> list[Signature]:
    wanted: dict[str, Any] = {
        "agent": agent,
        "accept": accept(agent),
        "typed_name": agent.name,
        "at": NOON,
        "ip": "203.0.113.7",
        "user_agent": "test",
    }
    code = changes.pop("code", None) or agents.latest_code(agent)
    return signing.sign_agreements(**wanted | changes, code=code)


def read_all(agent: Agent, at: Any = NOON) -> None:
    agents.read_agreements(agent=agent, now=at)


def read_and_send_code(agent: Agent) -> None:
    read_all(agent)
    signing.send_signing_code(agent=agent, channel="email", at=NOON)


def publish(version: str = "9.0") -> AgreementTemplate:
    return publishing.publish_template(
        kind="NDA", version=version, title="Confidentiality agreement", text="New", by=None,
        at=NOON + timedelta(minutes=1),
    )  # fmt: skip


def test_sign_on_the_pages(ready: Agent, agent_client: Any) -> None:
    """Accept, enter the name and the code; afterwards the signed copies are available."""
    client = agent_client(ready)
    read_all(ready)
    page = client.get(reverse("onboarding:agreements")).content.decode()
    assert "Confidentiality agreement" in page
    wanted = {"accept": accept(ready), "typed_name": "nila rao", "channel": "email"}
    sent = client.post(reverse("onboarding:agreements"), wanted)
    assert sent.headers["Location"] == reverse("onboarding:agreements-code")
    code = {"code": agents.latest_code(ready)}
    done = client.post(reverse("onboarding:agreements-code"), code)
    assert done.headers["Location"] == reverse("onboarding:next")
    assert client.get(reverse("onboarding:next")).headers["Location"] == reverse("onboarding:home")
    signature = ready.signatures.get(kind="NDA")
    copy = client.get(reverse("onboarding:signature", args=[signature.pk])).content.decode()
    assert signature.text_sha256 in copy
    assert all(words in copy for words in evidence_moment_texts(signature.signed_at))
    assert signature.signed_at.isoformat() not in copy
    text = client.get(reverse("onboarding:signature-text", args=[signature.pk]))
    assert agreements_text.sha256_of(text.content.decode()) == signature.text_sha256


def test_sign_in_the_api(ready: Agent, agent_client: Any) -> None:
    """The API signs with code, name and agreement IDs; a second time it refuses."""
    client = agent_client(ready)
    read_all(ready)
    texts = client.get(API).json()["to_sign"]
    answer = client.post(f"{API}code/", {}, content_type=JSON)
    assert (answer.status_code, answer.json()) == (202, {"sent_to": "n•••@example.com"})
    body = {
        "typed_name": "Nila Rao",
        "accept": [text["id"] for text in texts],
        "code": agents.latest_code(ready),
    }
    signed = client.post(f"{API}sign/", body, content_type=JSON)
    assert signed.status_code == 201
    assert {row["text_sha256"] for row in signed.json()["signed"]} == {t["sha256"] for t in texts}
    assert client.get("/api/v1/onboarding/").json()["next_step"] == "home"
    assert problem(client.post(f"{API}sign/", body, content_type=JSON)) == (409, "already_signed")


def test_every_text_and_the_exact_name_are_required(ready: Agent, agent_client: Any) -> None:
    """Each text must be accepted and the name must match the profile; the input stays."""
    client, url = agent_client(ready), reverse("onboarding:agreements")
    read_all(ready)
    one = accept(ready)[:1]
    page = client.post(url, {"accept": one, "typed_name": "Nila Rao", "channel": "email"})
    content = page.content.decode()
    assert "Tick each agreement" in content
    assert content.count("checked") == 2  # the tick that was set, and the channel
    assert 'value="Nila Rao"' in content
    both = {"accept": accept(ready), "channel": "email"}
    for name in ("Mila Rao", "N Rao", "Nila Rao 2345 6789 0124"):
        content = client.post(url, {**both, "typed_name": name}).content.decode()
        assert "in your profile: “Nila Rao”" in content
        assert f'value="{name}"' in content
        with pytest.raises(signing.NameDiffers):
            sign(ready, typed_name=name, code="000000")
    assert not OutboxMessage.objects.filter(template="accounts/code").exists()


def test_wrong_code(ready: Agent, agent_client: Any) -> None:
    """A wrong code signs nothing; after five wrong codes the right one is refused too."""
    read_and_send_code(ready)
    right = agents.latest_code(ready)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(one_time_codes.InvalidCode):
            sign(ready, code=wrong)
    with pytest.raises(one_time_codes.TooManyWrongCodes):
        sign(ready, code=right)
    assert not Signature.objects.exists()


def test_code_is_bound_to_the_texts(ready: Agent) -> None:
    """A code that was sent for older texts cannot sign newer ones."""
    read_and_send_code(ready)
    publish()
    read_all(ready, NOON + timedelta(minutes=2))
    with pytest.raises(one_time_codes.InvalidCode):
        sign(ready)
    assert not Signature.objects.exists()


def test_code_of_another_agent(ready: Agent, ravi: Agent, bring: Any) -> None:
    """A code only signs for the agent it was sent to."""
    other = bring(ravi, "assessment")
    read_and_send_code(ready)
    read_all(other)
    with pytest.raises(one_time_codes.CodeExpired):
        sign(other, code=agents.latest_code(ready))


def test_code_by_sms(ready: Agent) -> None:
    """The newest code is valid, whichever verified contact it was sent to."""
    read_all(ready)
    signing.send_signing_code(agent=ready, channel="phone", at=NOON)
    sms = OutboxMessage.objects.get(channel="SMS")
    sign(ready, code=agents.SIX_DIGITS.search(sms.body).group())
    assert ready.signatures.first().evidence["contact"].startswith("+91 ")


def test_new_version_is_signed_again(ready: Agent) -> None:
    """A new version reopens the step; signing it does not send `agent_cleared` again."""
    received: list[Agent] = []

    def receive(agent: Agent, **ignored: Any) -> None:
        received.append(agent)

    signals.agent_cleared.connect(receive)
    read_and_send_code(ready)
    sign(ready)
    assert steps_queries.clearance_of(ready)
    publish()
    assert steps_queries.clearance_of(ready) is None
    later = NOON + timedelta(minutes=2)
    read_all(ready, later)
    signing.send_signing_code(agent=ready, channel="email", at=later)
    sign(ready, at=later)
    assert steps_queries.clearance_of(ready).cleared_at == NOON
    assert len(received) == 1


def test_signatures_and_published_texts_are_immutable(ready: Agent) -> None:
    """The database refuses to change or delete signatures and texts in force."""
    read_and_send_code(ready)
    sign(ready)
    for rows, change in (
        (Signature.objects.all(), {"typed_name": "Other"}),
        (AgreementTemplate.objects.all(), {"text": "Other"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(Exception, match=r"Cannot (update or )?delete"), transaction.atomic():
            rows.all().delete()


def test_signed_copies_of_others_are_404(ready: Agent, ravi: Agent, agent_client: Any) -> None:
    """An agent cannot open another agent's signed copy."""
    read_and_send_code(ready)
    signature = sign(ready)[0]
    for name in ("signature", "signature-text"):
        url = reverse(f"onboarding:{name}", args=[signature.pk])
        assert agent_client(ravi).get(url).status_code == 404


def test_unverified_contact_gets_no_code(ready: Agent) -> None:
    """A code is only sent to the agent's own verified contacts."""
    read_all(ready)
    with pytest.raises(signing.ContactNotVerified):
        signing.send_signing_code(agent=ready, channel="pigeon", at=NOON)
