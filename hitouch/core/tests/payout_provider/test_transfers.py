"""Transfers by RazorpayX: one payout for a key, and an exact exception for every failure."""

import logging
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core.outbox.senders import http
from hitouch.core.payout_provider import razorpayx
from hitouch.core.payout_provider.base import (
    OutcomeUnknown,
    PayoutTarget,
    ProviderRejected,
    ProviderUnavailable,
    TransferMode,
    TransferOrder,
    TransferState,
)
from hitouch.core.payout_provider.razorpayx import RazorpayX
from hitouch.core.tests.payout_provider.test_razorpayx import ScriptedProvider, configure
from hitouch.fakes.payouts.bank import OPENING_BALANCE
from hitouch.fakes.payouts.faults import FaultPlan
from hitouch.fakes.razorpayx import FakeRazorpayX
from hitouch.fakes.server import FakeResponse, FakeServer, as_json

NUMBER = "501001234567"
NILA = PayoutTarget("agent-1", "Nila Rao", ifsc="HDFC0001234", account_number=NUMBER)
VPA = PayoutTarget("agent-1", "Nila Rao", vpa="nila@upi")
KEY = uuid.UUID("53cda91c-8f81-4e77-bbb9-7388f4ac6bf4")
#: Copied by hand from the page on the payout entity, ids changed.
PAYOUT = {
    "id": "pout_00000000000001", "entity": "payout", "fund_account_id": "fa_00000000000001",
    "amount": 10_000, "currency": "INR", "notes": {"notes_key_1": "Tea"}, "fees": 590, "tax": 90,
    "status": "processed", "utr": "HDFCN00000000001", "mode": "NEFT", "purpose": "payout",
    "reference_id": str(KEY), "narration": "Acme Corp Fund Transfer", "batch_id": None,
    "status_details": {
        "description": "Payout is processed", "source": "beneficiary_bank",
        "reason": "payout_processed",
    },
    "created_at": 1545383037, "fee_type": "",
}  # fmt: skip


@pytest.fixture
def bank(settings: Any) -> Iterator[FakeRazorpayX]:
    fake = FakeRazorpayX(seconds=10)
    server = FakeServer([fake]).in_thread()
    configure(settings, f"{server.url}/payouts")
    yield fake
    server.close()


@pytest.fixture
def says(settings: Any) -> Iterator[ScriptedProvider]:
    said = ScriptedProvider()
    server = FakeServer([said]).in_thread()
    configure(settings, f"{server.url}/payouts")
    yield said
    server.close()


def order(**changes: Any) -> TransferOrder:
    facts: dict[str, Any] = {
        "key": KEY,
        "amount_paise": 10_000,
        "target": NILA,
        "narration": "HitouchCX 1/A",
    }
    facts |= {"destination": "fa_00000000000001"} | changes
    return TransferOrder(**facts)


def test_a_key_makes_one_transfer(bank: FakeRazorpayX) -> None:
    """Three calls with a key: one payout, found by its id and by its key, with its UTR later."""
    destination = RazorpayX().register_account(NILA)
    assert RazorpayX().register_account(NILA) == destination
    made = {RazorpayX().begin_transfer(order(destination=destination)).id for _ in range(3)}
    [transfer_id] = made
    bank.bank.advance(10)
    found = RazorpayX().fetch_transfer(transfer_id)
    assert (found.state, found.key) == (TransferState.PROCESSED, str(KEY))
    assert len(found.utr) == 12
    assert RazorpayX().find_transfers(KEY) == [found]
    assert RazorpayX().find_transfers(uuid.uuid4()) == []
    assert bank.bank.balance() == OPENING_BALANCE - 10_000


def test_lists_have_pages(bank: FakeRazorpayX) -> None:
    """All transfers and movements of a period, however many pages they are."""
    destination, now = RazorpayX().register_account(NILA), datetime.now(UTC)
    keys = [uuid.uuid4() for _ in range(60)]
    for key in keys:
        body = {
            "account_number": bank.account, "fund_account_id": destination, "amount": 100,
            "currency": "INR", "mode": "IMPS", "purpose": "payout", "reference_id": str(key),
        }  # fmt: skip
        bank.bank.create(body, str(key))
    period = {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}
    listed = [row.key for row in RazorpayX().list_transfers(**period)]
    assert listed == [str(key) for key in reversed(keys)]
    moves = list(RazorpayX().list_movements(**period))
    assert [move.amount_paise for move in moves] == [-100] * 60
    assert [move.key for move in moves] == listed
    assert moves[0].balance_paise == OPENING_BALANCE - 6_000
    yesterday = {name: at - timedelta(days=1) for name, at in period.items()}
    assert list(RazorpayX().list_transfers(**yesterday)) == []


@pytest.mark.parametrize(
    ("target", "paise", "mode"),
    [
        (NILA, 5_00_000_00, TransferMode.IMPS),
        (NILA, 5_00_000_01, TransferMode.NEFT),
        (VPA, 100, TransferMode.UPI),
    ],
)
def test_the_mode(bank: FakeRazorpayX, target: PayoutTarget, paise: int, mode: str) -> None:
    """IMPS up to its limit of five lakh, then NEFT; UPI for an address. The fake accepts each."""
    asked = order(
        target=target, amount_paise=paise, destination=RazorpayX().register_account(target)
    )
    assert asked.mode == mode
    assert RazorpayX().begin_transfer(asked).state == TransferState.PROCESSING


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (as_json(400, {"error": {"field": "amount"}}), ProviderRejected),
        (as_json(401, {"error": {"code": "BAD_REQUEST_ERROR"}}), ProviderUnavailable),
        (as_json(403, {}), ProviderUnavailable),
        (as_json(404, {}), ProviderUnavailable),
        (as_json(429, {}), ProviderUnavailable),
        (as_json(409, {}), OutcomeUnknown),
        (as_json(408, {}), OutcomeUnknown),
        (as_json(500, {"error": "trouble"}), OutcomeUnknown),
        (as_json(502, []), OutcomeUnknown),
        (as_json(200, []), OutcomeUnknown),
        (as_json(200, PAYOUT | {"status": "won"}), OutcomeUnknown),
        (as_json(200, PAYOUT | {"status": "manual"}), OutcomeUnknown),
        (as_json(200, PAYOUT | {"id": "fav_00000000000001"}), OutcomeUnknown),
        (as_json(200, PAYOUT | {"amount": 10_001}), OutcomeUnknown),
        (as_json(200, PAYOUT | {"amount": 10_000.0}), OutcomeUnknown),
        (as_json(200, PAYOUT | {"reference_id": str(uuid.uuid4())}), OutcomeUnknown),
        (FakeResponse(200, b"<html>"), OutcomeUnknown),
        (FakeResponse(200, b"[" * 60_000), OutcomeUnknown),
        (FakeResponse(302, headers={"Location": "http://127.0.0.1:9/"}), OutcomeUnknown),
    ],
)  # fmt: skip
def test_every_failure_has_its_exception(
    says: ScriptedProvider, answer: FakeResponse, fault: type[Exception]
) -> None:
    """Surely no transfer, refused for good, or nobody knows: the exception says which."""
    says.answers = [answer]
    with pytest.raises(ProviderUnavailable) as raised:
        RazorpayX().begin_transfer(order())
    assert type(raised.value) is fault


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        ("drop_before", 0), ("error_before", 0),
        ("drop_after", 1), ("reset_after", 1), ("error_after", 1), ("late", 1),
    ],
)  # fmt: skip
def test_lost_answers_are_unknown(
    bank: FakeRazorpayX, monkeypatch: pytest.MonkeyPatch, fault: str, made: int
) -> None:
    """Before or after the payout exists: nobody can tell from here, but the key finds it."""
    asked = order(destination=RazorpayX().register_account(NILA))
    bank.bank.plan = FaultPlan(1, {fault: 1.0}, late_seconds=0.6)
    monkeypatch.setattr(http, "SECONDS", 0.3)
    with pytest.raises(OutcomeUnknown):
        RazorpayX().begin_transfer(asked)
    monkeypatch.setattr(http, "SECONDS", 10)
    bank.bank.plan = FaultPlan()
    assert len(RazorpayX().find_transfers(KEY)) == made
    RazorpayX().begin_transfer(asked)
    assert bank.bank.balance() == OPENING_BALANCE - 10_000


def test_nobody_listens(settings: Any) -> None:
    """Without a connection nothing was sent."""
    configure(settings, "http://127.0.0.1:9")
    with pytest.raises(ProviderUnavailable) as raised:
        RazorpayX().begin_transfer(order())
    assert type(raised.value) is ProviderUnavailable


def test_registering_moves_no_money(says: ScriptedProvider) -> None:
    """A lost answer about contact or fund account leaves no doubt about a transfer."""
    says.answers = [as_json(500, {})]
    with pytest.raises(ProviderUnavailable) as raised:
        RazorpayX().register_account(NILA)
    assert type(raised.value) is ProviderUnavailable


def test_nothing_personal_is_told(says: ScriptedProvider, caplog: pytest.LogCaptureFixture) -> None:
    """Their descriptions repeat account numbers: no exception, log or repr has one."""
    description = f"Account {NUMBER} of Nila Rao is closed"
    error = {"code": "BAD_REQUEST_ERROR", "description": description, "reason": NUMBER}
    says.answers = [as_json(400, {"error": error})]
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderRejected) as raised:
        RazorpayX().begin_transfer(order())
    assert NUMBER not in f"{raised.value!r} {order()!r} {caplog.text}"


def test_documented_answers_are_read(says: ScriptedProvider) -> None:
    """State, reason and UTR; a missing UTR is null, or the word null as on one of their pages."""
    says.answers = [as_json(200, PAYOUT), as_json(200, PAYOUT | {"utr": "null"})]
    one, two = (RazorpayX().fetch_transfer("pout_00000000000001") for _ in range(2))
    assert (one.state, one.utr, one.reason) == ("processed", "HDFCN00000000001", "payout_processed")
    assert one.created_at == datetime(2018, 12, 21, 9, 3, 57, tzinfo=UTC)
    assert two.utr == ""


def test_an_answer_about_another_payout(says: ScriptedProvider) -> None:
    """What is asked for is an id, not a path, and an answer has to be about it."""
    says.answers = [as_json(200, PAYOUT | {"id": "pout_00000000000002"})]
    with pytest.raises(OutcomeUnknown):
        RazorpayX().fetch_transfer("pout_00000000000001")
    for wrong in ("../contacts", "pout_1?x=1", ""):
        with pytest.raises(ProviderRejected):
            RazorpayX().fetch_transfer(wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(body=st.dictionaries(st.sampled_from(list(PAYOUT)), JSON))
def test_nothing_of_theirs_breaks_us(body: dict[str, Any]) -> None:
    """Whatever is in an answer: a payout or transaction as documented, or nobody knows."""
    for read in (razorpayx.read_transfer, razorpayx.read_movement):
        try:
            found = read(PAYOUT | body)
        except OutcomeUnknown:
            continue
        assert len(found.utr) in (0, *range(12, 23))
