"""A fake Google: consent page, token endpoint with PKCE and client secret, certificates.

It implements the code flow of OpenID Connect. `mood` makes it slow, unavailable, answer with
invalid data, or sign with an unknown key.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.support.waiting import DEADLINE_SECONDS

ISSUER = "https://accounts.google.com"
CLIENT_ID, CLIENT_SECRET = "hitouch.apps.example", "a-secret-of-ours"


@dataclass
class Person:
    """Somebody with an account at Google."""

    sub: str = "1001"
    email: object = "nina@example.com"
    email_verified: object = True


class Signer:
    """A signing key and its certificate."""

    def __init__(self) -> None:
        self.kid = secrets.token_hex(8)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "accounts.google.example")])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
        made = made.public_key(self.key.public_key()).serial_number(x509.random_serial_number())
        now = datetime.now(UTC)
        made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(9))
        cert = made.sign(self.key, hashes.SHA256())
        self.pem = cert.public_bytes(serialization.Encoding.PEM).decode()


class Google:
    """The server, the person who is logged in there, and how it behaves (`mood`)."""

    def __init__(self) -> None:
        self.person = Person()
        self.failure_mode = "well"
        self.signer, self.unknown_signer = Signer(), Signer()
        self.closed = threading.Event()
        self.codes: dict[str, dict[str, str]] = {}
        self.seen: list[str] = []
        self.server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("BoundHandler", (Handler,), {"google": self})
        )
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()

    def environment(self) -> dict[str, str]:
        """Environment variables of a site that uses this server."""
        return {
            "GOOGLE_CLIENT_ID": CLIENT_ID,
            "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
            "GOOGLE_AUTHORIZE_URL": f"{self.url}/authorize",
            "GOOGLE_TOKEN_URL": f"{self.url}/token",
            "GOOGLE_CERTS_URL": f"{self.url}/certs",
        }

    def settings(self) -> dict[str, Any]:
        """Settings of allauth's provider that use this server."""
        return {
            "AUTHORIZE_URL": f"{self.url}/authorize",
            "ACCESS_TOKEN_URL": f"{self.url}/token",
            "CERTS_URL": f"{self.url}/certs",
            "ID_TOKEN_ISSUER": ISSUER,
            "APPS": [{"client_id": CLIENT_ID, "secret": CLIENT_SECRET}],
            "SCOPE": ["openid", "email"],
            "OAUTH_PKCE_ENABLED": True,
        }

    def answer_to(self, address: str, *, consent: bool = True) -> str:
        """The URL to which the consent page redirects; `consent` says which button was pressed."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} == set(asked["scope"].split())
        code = secrets.token_urlsafe(16)
        if consent:
            self.codes[code] = asked
        said = {"code": code} if consent else {"error": "access_denied"}
        return f"{asked['redirect_uri']}?{urlencode(said | {'state': asked['state']})}"

    def id_token(self, **changes: Any) -> str:
        """A signed ID token for the person."""
        now = int(time.time())
        said = {"iss": ISSUER, "aud": CLIENT_ID, "azp": CLIENT_ID, "iat": now, "exp": now + 3600}
        said |= {name: value for name, value in vars(self.person).items() if value is not None}
        signer = self.unknown_signer if self.failure_mode == "forged" else self.signer
        headers = {"kid": self.signer.kid}
        return jwt.encode(said | changes, signer.key, algorithm="RS256", headers=headers)

    def tokens(self, given: dict[str, str]) -> tuple[int, Any]:
        """Exchange a code once, for the client with its secret, verifier and redirect URI."""
        asked = self.codes.pop(given.get("code", ""), None)
        verifier = given.get("code_verifier", "").encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        right = (
            asked is not None
            and given.get("client_secret") == CLIENT_SECRET
            and given.get("redirect_uri") == asked["redirect_uri"]
            and digest == asked["code_challenge"]
        )
        if not right:
            return 400, {"error": "invalid_grant"}
        token = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer"}
        return 200, token | {"expires_in": 3599, "id_token": self.id_token()}


NONSENSE: dict[str, tuple[int, str, bytes]] = {
    "down": (503, "text/plain", b"down"),
    "page": (200, "text/html", b"<html>Welcome to the hotel's network</html>"),
    "broken": (200, "application/json", b'{"access_token": "x", "id_token'),
    "list": (200, "application/json", b'["access_token"]'),
    "empty": (200, "application/json", b"{}"),
    "no token": (200, "application/json", b'{"access_token": "x"}'),
    "no jwt": (200, "application/json", b'{"access_token": "x", "id_token": "a.b.c"}'),
    "number": (200, "application/json", b'{"access_token": "x", "id_token": 7}'),
    "text": (200, "application/json", b'{"access_token":"x","expires_in":"soon","id_token":"a"}'),
}


class Handler(BaseHTTPRequestHandler):
    """Serves the consent page to browsers, tokens and certificates to the site."""

    google: Google

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        status, answer = self.google.tokens(given)
        self._answer(status, "application/json", json.dumps(answer).encode())

    def do_GET(self) -> None:
        if self.path.startswith("/authorize?"):
            self._ask_consent()
            return
        certs = {self.google.signer.kid: self.google.signer.pem}
        self._answer(200, "application/json", json.dumps(certs).encode())

    def _ask_consent(self) -> None:
        """The consent page with a link for each answer."""
        ways = {"Allow": True, "Cancel": False}
        links = (
            f'<p><a href="{escape(self.google.answer_to(self.path, consent=yes))}">{word}</a></p>'
            for word, yes in ways.items()
        )
        page = f"<!doctype html><html lang=en><title>Our own Google</title>{''.join(links)}"
        self._answer(200, "text/html", page.encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.google.seen.append(self.path)
        if self.google.failure_mode == "slow":
            self.google.closed.wait(DEADLINE_SECONDS)  # longer than any client waits
        if self.google.failure_mode in NONSENSE:
            status, kind, body = NONSENSE[self.google.failure_mode]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Write no log."""
