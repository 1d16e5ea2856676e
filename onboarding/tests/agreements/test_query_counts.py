"""The number of queries of agreement pages and lists does not grow with the rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON, make_agent, make_staff, sign_in
from onboarding.agreements import publishing
from onboarding.demo import agents
from onboarding.models import AgreementTemplate, Signature, SignedPaper
from onboarding.tests.factories import signed_agent

pytestmark = pytest.mark.django_db
API = "/api/v1/onboarding/agreements/"


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "agreements"


@pytest.fixture
def nila(db: None) -> Agent:
    """Nila, who has signed both texts."""
    return signed_agent()


def publish(version: str) -> Any:
    return publishing.publish_template(
        kind="NDA", version=version, title="Confidentiality agreement", text="NDA", by=None,
        at=NOON + timedelta(minutes=int(version[0])),
    )  # fmt: skip


def sign(agent: Agent, template: Any) -> None:
    """Create one more signature with its PDF row."""
    row = Signature.objects.create(
        agent=agent, template=template, kind=template.kind, version=template.version,
        text="NDA", text_sha256="0" * 64, typed_name=agent.name, signed_at=NOON, evidence={},
    )  # fmt: skip
    SignedPaper.objects.create(signature=row, next_try_at=NOON)


def query_count(client: Client, url: str) -> int:
    client.get(url)  # fill the caches of the process
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def grown_counts(
    client: Client, urls: list[str], more: Callable[[], None]
) -> dict[str, tuple[int, int]]:
    before = {url: query_count(client, url) for url in urls}
    more()
    after = {url: query_count(client, url) for url in urls}
    return {url: (before[url], after[url]) for url in urls if after[url] > before[url]}


def test_own_pages_and_list(nila: Agent) -> None:
    """Pages and API lists need the same number of queries for two signatures as for six."""
    client = sign_in(Client(), nila.user)
    newest = publish("8.0")
    agents.read_agreements(agent=nila, now=NOON)
    copy = reverse("onboarding:signature", args=[nila.signatures.first().pk])
    text = reverse("onboarding:agreement-text", args=[newest.pk])
    urls = [reverse("onboarding:agreements"), text, copy, API]

    def more() -> None:
        for number in range(3, 7):
            sign(nila, publish_older(f"{number}.0"))

    assert grown_counts(client, urls, more) == {}
    assert max(query_count(client, url) for url in urls) <= 25


def publish_older(version: str) -> Any:
    """A version that was in force earlier."""
    template = AgreementTemplate(
        kind="NDA", version=version, title="Confidentiality agreement", text="NDA", sha256="0" * 64,
        in_force_at=NOON - timedelta(days=int(version[0])), starts_at=NOON,
    )  # fmt: skip
    template.save()
    return template


def test_lists_of_operations(nila: Agent) -> None:
    """Admin lists need the same number of queries for two rows as for six."""
    client = sign_in(Client(), make_staff("Omar", "operations"))
    urls = [
        reverse("admin:onboarding_signature_changelist"),
        reverse("admin:onboarding_agreementtemplate_changelist"),
    ]

    def more() -> None:
        for number in range(3, 7):
            sign(make_agent(f"Tara{number}"), publish_older(f"{number}.0"))

    assert grown_counts(client, urls, more) == {}
    assert max(query_count(client, url) for url in urls) <= 15
