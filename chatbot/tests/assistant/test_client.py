"""The client of the language model: only an exact answer in time counts."""

import time
from typing import Any

import pytest

from chatbot.assistant import client
from chatbot.assistant.client import ModelUnavailable, ask
from hitouch.fakes.language_model import FakeLanguageModel

ASKED = [{"role": "system", "content": "s"}, {"role": "user", "content": "{}"}]
#: Longer than any test that does not wait for the deadline, shorter than the slow models.
WITHIN_SECONDS = 2


def test_an_exact_answer(model: FakeLanguageModel) -> None:
    """Answer, citations and action are separate fields; the cost is that of the server."""
    model.says = {"answer": "Yes.", "cited": ["a"], "refuse": False}
    reply = ask(ASKED)
    assert reply.answer == client.ModelAnswer("Yes.", ("a",), refuse=False)
    assert reply.tokens > 0
    sent = model.asked[0]
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert "tools" not in sent


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("500", "STATUS_500"),
        ("503", "STATUS_503"),
        ("429", "RATE_LIMITED"),
        ("no-json", "NO_JSON"),
        ("extra-text", "NO_JSON"),
        ("html", "CONTENT_TYPE"),
        ("gzip", "CONTENT_TYPE"),
        ("wrong-types", "FORM"),
        ("missing-field", "FORM"),
        ("truncated", "TRUNCATED"),
        ("tool-calls", "FORM"),
        ("huge", "TOO_LONG"),
        ("redirect", "STATUS_307"),
        ("hang-up", "CONNECTION"),
        ("reset", "CONNECTION"),
    ],
)
def test_another_answer_is_none(
    model: FakeLanguageModel, settings: Any, name: str, reason: str
) -> None:
    """Failures, and answers that are not as asked for, are named and never used."""
    settings.HITOUCH_HELP_MODEL_NAME = name
    with pytest.raises(ModelUnavailable) as refused:
        ask(ASKED)
    assert refused.value.reason == reason


@pytest.mark.parametrize("name", ["slow", "drip", "drip-headers"])
def test_the_deadline_holds_for_the_whole_call(
    model: FakeLanguageModel, settings: Any, name: str
) -> None:
    """A server that sends a byte now and then does not extend the time."""
    settings.HITOUCH_HELP_MODEL_NAME = name
    settings.HITOUCH_HELP_MODEL_TIMEOUT_SECONDS = WITHIN_SECONDS
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="TIMEOUT"):
        ask(ASKED)
    assert time.monotonic() - began < 30  # the slow ones take a minute and more


@pytest.mark.parametrize(
    "says",
    [
        "[]",
        "null",
        "",
        '{"answer": "a", "cited": [], "refuse": false, "action": "approve"}',
        '{"answer": "a", "cited": [1], "refuse": false}',
        '{"answer": "a", "cited": [], "refuse": 0}',
        '{"answer": "a", "answer": "b", "cited": [], "refuse": false}',
        '{"answer": NaN, "cited": [], "refuse": false}',
        '{"answer": "a", "cited": ["1", "2", "3", "4", "5", "6"], "refuse": false}',
        '```json\n{"answer": "a", "cited": [], "refuse": false}\n```',
        "[" * 5000,
        '{"answer": "' + "a" * 9000 + '", "cited": [], "refuse": false}',
    ],
    ids=range(12),
)
def test_the_object_is_exact(model: FakeLanguageModel, says: str) -> None:
    """Other fields, types, repeated names, and texts around the object are refused."""
    model.says = says
    with pytest.raises(ModelUnavailable):
        ask(ASKED)


def test_a_wrong_key_is_a_failure(model: FakeLanguageModel, settings: Any) -> None:
    """401 is a failure like any other."""
    settings.HITOUCH_HELP_MODEL_KEY = "wrong"
    with pytest.raises(ModelUnavailable, match="STATUS_401"):
        ask(ASKED)


def test_nothing_is_configured_by_default() -> None:
    """Without settings there is no model and no host."""
    assert not client.is_configured()
    assert client.host() == ""


def test_few_calls_at_the_same_time(
    model: FakeLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process makes a few calls at a time; the others are answered without the model."""
    model.says = {"answer": "Yes.", "cited": ["a"], "refuse": False}
    taken = [client._calls.acquire(blocking=False) for _ in range(client.MOST_CALLS)]
    assert all(taken)
    try:
        with pytest.raises(ModelUnavailable, match="BUSY") as refused:
            ask(ASKED)
        assert not refused.value.is_fault
    finally:
        for _ in taken:
            client._calls.release()
    assert ask(ASKED).answer.answer == "Yes."
