"""Signing concurrently with another device, a new version or a suspension."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import Agent, User
from accounts.one_time_codes import services as one_time_codes
from accounts.security.locks import AccountNotActive
from accounts.staff import services as staff
from conftest import NOON
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from onboarding.agreements import publishing, signing
from onboarding.demo import agents
from onboarding.models import AgreementReading, Signature, SignedPaper
from onboarding.payees import services as payees
from onboarding.steps import gates
from onboarding.steps import queries as steps_queries
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
SOON = NOON + timedelta(minutes=1)


@pytest.fixture
def ready(nila: Agent, bring: Any) -> Agent:
    """Nila, who has read both texts and was sent a code for them."""
    agent: Agent = bring(nila, "assessment")
    agents.read_agreements(agent=agent, now=NOON)
    signing.send_signing_code(agent=agent, channel="email", at=NOON)
    return agent


def intent(agent: Agent) -> dict[str, Any]:
    return {
        "accept": [str(row.pk) for row in gates.unsigned_agreements(agent)],
        "typed_name": agent.name,
        "code": agents.latest_code(agent),
        "at": NOON,
        "ip": "",
        "user_agent": "",
    }


def publish() -> None:
    publishing.publish_template(
        kind="NDA", version="9.0", title="Confidentiality agreement", text="New", by=None, at=SOON
    )


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all concurrently, each on its own connection; returns results and refusals."""
    barrier = Barrier(len(acts), timeout=DEADLINE_SECONDS)

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def after_the_code(monkeypatch: Any, act: Callable[[], Any]) -> None:
    """Run `act` between the check of the code and the signature."""
    check = one_time_codes.check

    def checked(**facts: Any) -> Any:
        row = check(**facts)
        act()
        return row

    monkeypatch.setattr(one_time_codes, "check", checked)


def test_six_devices_sign_once(ready: Agent) -> None:
    """One device signs, the others are refused: one signature and one PDF per text, one mail."""
    same = intent(ready)
    answers = at_once(*[lambda: signing.sign_agreements(agent=ready, **same)] * 6)
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refused) == 5
    assert {type(answer) for answer in refused} <= {
        one_time_codes.CodeExpired,
        one_time_codes.TooManyWrongCodes,
        signing.AlreadySigned,
        signing.NotRead,
    }
    assert (Signature.objects.count(), SignedPaper.objects.count()) == (2, 2)
    assert OutboxMessage.objects.filter(template="onboarding/cleared").count() == 1
    assert not AgreementReading.objects.exists()


def test_two_valid_codes_sign_once(ready: Agent, monkeypatch: Any) -> None:
    """If another device signs in between with its own valid code, nothing is left to sign."""
    first, has_run = intent(ready), []

    def sign_on_the_other_device() -> None:
        if not has_run:
            has_run.append(True)
            signing.send_signing_code(agent=ready, channel="phone", at=NOON)
            sms = OutboxMessage.objects.get(channel="SMS")
            code = agents.SIX_DIGITS.search(sms.body).group()
            signing.sign_agreements(agent=ready, **{**first, "code": code})

    after_the_code(monkeypatch, sign_on_the_other_device)
    with pytest.raises(signing.AlreadySigned):
        signing.sign_agreements(agent=ready, **first)
    assert Signature.objects.count() == 2


@pytest.mark.parametrize("turn", range(3))
def test_publishing_while_an_agent_signs(ready: Agent, turn: int) -> None:
    """The agent signs what was read or nothing, and is not cleared without the new version."""
    same = intent(ready)
    acts = [lambda: signing.sign_agreements(agent=ready, **same), publish]
    answers = at_once(*(acts if turn % 2 else reversed(acts)))
    signed = Signature.objects.order_by("kind")
    assert len(signed) == (0 if any(isinstance(each, Refusal) for each in answers) else 2)
    assert "9.0" not in {row.version for row in signed}
    assert "9.0" in {row.version for row in gates.unsigned_agreements(ready)}
    assert steps_queries.clearance_of(Agent.objects.get(pk=ready.pk)) is None


def test_new_version_after_the_code(ready: Agent, monkeypatch: Any) -> None:
    """A text that came into force after the code was checked is not signed."""
    after_the_code(monkeypatch, publish)
    with pytest.raises(signing.NotRead, match="confidentiality"):
        signing.sign_agreements(agent=ready, **intent(ready))
    assert not Signature.objects.exists()


def test_an_agent_suspended_meanwhile_cannot_sign(
    ready: Agent, meera: User, monkeypatch: Any
) -> None:
    """An agent suspended after the code was checked signs nothing."""
    after_the_code(
        monkeypatch, lambda: staff.suspend(user=ready.user, by=meera, at=NOON, why="Fraud")
    )
    with pytest.raises(AccountNotActive):
        signing.sign_agreements(agent=ready, **intent(ready))
    assert not Signature.objects.exists()
    ready.refresh_from_db()
    with pytest.raises(AccountNotActive):
        payees.save_bank_account(
            agent=ready, holder_name=ready.name, by=ready.user, at=NOON, ifsc="HDFC0001234",
            account_number="501001234567",
        )  # fmt: skip
