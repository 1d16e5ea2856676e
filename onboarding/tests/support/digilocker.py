"""Helpers for tests of DigiLocker: a fake server, and sessions in each state."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine

from accounts.models import Agent
from conftest import NOON
from hitouch.core.outbox.senders.http import trusted
from hitouch.fakes import CLIENT_ID, CLIENT_SECRET
from hitouch.fakes.digilocker import FakeDigiLocker
from hitouch.fakes.server import FakeServer
from onboarding.demo import agents
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.digilocker import services as digilocker
from onboarding.models import KycSession

API = "/api/v1/onboarding/digilocker/"
RETURN = f"{API}return/"
PAGE = "/onboarding/digilocker/"
CALLBACK = f"{PAGE}callback/"
BACK = f"http://testserver{CALLBACK}"
HERE = "session:here"
SOON = NOON + timedelta(minutes=1)


@cache
def _running() -> tuple[FakeDigiLocker, str]:
    """One server for all tests of a run, because its keys take a second to make."""
    with time_machine.travel(NOON):
        stand_in = FakeDigiLocker()
    return stand_in, FakeServer([stand_in]).in_thread().url


@pytest.fixture
def locker(settings: Any, tmp_path: Path) -> Iterator[FakeDigiLocker]:
    """A fake DigiLocker that answers normally, configured on this site."""
    stand_in, url = _running()
    settings.DIGILOCKER_URL = f"{url}/digilocker"
    settings.DIGILOCKER_CLIENT_ID, settings.DIGILOCKER_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.DIGILOCKER_SIGNERS = str(stand_in.pin(tmp_path / "signers"))
    stand_in.failure_mode = ""
    yield stand_in
    stand_in.failure_mode = ""


def person(agent: Agent, **changes: str) -> dict[str, str]:
    """The account holder at DigiLocker: the agent's profile data, unless changed."""
    born = (agent.birth_date or agents.BIRTH_ON).isoformat()
    facts = {"name": agent.name, "born": born, "pin": agents.ADDRESS["pin"], "last_four": "4321"}
    return facts | {"pan": agents.sample_pan(agent)} | changes


def answer(url: str, agent: Agent, *, press: str = "allow", **changes: str) -> dict[str, str]:
    """Press a button on the consent page. Returns the query of the redirect."""
    form = {"answer": press, **person(agent, **changes)}
    back = httpx.post(url, data=form, verify=trusted()).headers["location"]
    told = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    told.pop("error_description", None)
    return told


def begin(agent: Agent, *, at: datetime = NOON, log_in: str = HERE) -> digilocker.StartedSession:
    """Consent and start a session."""
    return digilocker.start_session(
        agent=agent, agreed=True, log_in=log_in, back=BACK, where="PAGE", network="", at=at
    )


def come_back(
    agent: Agent, told: dict[str, str], *, at: datetime = SOON, log_in: str = HERE
) -> Any:
    """Handle the redirect from DigiLocker."""
    facts = {"state": "", "code": "", "error": ""} | told
    return digilocker.handle_callback(agent=agent, log_in=log_in, at=at, **facts)


def returned(agent: Agent, *, at: datetime = SOON, **changes: str) -> KycSession:
    """A session that was allowed and redirected back."""
    begun = begin(agent, at=at - timedelta(minutes=1))
    return come_back(agent, answer(begun.authorize_url, agent, **changes), at=at)


def work(session: KycSession, *, at: datetime = SOON) -> KycSession:
    """Run the worker once."""
    fetching.advance_session(session_id=session.pk, at=at)
    return KycSession.objects.get(pk=session.pk)


def fetched(agent: Agent, *, at: datetime = SOON, **changes: str) -> KycSession:
    """A session that was fetched and saved."""
    return work(returned(agent, at=at, **changes), at=at)


def secrets_of(session: KycSession) -> str:
    """All secret columns of a session, joined."""
    row = KycSession.objects.get(pk=session.pk)
    return row.verifier + row.code + row.token + row.fetched
