"""A DigiLocker of our own: consent page, tokens, issued documents, signed XML.

It speaks the Authorized Partner API: OAuth2's code flow with PKCE, and an `hmac` header on each
file. Moods make it refuse, dawdle, lie or break; the people in it are made up.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

from hitouch.fakes import CLIENT_ID, CLIENT_SECRET, documents
from hitouch.fakes.certificates import CertifiedKey, new_signer
from hitouch.fakes.documents import TYPED, FakeAccountHolder
from hitouch.fakes.server import FakeResponse, Request, as_json, as_page, to

CODE_SECONDS, TOKEN_SECONDS = 600, 3600
PAN_URI = "in.gov.pan-PANCR-"
SLOW_SECONDS = 15.0


@dataclass(frozen=True)
class GrantedConsent:
    """What one person allowed one client, until when the code is good."""

    asked: dict[str, str]
    person: FakeAccountHolder
    until: float


class FakeDigiLocker:
    """The server, its signers, and the mood it is in."""

    prefix = "digilocker"

    def __init__(self, folder: Path | None = None) -> None:
        self.signer, self.stranger = new_signer("DigiLocker stand-in"), new_signer("A stranger")
        self.outdated = new_signer("DigiLocker of old", days_ago=60, days=30)
        self.mood = ""
        self.codes: dict[str, GrantedConsent] = {}
        self.tokens: dict[str, GrantedConsent] = {}
        if folder is not None:
            beside = folder / "digilocker.pem.new"
            beside.write_text(self.signer.pem)
            beside.replace(folder / "digilocker.pem")

    def answer(self, asked: Request) -> FakeResponse:
        """By path; in a bad mood whatever it feels like."""
        if self.mood == "slow":
            time.sleep(SLOW_SECONDS)
        if self.mood in MOODS:
            return MOODS[self.mood]
        doors: dict[str, Callable[[Request], FakeResponse]] = {
            "/public/oauth2/1/authorize": self.authorize,
            "/public/oauth2/1/token": self.token,
            "/public/oauth2/1/user": self.user,
            "/public/oauth2/2/files/issued": self.issued,
            "/public/oauth2/3/xml/eaadhaar": self.aadhaar,
        }
        if asked.path.startswith("/public/oauth2/1/xml/"):
            return self.pan(asked)
        door = doors.get(asked.path)
        return door(asked) if door else refused(404, "not_found")

    # The consent page ------------------------------------------------------------------

    def authorize(self, asked: Request) -> FakeResponse:
        """Ask the person, or send the browser back with what the person said."""
        given = asked.query
        right = (
            given.get("client_id") == CLIENT_ID
            and given.get("response_type") == "code"
            and given.get("code_challenge_method") == "S256"
            and given.get("code_challenge")
            and given.get("redirect_uri")
        )
        if not right:
            return as_page(400, "<p>This address was not made by a partner.</p>")
        if asked.method == "GET":
            return as_page(200, consent_page(given))
        return self.consented(given, asked.form)

    def consented(self, given: dict[str, str], said: dict[str, str]) -> FakeResponse:
        """The person pressed a button."""
        back = {"state": given.get("state", "")}
        if said.get("answer") != "allow":
            back |= {"error": "access_denied", "error_description": "User denied access"}
        else:
            code = secrets.token_urlsafe(24)
            person = FakeAccountHolder(
                **{name: said[name] for name in documents.TYPED if said.get(name)}
            )
            self.codes[code] = GrantedConsent(given, person, time.time() + CODE_SECONDS)
            back |= {"code": code}
        return to(f"{given['redirect_uri']}?{urlencode(back)}")

    # For programs ----------------------------------------------------------------------

    def token(self, asked: Request) -> FakeResponse:
        """Exchange a code: once, in time, by the client with its secret and verifier."""
        given = asked.form
        found = self.codes.pop(given.get("code", ""), None)
        verifier = given.get("code_verifier", "").encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if given.get("client_id") != CLIENT_ID or given.get("client_secret") != CLIENT_SECRET:
            return refused(401, "invalid_client")
        right = (
            found is not None
            and given.get("grant_type") == "authorization_code"
            and time.time() < found.until
            and given.get("redirect_uri") == found.asked["redirect_uri"]
            and hmac.compare_digest(digest, found.asked["code_challenge"])
        )
        if not right or found is None:
            return refused(400, "invalid_grant")
        token = secrets.token_urlsafe(24)
        self.tokens[token] = GrantedConsent(found.asked, found.person, time.time() + TOKEN_SECONDS)
        told = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return as_json(200, told | documents.details(found.person))

    def whose(self, asked: Request) -> FakeAccountHolder | None:
        """The person behind the bearer token."""
        found = self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "))
        return found.person if found and time.time() < found.until else None

    def user(self, asked: Request) -> FakeResponse:
        """Who the account belongs to."""
        person = self.whose(asked)
        return as_json(200, documents.details(person)) if person else refused(401, "invalid_token")

    def issued(self, asked: Request) -> FakeResponse:
        """What issuers have put there."""
        person = self.whose(asked)
        if person is None:
            return refused(401, "invalid_token")
        pan = {
            "name": "PAN Verification Record", "type": "file", "doctype": "PANCR",
            "mime": ["application/pdf", "application/xml"], "uri": f"{PAN_URI}{person.pan}",
            "issuerid": "in.gov.pan", "issuer": "Income Tax Department",
        }  # fmt: skip
        return as_json(
            200, {"items": [] if self.mood in ("no pan", "nothing") else [pan], "resource": "D"}
        )

    def aadhaar(self, asked: Request) -> FakeResponse:
        """The e-Aadhaar."""
        person = self.whose(asked)
        if person is None:
            return refused(401, "invalid_token")
        if self.mood in ("no aadhaar", "nothing"):
            return refused(404, "aadhaar_not_linked")
        return self.file(documents.aadhaar(person))

    def pan(self, asked: Request) -> FakeResponse:
        """The record of a PAN, for its owner."""
        person = self.whose(asked)
        if person is None:
            return refused(401, "invalid_token")
        uri = unquote(asked.path.rpartition("/")[2])
        if uri != f"{PAN_URI}{person.pan}" or self.mood == "no pan":
            return refused(404, "uri_missing")
        status = "D" if self.mood == "inactive pan" else "A"
        return self.file(documents.pan(person, status=status))

    def file(self, element: documents.Element) -> FakeResponse:
        """Signed, spoiled if that is the mood, with the header by which a partner knows us."""
        body = documents.tampered(self.by_mood().sign(element), self.mood)
        secret = "another" if self.mood == "wrong hmac" else CLIENT_SECRET
        mac = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
        return FakeResponse(200, body, "application/xml", {"hmac": mac})

    def by_mood(self) -> CertifiedKey:
        """Who signs."""
        return {"other signer": self.stranger, "old signer": self.outdated}.get(
            self.mood, self.signer
        )


def refused(status: int, error: str) -> FakeResponse:
    """A refusal as the API words it."""
    return as_json(status, {"error": error, "error_description": error.replace("_", " ")})


MOODS = {
    "down": FakeResponse(500, b"down"),
    "nonsense": FakeResponse(200, b"<html>Welcome to the hotel's network</html>", "text/html"),
    "broken": FakeResponse(200, b'{"access_token": "x', "application/json"),
    "huge": FakeResponse(200, b"x" * (8 * 1024 * 1024), "application/json"),
}


def consent_page(given: dict[str, str]) -> str:
    """A page as plain as it can be: who, what, allow, cancel."""
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
