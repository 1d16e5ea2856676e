"""A fake DigiLocker: consent page, tokens, issued documents, signed XML.

It speaks the Authorized Partner API: OAuth2's code flow with PKCE, and an `hmac` header on each
file. `failure_mode` makes it refuse, delay, forge or break its responses.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

from hitouch.fakes import CLIENT_ID, CLIENT_SECRET, documents
from hitouch.fakes.certificates import CertifiedKey, new_signer
from hitouch.fakes.documents import TYPED, FakeAccountHolder
from hitouch.fakes.server import FakeResponse, Request, as_json, as_page, to
from hitouch.fakes.xml import DIGILOCKER, UIDAI, Element, SignatureForm

CODE_SECONDS, TOKEN_SECONDS = 600, 3600
PAN_URI = "in.gov.pan-PANCR-"
SLOW_SECONDS = 15.0


@dataclass(frozen=True)
class GrantedConsent:
    """One person's consent for one client, and when its code expires."""

    parameters: dict[str, str]
    person: FakeAccountHolder
    until: float


class FakeDigiLocker:
    """The provider, its signers, and the failure it simulates ("" for none)."""

    prefix = "digilocker"

    def __init__(self, folder: Path | None = None) -> None:
        self.signer, self.untrusted_signer = (
            new_signer("DigiLocker stand-in"),
            new_signer("A stranger"),
        )
        self.expired_signer = new_signer("DigiLocker of old", days_ago=60, days=30)
        self.failure_mode = ""
        self.codes: dict[str, GrantedConsent] = {}
        self.tokens: dict[str, GrantedConsent] = {}
        if folder is not None:
            self.pin(folder / "digilocker")

    def pin(self, folder: Path) -> Path:
        """Write the certificates for the site to trust: the signer's and one that has run out."""
        self.signer.pin(folder, "current")
        self.expired_signer.pin(folder, "old")
        return folder

    def answer(self, request: Request) -> FakeResponse:
        """Answer by path, or fail as `failure_mode` says."""
        if self.failure_mode == "slow":
            time.sleep(SLOW_SECONDS)
        if self.failure_mode in FAILURE_RESPONSES:
            return FAILURE_RESPONSES[self.failure_mode]
        endpoints: dict[str, Callable[[Request], FakeResponse]] = {
            "/public/oauth2/1/authorize": self.authorize,
            "/public/oauth2/1/token": self.token,
            "/public/oauth2/1/user": self.user,
            "/public/oauth2/2/files/issued": self.issued,
            "/public/oauth2/3/xml/eaadhaar": self.aadhaar,
        }
        if request.path.startswith("/public/oauth2/1/xml/"):
            return self.pan(request)
        endpoint = endpoints.get(request.path)
        return endpoint(request) if endpoint else refused(404, "not_found")

    # The consent page ------------------------------------------------------------------

    def authorize(self, request: Request) -> FakeResponse:
        """Show the consent page, or redirect with the person's decision."""
        parameters = request.query
        right = (
            parameters.get("client_id") == CLIENT_ID
            and parameters.get("response_type") == "code"
            and parameters.get("code_challenge_method") == "S256"
            and parameters.get("code_challenge")
            and parameters.get("redirect_uri")
        )
        if not right:
            return as_page(400, "<p>This address was not made by a partner.</p>")
        if request.method == "GET":
            return as_page(200, consent_page(parameters))
        return self.handle_consent(parameters, request.form)

    def handle_consent(self, parameters: dict[str, str], form: dict[str, str]) -> FakeResponse:
        """Redirect with a code, or with `access_denied`."""
        back = {"state": parameters.get("state", "")}
        if form.get("answer") != "allow":
            back |= {"error": "access_denied", "error_description": "User denied access"}
        else:
            code = secrets.token_urlsafe(24)
            person = FakeAccountHolder(
                **{name: form[name] for name in documents.TYPED if form.get(name)}
            )
            self.codes[code] = GrantedConsent(parameters, person, time.time() + CODE_SECONDS)
            back |= {"code": code}
        return to(f"{parameters['redirect_uri']}?{urlencode(back)}")

    # The API --------------------------------------------------------------------------

    def token(self, request: Request) -> FakeResponse:
        """Exchange a code once, before it expires, checking client secret and PKCE verifier."""
        given = request.form
        found = self.codes.pop(given.get("code", ""), None)
        verifier = given.get("code_verifier", "").encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if given.get("client_id") != CLIENT_ID or given.get("client_secret") != CLIENT_SECRET:
            return refused(401, "invalid_client")
        right = (
            found is not None
            and given.get("grant_type") == "authorization_code"
            and time.time() < found.until
            and given.get("redirect_uri") == found.parameters["redirect_uri"]
            and hmac.compare_digest(digest, found.parameters["code_challenge"])
        )
        if not right or found is None:
            return refused(400, "invalid_grant")
        token = secrets.token_urlsafe(24)
        self.tokens[token] = GrantedConsent(
            found.parameters, found.person, time.time() + TOKEN_SECONDS
        )
        token_response = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
        }
        return as_json(200, token_response | documents.details(found.person))

    def holder_of(self, request: Request) -> FakeAccountHolder | None:
        """The person whose bearer token this is."""
        found = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return found.person if found and time.time() < found.until else None

    def user(self, request: Request) -> FakeResponse:
        """Details of the account's holder."""
        person = self.holder_of(request)
        return as_json(200, documents.details(person)) if person else refused(401, "invalid_token")

    def issued(self, request: Request) -> FakeResponse:
        """The list of issued documents."""
        person = self.holder_of(request)
        if person is None:
            return refused(401, "invalid_token")
        pan = {
            "name": "PAN Verification Record", "type": "file", "doctype": "PANCR",
            "mime": ["application/pdf", "application/xml"], "uri": f"{PAN_URI}{person.pan}",
            "issuerid": "in.gov.pan", "issuer": "Income Tax Department",
        }  # fmt: skip
        return as_json(
            200,
            {"items": [] if self.failure_mode in ("no pan", "nothing") else [pan], "resource": "D"},
        )

    def aadhaar(self, request: Request) -> FakeResponse:
        """The e-Aadhaar."""
        person = self.holder_of(request)
        if person is None:
            return refused(401, "invalid_token")
        if self.failure_mode in ("no aadhaar", "nothing"):
            return refused(404, "aadhaar_not_linked")
        return self.file(documents.aadhaar(person, at=datetime.now(UTC)), DIGILOCKER)

    def pan(self, request: Request) -> FakeResponse:
        """The PAN record, for its owner only."""
        person = self.holder_of(request)
        if person is None:
            return refused(401, "invalid_token")
        uri = unquote(request.path.rpartition("/")[2])
        if uri != f"{PAN_URI}{person.pan}" or self.failure_mode == "no pan":
            return refused(404, "uri_missing")
        status = "D" if self.failure_mode == "inactive pan" else "A"
        return self.file(documents.pan(person, status=status), UIDAI)

    def file(self, element: Element, form: SignatureForm) -> FakeResponse:
        """The signed document, tampered with if simulated, with its `hmac` header."""
        body = documents.tampered(self.current_signer().sign(element, form), self.failure_mode)
        secret = "another" if self.failure_mode == "wrong hmac" else CLIENT_SECRET
        mac = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
        return FakeResponse(200, body, "application/xml", {"hmac": mac})

    def current_signer(self) -> CertifiedKey:
        """The signer, which some failure modes replace."""
        return {"other signer": self.untrusted_signer, "old signer": self.expired_signer}.get(
            self.failure_mode, self.signer
        )


def refused(status: int, error: str) -> FakeResponse:
    """An error response in the API's format."""
    return as_json(status, {"error": error, "error_description": error.replace("_", " ")})


FAILURE_RESPONSES = {
    "down": FakeResponse(500, b"down"),
    "nonsense": FakeResponse(200, b"<html>Welcome to the hotel's network</html>", "text/html"),
    "broken": FakeResponse(200, b'{"access_token": "x', "application/json"),
    "huge": FakeResponse(200, b"x" * (8 * 1024 * 1024), "application/json"),
}


def consent_page(given: dict[str, str]) -> str:
    """The HTML of the consent page: person, documents, allow, cancel."""
    fields = "".join(
        f"<p><label>{escape(words)}<br>"
        f'<input name="{name}" value="{escape(getattr(FakeAccountHolder(), name))}"></label></p>'
        for name, words in TYPED.items()
    )
    action = f"/digilocker/public/oauth2/1/authorize?{urlencode(given, quote_via=quote)}"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>A DigiLocker of our own</title>'
        "<main><h1>A DigiLocker of our own</h1><p>Nothing here is real. Say who you are, and "
        "whether HitouchCX may see your Aadhaar (masked) and your PAN.</p>"
        f'<form method="post" action="{escape(action)}">{fields}'
        '<button name="answer" value="allow">Allow</button> '
        '<button name="answer" value="cancel">Cancel</button></form></main></html>'
    )
