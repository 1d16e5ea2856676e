"""The web server below all stand-ins: takes a request apart and asks whose prefix it has."""

import json
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

LONGEST_BODY = 1024 * 1024
STOPS_WITHIN_SECONDS = 0.02


@dataclass(frozen=True)
class Request:
    """One request, its path without the stand-in's prefix."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body as a page or an OAuth client sends it."""
        return one_each(self.body.decode(errors="replace"))

    @property
    def json(self) -> Any:
        """The body as JSON, or None when it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class FakeResponse:
    """What goes back."""

    status: int
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def as_json(status: int, data: Any, **headers: str) -> FakeResponse:
    """An answer for a program."""
    return FakeResponse(status, json.dumps(data).encode(), "application/json", headers)


def as_page(status: int, html: str) -> FakeResponse:
    """An answer for a person."""
    return FakeResponse(status, html.encode(), "text/html; charset=utf-8")


def to(url: str) -> FakeResponse:
    """Send a browser elsewhere."""
    return FakeResponse(303, headers={"Location": url})


def one_each(text: str) -> dict[str, str]:
    """Names and values of a query or a form; of several the first."""
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


class FakeProvider(Protocol):
    """One provider: `/prefix/…` is its."""

    prefix: str

    def answer(self, asked: Request) -> FakeResponse:
        """What it says; it is asked from several threads at once."""


class FakeServer:
    """Stand-ins on one port of this machine; 0 takes a free one.

    `listening` is a socket on which whoever starts us listens already.
    """

    def __init__(
        self,
        stand_ins: Sequence[FakeProvider],
        *,
        port: int = 0,
        listening: socket.socket | None = None,
    ) -> None:
        self.by_prefix = {each.prefix: each for each in stand_ins}
        door = type("Door", (_Door,), {"outside": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), door, bind_and_activate=False)
        if listening is None:
            self.server.server_bind()
            self.server.server_activate()
        else:
            self.server.socket.close()
            self.server.socket = listening
            self.server.server_name, self.server.server_port = listening.getsockname()[:2]
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def serve(self) -> None:
        """Until the process ends."""
        self.server.serve_forever(poll_interval=STOPS_WITHIN_SECONDS)

    def in_thread(self) -> "FakeServer":
        """Beside what else this process does; `close` ends it."""
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, asked: Request, prefix: str) -> FakeResponse:
        """Whoever has the prefix; `/livez` says that somebody is here."""
        if prefix == "livez":
            return as_json(200, {"stand_ins": sorted(self.by_prefix)})
        found = self.by_prefix.get(prefix)
        return found.answer(asked) if found else FakeResponse(404, b"Nobody lives here.\n")


class _Door(BaseHTTPRequestHandler):
    outside: FakeServer

    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LONGEST_BODY:
            self._send(FakeResponse(413))
            return
        self._pass_on(self.rfile.read(int(length)))

    do_PUT = do_PATCH = do_POST  # noqa: N815

    def _pass_on(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        prefix, _, path = parts.path.lstrip("/").partition("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Request(self.command, f"/{path}", one_each(parts.query), headers, body)
        self._send(self.outside.answer(asked, prefix))

    def _send(self, answer: FakeResponse) -> None:
        try:
            self.send_response(answer.status)
            headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
            for name, value in (headers | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def log_message(self, *args: object) -> None:
        """It keeps quiet: addresses carry codes."""
