"""An API client with one person's session, and the report of the steps' durations."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

TIMEOUT_SECONDS = 20.0


class StepFailed(Exception):
    """The site's response was not the expected one."""


@dataclass
class Report:
    """Prints each step when it ends, with its duration."""

    say: Callable[[str], None]
    milliseconds: list[float] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step; a failure names the step."""
        began = time.perf_counter()
        try:
            yield
        except (StepFailed, httpx.HTTPError, KeyError, IndexError) as fault:
            raise StepFailed(
                f"{name}: {fault!r}" if not str(fault) else f"{name}: {fault}"
            ) from fault
        took = (time.perf_counter() - began) * 1000
        self.milliseconds.append(took)
        self.say(f"{took:8.0f} ms  {name}")


class ApiSession:
    """One person's session: sends their access token with every call."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS)

    def use_tokens(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """Send this access token from now on."""
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return tokens

    def call(
        self,
        method: str,
        path: str,
        expect: int | tuple[int, ...],
        *,
        raw: bool = False,
        **what: Any,
    ) -> Any:
        """Call the API. Raises `StepFailed` on any status that is not expected."""
        response = self.http.request(method, f"/api/v1{path}", **what)
        if response.status_code not in (expect if isinstance(expect, tuple) else (expect,)):
            raise StepFailed(
                f"{method} {path} answered {response.status_code}: {response.text[:600]}"
            )
        if raw:
            return response.content
        return response.json() if response.content else None

    def get(self, path: str) -> Any:
        """GET a resource."""
        return self.call("GET", path, 200)

    def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """POST JSON."""
        return self.call("POST", path, expect, json=body or {})

    def post_in_time(self, path: str, too_soon: str, *, seconds: int = 60) -> Any:
        """POST repeatedly until it is no longer refused with the code `too_soon`."""
        ends = time.monotonic() + seconds
        while (answer := self.call("POST", path, (200, 409), json={})).get("code") == too_soon:
            if time.monotonic() > ends:
                raise StepFailed(f"{path} is still refused after {seconds} s")
            time.sleep(0.2)
        return answer

    def put(self, path: str, body: Any = None, *, expect: int = 200, **what: Any) -> Any:
        """PUT JSON, or files and form data."""
        return self.call("PUT", path, expect, **({"json": body} if body else what))

    def log_in(self, contact: str, password: str, second_factor: str = "") -> dict[str, Any]:
        """Log in and use the tokens."""
        body = {"contact": contact, "password": password}
        if second_factor:
            body["second_factor"] = second_factor
        return self.use_tokens(self.post("/auth/tokens/", body, expect=201))
