"""HTTP client for providers: 3 s to connect, 10 s in all, responses up to 64 KiB.

Responses are untrusted: size, type and structure are checked, and none of their texts reach a log
or a row, since providers repeat phone numbers in them.
"""

import asyncio
import json
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from hitouch.core.outbox.senders.base import SendFailed

CONNECT_SECONDS = 3.0
SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class ProviderResponse:
    """Status, and the JSON object of the body ({} if it is none)."""

    status: int
    body: dict[str, Any]

    @property
    def is_good(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


def post(url: str, *, auth: tuple[str, str], form: dict[str, str]) -> ProviderResponse:
    """Post a form. Raises `SendFailed` when no response came in time."""
    return _in_time("POST", url, auth=auth, data=form)


def ask(
    method: str,
    url: str,
    *,
    auth: tuple[str, str] | None = None,
    json: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    seconds: float | None = None,
) -> ProviderResponse:
    """Send a request with JSON. Raises `SendFailed` when no response came in time."""
    return _in_time(method, url, seconds=seconds, auth=auth, json=json, headers=headers)


def _in_time(
    method: str, url: str, *, seconds: float | None = None, **asked: Any
) -> ProviderResponse:
    try:
        return asyncio.run(_within_time(method, url, seconds or SECONDS, asked))
    except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
        raise SendFailed(f"no connection: {type(fault).__name__}") from fault
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as fault:
        raise SendFailed(f"no answer: {type(fault).__name__}", may_have_gone=True) from fault


async def _within_time(
    method: str, url: str, seconds: float, asked: dict[str, Any]
) -> ProviderResponse:
    async with asyncio.timeout(seconds):
        return await _ask(method, url, seconds=seconds, **asked)


async def _ask(
    method: str,
    url: str,
    *,
    seconds: float,
    headers: dict[str, str] | None = None,
    **asked: Any,
) -> ProviderResponse:
    limit = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
    wanted = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    async with (
        httpx.AsyncClient(
            timeout=limit, follow_redirects=False, trust_env=False, verify=trusted()
        ) as client,
        client.stream(method, url, headers=wanted, **asked) as answer,
    ):
        read = b""
        async for part in answer.aiter_raw():
            read += part
            if len(read) > LONGEST_ANSWER:
                return ProviderResponse(answer.status_code, {})
    return ProviderResponse(answer.status_code, _object(read))


@cache
def trusted() -> ssl.SSLContext:
    """The TLS context with the trusted CAs; cached, because loading is slow."""
    return httpx.create_ssl_context(trust_env=False)


def _object(read: bytes) -> dict[str, Any]:
    try:
        body = json.loads(read)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
