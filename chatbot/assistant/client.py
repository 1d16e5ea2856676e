"""Asks a language model: any server with OpenAI's `/v1/chat/completions`.

The response is untrusted: its size, type and structure are checked, its texts reach no log, and
redirects are not followed. However slow the network is, the call ends within the deadline.
"""

import asyncio
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from chatbot.assistant import prompt
from hitouch.core.outbox.senders.http import trusted

CONNECT_SECONDS = 3.0
LONGEST_RESPONSE = 64 * 1024
LONGEST_CONTENT = 8_000
MOST_CITED = 5
LONGEST_RETRY_SECONDS = 600
MOST_TOKENS = 1_000_000
#: Calls of one process at the same time.
MOST_CALLS = 8
_calls = threading.BoundedSemaphore(MOST_CALLS)


class ModelUnavailable(Exception):
    """The model gave no valid answer. `reason` is a stable word for details and figures.

    `is_fault` is false if nothing was asked; `retry_after` are seconds that the server named.
    """

    def __init__(self, reason: str, *, is_fault: bool = True, retry_after: int = 0) -> None:
        self.reason, self.is_fault, self.retry_after = reason, is_fault, retry_after
        super().__init__(reason)


@dataclass(frozen=True)
class ModelAnswer:
    """What the model returned: the action (`refuse`) is apart from the text."""

    answer: str
    cited: tuple[str, ...]
    refuse: bool


@dataclass(frozen=True)
class ModelReply:
    """An answer, and the tokens it cost (0 if the server does not say)."""

    answer: ModelAnswer
    tokens: int


@dataclass(frozen=True)
class _Response:
    status: int
    headers: httpx.Headers
    body: bytes


def is_configured() -> bool:
    """Whether a model is configured. It is not by default."""
    return bool(settings.HITOUCH_HELP_MODEL_URL and settings.HITOUCH_HELP_MODEL_NAME)


def model_name() -> str:
    """The configured model's name; empty if none."""
    return str(settings.HITOUCH_HELP_MODEL_NAME) if is_configured() else ""


def host() -> str:
    """The host that texts are sent to, for notices; empty if none."""
    return (urlsplit(settings.HITOUCH_HELP_MODEL_URL).hostname or "") if is_configured() else ""


def ask(asked: Sequence[dict[str, str]]) -> ModelReply:
    """Send the messages. Raises `ModelUnavailable` when no valid answer came in time."""
    if not _calls.acquire(blocking=False):
        raise ModelUnavailable("BUSY", is_fault=False)
    outcome: list[_Response | ModelUnavailable] = []
    seconds = float(settings.HITOUCH_HELP_MODEL_TIMEOUT_SECONDS)
    call = threading.Thread(
        target=_call, args=[asked, seconds, outcome], name="help-model", daemon=True
    )
    call.start()
    call.join(seconds)  # a name server may take longer, and cannot be interrupted
    if not outcome:
        raise ModelUnavailable("TIMEOUT")
    if isinstance(outcome[0], ModelUnavailable):
        raise outcome[0]
    return _reply(outcome[0])


def _call(
    asked: Sequence[dict[str, str]], seconds: float, outcome: list[_Response | ModelUnavailable]
) -> None:
    """Run one call in this thread, and put the response or the failure into `outcome`."""
    try:
        outcome.append(
            asyncio.run(_post(prompt.body(settings.HITOUCH_HELP_MODEL_NAME, asked), seconds))
        )
    except (TimeoutError, httpx.TimeoutException):
        outcome.append(ModelUnavailable("TIMEOUT"))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        outcome.append(ModelUnavailable("CONNECTION"))
    except ModelUnavailable as fault:
        outcome.append(fault)
    finally:
        _calls.release()


async def _post(body: dict[str, Any], seconds: float) -> _Response:
    url = f"{settings.HITOUCH_HELP_MODEL_URL.rstrip('/')}/chat/completions"
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if settings.HITOUCH_HELP_MODEL_KEY:
        headers["Authorization"] = f"Bearer {settings.HITOUCH_HELP_MODEL_KEY}"
    limit = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(
            timeout=limit, follow_redirects=False, trust_env=False, verify=trusted()
        ) as client,
        client.stream("POST", url, json=body, headers=headers) as response,
    ):
        read = b""
        async for part in response.aiter_raw():
            read += part
            if len(read) > LONGEST_RESPONSE:
                raise ModelUnavailable("TOO_LONG")
    return _Response(response.status_code, response.headers, read)


def _reply(response: _Response) -> ModelReply:
    """The reply in a response; `ModelUnavailable` unless it is exactly as asked for."""
    if response.status == 429:
        raise ModelUnavailable("RATE_LIMITED", retry_after=_retry_after(response.headers))
    if response.status != 200:
        raise ModelUnavailable(f"STATUS_{response.status}")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or "content-encoding" in response.headers:
        raise ModelUnavailable("CONTENT_TYPE")
    whole = _json(response.body)
    if not isinstance(whole, dict):
        raise ModelUnavailable("FORM")
    return ModelReply(_answer(_content(whole)), _tokens(whole))


def _content(whole: dict[str, Any]) -> str:
    """The text of the only choice, which has ended by itself and calls no tools."""
    choices = whole.get("choices")
    if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
        raise ModelUnavailable("FORM")
    message = choices[0].get("message")
    if choices[0].get("finish_reason") == "length":
        raise ModelUnavailable("TRUNCATED")
    if choices[0].get("finish_reason") != "stop" or not isinstance(message, dict):
        raise ModelUnavailable("FORM")
    if message.get("tool_calls") or message.get("function_call") or message.get("refusal"):
        raise ModelUnavailable("TOOL_CALL" if not message.get("refusal") else "FORM")
    content = message.get("content")
    if not isinstance(content, str) or len(content) > LONGEST_CONTENT:
        raise ModelUnavailable("FORM")
    return content


def _answer(content: str) -> ModelAnswer:
    """The fields of the schema, no other, and of their types."""
    fields = _json(content)
    if not isinstance(fields, dict) or set(fields) != set(prompt.SCHEMA["properties"]):
        raise ModelUnavailable("FORM")
    answer, cited, refuse = fields["answer"], fields["cited"], fields["refuse"]
    is_list = isinstance(cited, list) and len(cited) <= MOST_CITED
    if not isinstance(answer, str) or not isinstance(refuse, bool) or not is_list:
        raise ModelUnavailable("FORM")
    if not all(isinstance(each, str) for each in cited):
        raise ModelUnavailable("FORM")
    return ModelAnswer(answer, tuple(cited), refuse)


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ModelUnavailable("NO_JSON") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, unless a name stands twice: other readers would take another value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _tokens(whole: dict[str, Any]) -> int:
    usage = whole.get("usage")
    tokens = usage.get("total_tokens") if isinstance(usage, dict) else 0
    if not isinstance(tokens, int) or isinstance(tokens, bool):
        return 0
    return min(max(tokens, 0), MOST_TOKENS)


def _retry_after(headers: httpx.Headers) -> int:
    text = headers.get("retry-after", "")
    return min(int(text), LONGEST_RETRY_SECONDS) if text.isascii() and text.isdigit() else 0
