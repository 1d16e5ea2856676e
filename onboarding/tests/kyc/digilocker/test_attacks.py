"""All known attacks to save documents of others; `bench/` runs them for longer."""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Agent
from conftest import NOON, make_agent
from hitouch.core.errors import Refusal
from hitouch.fakes import documents
from hitouch.fakes.digilocker import FakeDigiLocker
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.signed_documents import aadhaar, pan
from onboarding.models import KycDocument, KycSession
from onboarding.tests import factories
from onboarding.tests.support import digilocker
from onboarding.tests.support.digilocker import (
    answer,
    begin,
    come_back,
    fetched,
    returned,
    secrets_of,
    work,
)

locker = digilocker.locker
ROUNDS = int(os.environ.get("HITOUCH_ATTACK_ROUNDS", "1"))
FORGED = [
    "tampered", "wrapped", "entities", "other signer", "old signer", "wrong hmac", "huge",
    "huge file", "nonsense", "broken",
]  # fmt: skip


class Attacker:
    """An agent who tries to get documents of others into their account."""

    def __init__(self, me: Agent, victim: Agent, locker: FakeDigiLocker) -> None:
        self.me, self.victim, self.locker = me, victim, locker
        self.at, self.dice = NOON, random.Random(20261125)
        self.over: dict[Any, Any] = {}
        self.moved = 0

    def forge(self, failure_mode: str) -> None:
        """The documents are changed in transit."""
        session = returned(self.me, at=self.at)
        self.locker.failure_mode = failure_mode
        for minute in (0, 1, 2, 3, 6, 11, 29):
            work(session, at=self.at + timedelta(minutes=minute))

    def flip_a_bit(self) -> None:
        """One bit of a genuine document is flipped, with a matching hmac."""
        whole = documents.tampered

        def changed(body: bytes, failure_mode: str) -> bytes:
            found = bytearray(whole(body, failure_mode))
            # What lies in the signature's own words may be changed without changing what was said.
            start, end = found.find(b"?>") + 2, found.find(b"<Signature")
            found[self.dice.randrange(start, end)] ^= 1 << self.dice.randrange(8)
            return bytes(found)

        documents.tampered = changed
        try:
            fetched(self.me, at=self.at)
        finally:
            documents.tampered = whole

    def replay_a_state(self) -> None:
        """A fresh code with the state of an ended session."""
        old = answer(begin(self.me, at=self.at).authorize_url, self.me, press="cancel")
        come_back(self.me, old, at=self.at)
        fresh = answer(begin(self.me, at=self.at).authorize_url, self.me)
        self.hand_in(self.me, {"state": old["state"], "code": fresh["code"]})

    def swap_codes(self) -> None:
        """The victim's code in one's own session: the verifier does not match."""
        theirs = answer(begin(self.victim, at=self.at).authorize_url, self.victim)
        mine = answer(begin(self.me, at=self.at).authorize_url, self.me)
        self.hand_in(self.me, mine | {"code": theirs["code"]})

    def take_over(self) -> None:
        """The victim's complete callback, sent by the attacker."""
        self.hand_in(self.me, answer(begin(self.victim, at=self.at).authorize_url, self.victim))

    def plant(self) -> None:
        """The attacker's callback in the victim's browser."""
        self.hand_in(self.victim, answer(begin(self.me, at=self.at).authorize_url, self.me))

    def use_another_login(self) -> None:
        """The right agent and callback, in a login that did not start the session."""
        back = answer(begin(self.me, at=self.at).authorize_url, self.me)
        self.hand_in(self.me, back, log_in="session:another")

    def return_too_late(self) -> None:
        """The right callback after half an hour."""
        back = answer(begin(self.me, at=self.at).authorize_url, self.me)
        self.hand_in(self.me, back, at=self.at + KycSession.LASTS)

    def guess(self) -> None:
        """An invented state."""
        begin(self.me, at=self.at)
        self.hand_in(self.me, {"state": self.dice.randbytes(32).hex(), "code": "c"})

    def hand_in(
        self, agent: Agent, back: dict[str, str], *, at: datetime | None = None, **here: str
    ) -> None:
        with suppress(Refusal):
            work(come_back(agent, back, at=at or self.at, **here), at=at or self.at)

    def has_documents(self) -> bool:
        """Whether any document was saved; also records changes of ended sessions."""
        self.locker.failure_mode = ""
        for session in KycSession.objects.filter(state__in=KycSession.OVER):
            row = (session.state, session.reason, session.ended_at, secrets_of(session))
            self.moved += self.over.setdefault(session.pk, row) != row
        return KycDocument.objects.exists()


@pytest.fixture
def attacker(locker: FakeDigiLocker, settings: Any, db: None) -> Iterator[Attacker]:
    settings.HITOUCH_DIGILOCKER_STARTS_A_DAY = 10**6
    agents = [make_agent("Tara"), make_agent("Uma")]
    for agent in agents:
        factories.with_profile(agent)
        agent.refresh_from_db()
    yield Attacker(agents[0], agents[1], locker)
    locker.failure_mode = ""


def attacks(attacker: Attacker) -> Iterator[Callable[[], None]]:
    for failure_mode in FORGED:
        yield lambda failure_mode=failure_mode: attacker.forge(failure_mode)
    yield from [attacker.flip_a_bit] * 4
    yield from (
        attacker.replay_a_state, attacker.swap_codes, attacker.take_over, attacker.plant,
        attacker.use_another_login, attacker.return_too_late, attacker.guess,
    )  # fmt: skip


def test_no_attack_succeeds(attacker: Attacker) -> None:
    """Nothing is saved, no ended session changes, and an honest session still works."""
    tried = accepted = 0
    for _ in range(ROUNDS):
        for attack in attacks(attacker):
            attack()
            attacker.at += timedelta(seconds=5)
            tried += 1
            accepted += attacker.has_documents()
    print(f"attacks: {tried}, accepted: {accepted}, moved: {attacker.moved}")  # noqa: T201
    assert (accepted, attacker.moved) == (0, 0)
    assert fetched(attacker.me, at=attacker.at).state == KycSession.State.COMPLETED
    assert attacker.has_documents()


def test_documents_survive_serialization(attacker: Attacker) -> None:
    """The stored documents equal the verified ones."""
    found = fetching.FetchedDocuments(
        aadhaar.Aadhaar("Tara Rao", NOON.date(), "4321", None, b"\x00picture"),
        pan.Pan("TARA RAO", None, "ABCPR1234F", is_active=True, birth_year=1998),
        "OTHER_FORM",
    )
    assert fetching.deserialize_documents(found.serialize()) == found
    older = json.dumps(json.loads(found.serialize())["documents"])
    assert fetching.deserialize_documents(older) == replace(found, left_out="")
