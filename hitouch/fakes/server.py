"""The HTTP server of the fake providers: parses requests and routes them by prefix."""

import json
import socket
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

LONGEST_BODY = 1024 * 1024
STOPS_WITHIN_SECONDS = 0.02


@dataclass(frozen=True)
class Request:
    """One request, its path without the provider's prefix."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The form-encoded body."""
        return first_values(self.body.decode(errors="replace"))

    @property
    def json(self) -> Any:
        """The body as JSON, or None when it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class FakeResponse:
    """A response."""

    status: int
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    """How late the answer is."""
    drip_seconds: float = 0
    """The pause before each byte of the body, and of the headers if `drips_headers`."""
    drips_headers: bool = False


@dataclass(frozen=True)
class Disconnect:
    """No response: the connection is closed, or reset."""

    is_reset: bool = False


def as_json(status: int, data: Any, **headers: str) -> FakeResponse:
    """A JSON response."""
    return FakeResponse(status, json.dumps(data).encode(), "application/json", headers)


def as_page(status: int, html: str) -> FakeResponse:
    """An HTML response."""
    return FakeResponse(status, html.encode(), "text/html; charset=utf-8")


def to(url: str) -> FakeResponse:
    """A redirect."""
    return FakeResponse(303, headers={"Location": url})


def first_values(text: str) -> dict[str, str]:
    """The first value of each name in a query string or form."""
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


class FakeProvider(Protocol):
    """A provider; it gets the requests below `/prefix/`."""

    prefix: str

    def answer(self, request: Request) -> FakeResponse | Disconnect:
        """Answer a request; called from several threads at once."""


class FakeServer:
    """Serves providers on one port of 127.0.0.1 (0: a free one), or on the socket `listening`."""

    def __init__(
        self,
        providers: Sequence[FakeProvider],
        *,
        port: int = 0,
        listening: socket.socket | None = None,
    ) -> None:
        self.by_prefix = {each.prefix: each for each in providers}
        handler = type("Handler", (_Handler,), {"fake_server": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler, bind_and_activate=False)
        if listening is None:
            self.server.server_bind()
            self.server.server_activate()
        else:
            self.server.socket.close()
            self.server.socket = listening
            self.server.server_name, self.server.server_port = listening.getsockname()[:2]
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def serve(self) -> None:
        """Serve until `close` or the end of the process."""
        self.server.serve_forever(poll_interval=STOPS_WITHIN_SECONDS)

    def in_thread(self) -> "FakeServer":
        """Serve in a thread; `close` ends it."""
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: Request, prefix: str) -> FakeResponse | Disconnect:
        """Route to the provider with this prefix; `/livez` lists the providers."""
        if prefix == "livez":
            return as_json(200, {"stand_ins": sorted(self.by_prefix)})
        found = self.by_prefix.get(prefix)
        return (
            found.answer(request) if found else FakeResponse(404, b"No provider has this prefix.\n")
        )


class _Handler(BaseHTTPRequestHandler):
    fake_server: FakeServer

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
        request = Request(self.command, f"/{path}", first_values(parts.query), headers, body)
        self._send(self.fake_server.answer(request, prefix))

    def _send(self, answer: FakeResponse | Disconnect) -> None:
        if isinstance(answer, Disconnect):
            self._disconnect(answer)
            return
        time.sleep(answer.seconds)
        if answer.drip_seconds:
            self._drip(answer)
            return
        try:
            self.send_response(answer.status)
            headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
            for name, value in (headers | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
        except OSError:
            self.close_connection = True  # the client has disconnected

    def _drip(self, answer: FakeResponse) -> None:
        head = (
            f"HTTP/1.1 {answer.status} OK\r\nContent-Type: {answer.kind}\r\n"
            f"Content-Length: {len(answer.body)}\r\n\r\n"
        ).encode()
        slow = head + answer.body if answer.drips_headers else answer.body
        self.close_connection = True
        try:
            if not answer.drips_headers:
                self.wfile.write(head)
            for byte in slow:
                time.sleep(answer.drip_seconds)
                self.wfile.write(bytes([byte]))
        except OSError:
            return  # the client has disconnected

    def _disconnect(self, answer: Disconnect) -> None:
        self.close_connection = True
        if answer.is_reset:
            at_once = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)

    def log_message(self, *args: object) -> None:
        """Log nothing: URLs contain codes."""
