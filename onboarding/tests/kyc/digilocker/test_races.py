"""Parallel callbacks, starts and workers, in threads with their own transactions."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Agent
from conftest import make_agent, sign_in
from hitouch.core.errors import Refusal
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.digilocker import services as digilocker
from onboarding.models import KycCase, KycDocument, KycSession
from onboarding.tests import factories
from onboarding.tests.support import digilocker as support_digilocker
from onboarding.tests.support.digilocker import (
    CALLBACK,
    PAGE,
    SOON,
    answer,
    begin,
    come_back,
    returned,
)

locker = support_digilocker.locker
State = KycSession.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent_with_profile(locker: Any) -> Agent:
    agent = make_agent("Nila")
    factories.with_profile(agent)
    return Agent.objects.select_related("user").get(pk=agent.pk)


def at_once(act: Callable[[Any], Any], each: Iterable[Any]) -> list[Any]:
    """Run in eight threads; a refusal is returned as a result."""

    def one(given: Any) -> Any:
        try:
            return act(given)
        except Refusal as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, each))


def moves(session: KycSession) -> list[str]:
    return list(session.events.order_by("id").values_list("became", flat=True))


def test_of_parallel_callbacks_one_proceeds(agent_with_profile: Agent) -> None:
    """Of eight identical callbacks one is handled, with one state change (K2)."""
    begun = begin(agent_with_profile)
    back = answer(begun.authorize_url, agent_with_profile)
    found = at_once(lambda n: come_back(agent_with_profile, back), range(8))
    assert found.count(digilocker.CallbackAlreadyHandled) == 7
    assert moves(begun.session) == ["RETURNED"]


def test_first_of_allow_and_cancel_counts(agent_with_profile: Agent) -> None:
    """The first callback counts, and the other changes nothing."""
    begun = begin(agent_with_profile)
    back = answer(begun.authorize_url, agent_with_profile)
    denied = {"state": back["state"], "error": "access_denied"}
    found = at_once(lambda told_: come_back(agent_with_profile, told_), [back, denied] * 4)
    assert found.count(digilocker.CallbackAlreadyHandled) == 7
    assert len(moves(begun.session)) == 1


def test_parallel_callbacks_on_the_page(agent_with_profile: Agent) -> None:
    """Through view and middleware: no server error and one state change."""
    client = sign_in(Client(), agent_with_profile.user)
    back = answer(client.post(f"{PAGE}start/", {"agreed": "on"}).url, agent_with_profile)
    cookie = client.cookies

    def come(number: int) -> int:
        browser = Client()
        browser.cookies = cookie.copy()
        return browser.get(CALLBACK, back).status_code

    assert at_once(come, range(8)) == [302] * 8
    assert moves(KycSession.objects.get()) == ["RETURNED"]


def test_eight_workers_fetch_once(agent_with_profile: Agent, monkeypatch: Any) -> None:
    """One worker has the lease, and the documents are saved once."""
    session = returned(agent_with_profile)
    at_once(lambda n: fetching.advance_session(session_id=session.pk, at=SOON), range(8))
    assert moves(session) == ["RETURNED", "FETCHED", "COMPLETED"]
    assert KycDocument.objects.count() == 2
    assert KycCase.objects.get().state == KycCase.State.IN_REVIEW


def test_parallel_starts(agent_with_profile: Agent) -> None:
    """One live session, and five of eight starts succeed."""
    found = at_once(lambda n: begin(agent_with_profile), range(8))
    assert found.count(digilocker.TooManyStarts) == 3
    assert KycSession.objects.live().count() == 1


def test_expiry_races_with_the_callback(agent_with_profile: Agent) -> None:
    """At the last moment either the sweep or the callback succeeds, never both."""
    begun = begin(agent_with_profile)
    back = answer(begun.authorize_url, agent_with_profile)
    over = begun.session.expires_at

    def one(number: int) -> Any:
        if number % 2:
            return digilocker.expire_sessions(at=over)
        return come_back(agent_with_profile, back, at=over)

    at_once(one, range(8))
    assert moves(begun.session) == ["EXPIRED"]


def test_cancel_races_with_the_worker(agent_with_profile: Agent) -> None:
    """With COMPLETED the documents are saved, with FAILED there are none."""
    session = returned(agent_with_profile)

    def one(number: int) -> Any:
        if number == 0:
            return fetching.advance_session(session_id=session.pk, at=SOON)
        return digilocker.cancel_session(
            agent=agent_with_profile, by=agent_with_profile.user, at=SOON
        )

    at_once(one, range(4))
    session.refresh_from_db()
    assert session.is_over
    assert KycDocument.objects.count() == (2 if session.state == State.COMPLETED else 0)
