"""Fake SMS providers on 127.0.0.1: Twilio and Exotel, with failures on demand (`mood`).

A provider checks credentials and fields before it accepts a message into `taken`. The operator
behind it drops messages that differ from the registered texts (`dropped`).
"""

import base64
import json
import re
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.support.waiting import DEADLINE_SECONDS, wait_until

E164 = re.compile(r"\+[1-9]\d{7,14}")
SLOT = re.escape("{#var#}")
JSON, HTML = "application/json", "text/html; charset=utf-8"
Reply = tuple[int, str, bytes]


def matches(registered: str, body: str) -> bool:
    """Whether an operator delivers a text: every variable has 1 to 30 characters."""
    return bool(re.fullmatch(re.escape(registered).replace(SLOT, ".{1,30}"), body))


class Provider:
    """What both providers share: an account, the accepted messages, and a mood."""

    account, secret = "AC" + "5" * 32, "a-token-of-a-test"
    key = account

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.taken: list[dict[str, str]] = []
        self.registered: dict[str, str] | None = None
        self.failure_mode = "well"
        self.url = ""
        self.over = threading.Event()

    def answer(self, path: str, authorization: str, form: dict[str, str]) -> Reply:
        """The response to one request."""
        if fault := self.fault(path, authorization, form):
            return fault
        reference = secrets.token_hex(16)
        self.taken.append(form | {"reference": reference})
        return self.acceptance(form, reference)

    def is_known(self, authorization: str) -> bool:
        """Basic authentication with our key and secret."""
        pair = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return authorization == f"Basic {pair}"

    @property
    def dropped(self) -> list[str]:
        """Bodies that differ from every registered text."""
        known = (self.registered or {}).values()
        bodies = [form["Body"] for form in self.taken]
        return [body for body in bodies if not any(matches(text, body) for text in known)]

    def fault(self, path: str, authorization: str, form: dict[str, str]) -> Reply | None:
        """The error response to an invalid request, or None."""
        raise LookupError

    def acceptance(self, form: dict[str, str], reference: str) -> Reply:
        """The response to a message that was accepted."""
        raise LookupError


class Twilio(Provider):
    """POST /2010-04-01/Accounts/{sid}/Messages.json."""

    def fault(self, path: str, authorization: str, form: dict[str, str]) -> Reply | None:
        if not self.is_known(authorization):
            return self.error(401, 20003, "Authenticate")
        if path != f"/2010-04-01/Accounts/{self.account}/Messages.json":
            return self.error(404, 20404, "The requested resource was not found")
        if not form.get("To"):
            return self.error(400, 21604, "A 'To' phone number is required.")
        if not (form.get("From") or form.get("MessagingServiceSid")):
            return self.error(400, 21603, "A 'From' phone number is required.")
        if not form.get("Body"):
            return self.error(400, 21602, "Message body is required.")
        if len(form["Body"]) > 1600:
            return self.error(400, 21617, "The concatenated message body is too long.")
        if not E164.fullmatch(form["To"]) or form["To"].endswith("00000"):
            return self.error(400, 21211, f"Invalid 'To' Phone Number: {form['To']}")
        return None

    def error(self, status: int, code: int, message: str) -> Reply:
        more = f"https://www.twilio.com/docs/errors/{code}"
        body = {"code": code, "message": message, "more_info": more, "status": status}
        return status, JSON, json.dumps(body).encode()

    def acceptance(self, form: dict[str, str], reference: str) -> Reply:
        body = {
            "account_sid": self.account, "api_version": "2010-04-01", "body": form["Body"],
            "date_created": "Mon, 23 Nov 2026 06:30:00 +0000", "date_sent": None,
            "direction": "outbound-api", "error_code": None, "error_message": None,
            "from": form.get("From"), "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": "0", "num_segments": "1", "price": None, "price_unit": "USD",
            "sid": f"SM{reference}", "status": "queued", "to": form["To"],
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/SM{reference}.json",
        }  # fmt: skip
        return 201, JSON, json.dumps(body).encode()


class Exotel(Provider):
    """POST /v1/Accounts/{sid}/Sms/send.json."""

    account, key = "hitouch1", "a-key-of-a-test"
    needed = ("From", "To", "Body", "DltEntityId", "DltTemplateId")

    def fault(self, path: str, authorization: str, form: dict[str, str]) -> Reply | None:
        if not self.is_known(authorization):
            return self.error(401, "Authentication is required to view this page")
        if path != f"/v1/Accounts/{self.account}/Sms/send.json":
            return self.error(404, "The requested resource was not found")
        if missing := [name for name in self.needed if not form.get(name)]:
            return self.error(400, f"Mandatory Parameter missing: {missing[0]}")
        if not E164.fullmatch(form["To"]) or form["To"].endswith("00000"):
            return self.error(400, f"Invalid Recipient [{form['To']}]")
        return None

    def error(self, status: int, message: str) -> Reply:
        body = {"RestException": {"Status": status, "Message": message}}
        return status, JSON, json.dumps(body).encode()

    def acceptance(self, form: dict[str, str], reference: str) -> Reply:
        body = {
            "SMSMessage": {
                "Sid": reference, "AccountSid": self.account, "From": form["From"],
                "To": form["To"], "DateCreated": "2026-11-23 12:00:00", "DateSent": None,
                "Body": form["Body"], "Direction": "outbound-api", "Price": None,
                "Uri": f"/v1/Accounts/{self.account}/Sms/Messages/{reference}.json",
                "ApiVersion": None, "Status": "queued", "SmsUnits": None,
                "DetailedStatusCode": 21010, "DetailedStatus": "PENDING_TO_OPERATOR",
            }
        }  # fmt: skip
        return 200, JSON, json.dumps(body).encode()


def _said(status: int, kind: str, body: bytes) -> Callable[[Provider, Reply], Reply]:
    return lambda provider, reply: (status, kind, body)


#: What is said instead of the truth. A message may be taken all the same.
FAILURE_RESPONSES: dict[str, Callable[[Provider, Reply], Reply]] = {
    "well": lambda provider, reply: reply,
    "500": _said(500, JSON, b'{"code": 20500, "message": "Internal Server Error"}'),
    "503": _said(503, HTML, b"<html><body>Service Unavailable</body></html>"),
    "429": _said(429, JSON, b'{"code": 20429, "message": "Too Many Requests", "status": 429}'),
    "400 in HTML": _said(400, HTML, b"<html><body>Bad Request</body></html>"),
    "HTML": _said(200, HTML, b"<html><body>Welcome to our Wi-Fi</body></html>"),
    "truncated": lambda provider, reply: (reply[0], reply[1], reply[2][:40]),
    "huge": lambda provider, reply: (reply[0], reply[1], b'{"a": "' + b"x" * 5_000_000 + b'"}'),
    "deep": lambda provider, reply: (reply[0], reply[1], b"[" * 60_000),
    "a list": lambda provider, reply: (reply[0], reply[1], b'["sid"]'),
    "no id": lambda provider, reply: (reply[0], reply[1], b'{"SMSMessage": {"Sid": null}}'),
    "an odd id": lambda p, reply: (reply[0], reply[1], b'{"sid": {"$ne": 1}, "SMSMessage": []}'),
    "redirect": _said(302, HTML, b""),
}
#: Ways of not answering at all, or not in time.
SILENCES = ("slow", "drips", "hangs up")


class Handler(BaseHTTPRequestHandler):
    """Serves the requests to one provider."""

    protocol_version = "HTTP/1.1"
    provider: Provider

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        fields = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        form = {name: values[-1] for name, values in fields.items()}
        provider = self.provider
        provider.asked.append(form)
        reply = provider.answer(self.path, self.headers.get("Authorization", ""), form)
        if provider.failure_mode in SILENCES:
            self._stay_silent(provider, reply)
        else:
            self._say(*FAILURE_RESPONSES[provider.failure_mode](provider, reply))

    def _say(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", f"{self.provider.url}/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def _stay_silent(self, provider: Provider, reply: Reply) -> None:
        self.close_connection = True
        if provider.failure_mode == "drips":
            self.wfile.write(b"HTTP/1.1 201 Created\r\n")
            while not provider.over.wait(0.05):
                self.wfile.write(b"X-Slow: 1\r\n")
        if provider.failure_mode == "slow":
            provider.over.wait(DEADLINE_SECONDS)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the client has closed the connection

    def log_message(self, *args: Any) -> None:
        """Write no log."""


@contextmanager
def served(provider: Provider, *, certificate: Path | None = None) -> Iterator[Provider]:
    """The provider at `provider.url` until the block ends; over TLS with a certificate."""
    handler = type("BoundHandler", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def wait_for_messages(provider: Provider, count: int) -> list[dict[str, str]]:
    """Return the messages that the provider took, once there are `count` of them."""
    wait_until(lambda: len(provider.taken) >= count)
    return provider.taken
