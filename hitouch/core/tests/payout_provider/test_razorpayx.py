"""RazorpayX's protocol: the documented shapes are read, and nothing else is believed."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import ERROR
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core.outbox.senders import http
from hitouch.core.payout_provider import checks as payout_provider_checks
from hitouch.core.payout_provider import razorpayx
from hitouch.core.payout_provider.base import (
    OutcomeUnknown,
    PayoutTarget,
    ProviderRejected,
    ProviderUnavailable,
)
from hitouch.core.payout_provider.razorpayx import RazorpayX
from hitouch.fakes.razorpayx import FakeRazorpayX
from hitouch.fakes.server import FakeResponse, FakeServer, Request, as_json

NILA = PayoutTarget("agent-1", "Nila Rao", ifsc="HDFC0001234", account_number="501001234567")
#: Copied by hand from the pages on fund accounts and their validation, names and ids changed.
COMPLETED = {
    "id": "fav_00000000000001",
    "entity": "fund_account.validation",
    "fund_account": {
        "id": "fa_00000000000001", "entity": "fund_account", "contact_id": "cont_00000000000001",
        "account_type": "bank_account", "batch_id": None, "active": True,
        "bank_account": {"name": "Nila Rao", "bank_name": "HDFC", "ifsc": "HDFC0001234",
                         "account_number": "501001234567"},
    },
    "status": "completed", "amount": 100, "currency": "INR", "notes": [],
    "results": {"account_status": "active", "registered_name": "NILA RAO"},
    "created_at": 1547566278, "utr": "XXXXR7310682908954385XX",
}  # fmt: skip


class ScriptedProvider:
    """A provider that gives the prepared answers, one for each request."""

    prefix = "payouts"

    def __init__(self) -> None:
        self.answers: list[FakeResponse] = []
        self.requests: list[Request] = []

    def answer(self, asked: Request) -> FakeResponse:
        self.requests.append(asked)
        return self.answers.pop(0)


def configure(settings: Any, url: str) -> None:
    settings.RAZORPAYX_URL, settings.RAZORPAYX_ACCOUNT = url, FakeRazorpayX.account
    settings.RAZORPAYX_KEY_ID, settings.RAZORPAYX_KEY_SECRET = (
        FakeRazorpayX.key_id,
        FakeRazorpayX.key_secret,
    )


@pytest.fixture
def fake_provider(settings: Any) -> Iterator[FakeRazorpayX]:
    fake = FakeRazorpayX(seconds=3600)
    server = FakeServer([fake]).in_thread()
    configure(settings, f"{server.url}/payouts")
    yield fake
    server.close()


@pytest.fixture
def scripted_provider(settings: Any) -> Iterator[ScriptedProvider]:
    provider = ScriptedProvider()
    server = FakeServer([provider]).in_thread()
    configure(settings, f"{server.url}/payouts")
    yield provider
    server.close()


def test_same_key_sends_one_rupee(fake_provider: FakeRazorpayX) -> None:
    """Asked three times with one key: the same validation, the same contact, one rupee."""
    key = uuid.uuid4()
    made = {RazorpayX().begin_validation(NILA, key=key).id for _ in range(3)}
    created = (fake_provider.transferred, fake_provider.contacts, fake_provider.funds)
    assert (len(made), *map(len, created)) == (1, 1, 1, 1)
    assert RazorpayX().find_validation(key).id in made  # type: ignore[union-attr]
    assert RazorpayX().find_validation(uuid.uuid4()) is None
    [contact] = fake_provider.contacts.values()
    assert contact["reference_id"] == "agent-1"


def test_same_key_with_another_account_is_refused(fake_provider: FakeRazorpayX) -> None:
    """A key belongs to what was sent under it."""
    key = uuid.uuid4()
    RazorpayX().begin_validation(NILA, key=key)
    other = PayoutTarget("agent-1", "Nila Rao", ifsc="HDFC0001234", account_number="501001234568")
    with pytest.raises(ProviderRejected):
        RazorpayX().begin_validation(other, key=key)


def test_documented_answers_are_read(scripted_provider: ScriptedProvider) -> None:
    """Status, name and UTR of the test; the newer entity has another name for the results."""
    newer = {k: v for k, v in COMPLETED.items() if k != "results"}
    invalid = {"account_status": "invalid", "registered_name": None}
    scripted_provider.answers = [
        as_json(200, COMPLETED),
        as_json(200, newer | {"validation_results": invalid}),
    ]
    good, bad = (RazorpayX().fetch_validation("fav_00000000000001") for _ in range(2))
    assert (good.state, good.is_active, good.registered_name) == ("completed", True, "NILA RAO")
    assert good.utr == "XXXXR7310682908954385XX"
    assert (bad.is_active, bad.registered_name) == (False, "")
    assert "NILA" not in repr(good)
    assert "501001234567" not in repr(NILA)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (as_json(400, {"error": {"code": "BAD_REQUEST_ERROR", "field": "id"}}), ProviderRejected),
        (as_json(401, {"error": {"code": "BAD_REQUEST_ERROR"}}), ProviderUnavailable),
        (as_json(429, {}), ProviderUnavailable),
        (as_json(500, {"error": "trouble"}), OutcomeUnknown),
        (as_json(200, []), OutcomeUnknown),
        (as_json(200, COMPLETED | {"status": "won"}), OutcomeUnknown),
        (as_json(200, COMPLETED | {"id": "fav_'; --"}), OutcomeUnknown),
        (FakeResponse(200, b"<html>"), OutcomeUnknown),
        (FakeResponse(200, b"[" * 60_000), OutcomeUnknown),
        (FakeResponse(200, b"x" * 70_000), OutcomeUnknown),
        (FakeResponse(302, headers={"Location": "http://127.0.0.1:9/"}), OutcomeUnknown),
    ],
)
def test_faults_have_their_kind(
    scripted_provider: ScriptedProvider, answer: FakeResponse, fault: type[Exception]
) -> None:
    """Refused, surely not done, or nobody knows: what follows is different for each."""
    scripted_provider.answers = [answer]
    with pytest.raises(ProviderUnavailable) as raised:
        RazorpayX().fetch_validation("fav_00000000000001")
    assert type(raised.value) is fault


def test_silence_is_unknown(settings: Any, monkeypatch: Any) -> None:
    """No answer in time: the rupee may be on its way."""

    class Silent(ScriptedProvider):
        def answer(self, asked: Request) -> FakeResponse:
            raise OSError

    monkeypatch.setattr(http, "SECONDS", 0.3)
    server = FakeServer([Silent()])
    configure(settings, server.url)  # it listens, and nobody serves
    with pytest.raises(OutcomeUnknown):
        RazorpayX().fetch_validation("fav_00000000000001")
    server.server.server_close()


def test_id_of_theirs_never_leaves_its_place(scripted_provider: ScriptedProvider) -> None:
    """What is asked for is an id, not a path."""
    for wrong in ("../contacts", "fav_1?x=1", "", "fav_a/b"):
        with pytest.raises(ProviderRejected):
            RazorpayX().fetch_validation(wrong)
    assert scripted_provider.requests == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
FIELDS = ["id", "status", "results", "validation_results", "utr", "notes"]


@given(body=st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_nothing_of_theirs_breaks_us(body: dict[str, Any]) -> None:
    """Whatever stands in an answer: a validation as documented, or nobody knows."""
    try:
        read = razorpayx.read_validation(COMPLETED | body)
    except OutcomeUnknown:
        return
    assert read.state in ("created", "completed", "failed")
    assert len(read.registered_name) <= 120


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"RAZORPAYX_KEY_ID": ""}, ""),
        ({}, ""),
        ({"RAZORPAYX_URL": "https://api.razorpay.com"}, ""),
        ({"RAZORPAYX_KEY_SECRET": ""}, "RAZORPAYX_KEY_ID is set: set RAZORPAYX_KEY_SECRET too."),
        ({"RAZORPAYX_URL": "http://api.razorpay.com"}, "RAZORPAYX_URL has to begin with https"),
    ],
)
def test_foolish_settings_stop_the_start(
    settings: Any, changes: dict[str, str], sentence: str
) -> None:
    """A key without what goes with it, or an address that anybody can read along."""
    configure(settings, "http://127.0.0.1:9")
    for name, value in changes.items():
        setattr(settings, name, value)
    if not sentence:
        payout_provider_checks.require_payout_settings()
        return
    with pytest.raises(ImproperlyConfigured, match=sentence):
        payout_provider_checks.require_payout_settings()
    assert [
        found.id for found in payout_provider_checks.check_payout_settings() if found.level >= ERROR
    ] == ["hitouch.E004"]
