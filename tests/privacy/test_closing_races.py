"""Concurrent requests about one account: closing, cancelling, key rotation."""

import base64
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Agent, Closing, User
from accounts.privacy import services as privacy
from conftest import NOON, make_agent
from hitouch.core.errors import Refusal
from hitouch.management import key_rotation
from proctoring.item_bank.seeding import seed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(days=7, seconds=1)


def test_concurrent_requests_create_one_closing() -> None:
    """However often the button is pressed there is one closing."""
    agent = make_agent("Nila")

    def ask(number: int) -> bool:
        try:
            privacy.request_closing(user=agent.user, at=NOON)
        except privacy.ClosingAlreadyRequested:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 1


def test_taking_back_and_closing_at_once_end_in_one() -> None:
    """Either the account is closed or it stays; never both, never half."""
    seed(NOON)
    agent = make_agent("Nila")
    privacy.request_closing(user=agent.user, at=NOON)

    def act(what: Callable[[], object]) -> None:
        with suppress(Refusal):
            what()
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(
            pool.map(
                act,
                [
                    lambda: privacy.close_due(now=LATER),
                    lambda: privacy.cancel_closing(user=agent.user, at=LATER),
                    lambda: privacy.close_due(now=LATER),
                ],
            )
        )
    closing = Closing.objects.get()
    closed = closing.state == Closing.State.CLOSED
    assert (User.objects.get(pk=agent.user_id).status == User.Status.CLOSED) is closed
    assert closing.events.count() == 1
    assert bool(closing.erased_at) is closed


def test_site_writes_while_it_rotates(settings: Any) -> None:
    """A row that is changed in between keeps the change, whichever comes first."""
    agents = [make_agent(f"Agent{number}", birth_on="1990-01-01") for number in range(30)]
    new = base64.b64encode(os.urandom(32)).decode()
    settings.HITOUCH_KEYS = {"2027": new, **settings.HITOUCH_KEYS}

    def write() -> None:
        for agent in reversed(agents):
            Agent.objects.get(pk=agent.pk)
            agent.birth_on = "1991-02-02"
            agent.save(update_fields=["birth_on"])
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    list(key_rotation.rotate())
    writer.join()
    assert {Agent.objects.get(pk=agent.pk).birth_on for agent in agents} == {"1991-02-02"}
    assert sum(place.resealed for place in key_rotation.rotate()) == 0
