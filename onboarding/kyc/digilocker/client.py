"""DigiLocker's Authorized Partner API: OAuth2's code flow with PKCE, then signed documents.

Each call has ten seconds and a greatest length. What comes back is data from outside: nothing of
it reaches a log. The caller verifies signatures; the `hmac` of files is checked here.
"""

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import httpx
from cryptography import x509
from django.conf import settings

from hitouch.core.outbox.senders.http import trusted
from onboarding.kyc.signed_documents.xmldsig import certificates

LONGEST = 2 * 1024 * 1024
SECONDS = 10.0


@dataclass(frozen=True)
class DigiLocker:
    """The adapter over HTTP."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)

    def authorize_url(self, *, state: str, verifier: str, back: str) -> str:
        """Only the digest of the verifier goes through the browser (RFC 7636, S256)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": back,
            "state": state, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        return f"{self.url}/public/oauth2/1/authorize?{urlencode(asked)}"

    def token(self, *, code: str, verifier: str, back: str) -> str:
        """The access token for this one person."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "client_id": self.client_id, "client_secret": self.client_secret,
            "code_verifier": verifier,
        }  # fmt: skip
        told = _object(self._ask("POST", "1/token", data=form))
        if not isinstance(token := told.get("access_token"), str) or not token:
            raise SourceUnavailable("no token in the answer")
        return token

    def aadhaar(self, *, token: str) -> bytes | None:
        """The e-Aadhaar as XML, or None when no Aadhaar is linked."""
        return self._file("3/xml/eaadhaar", token)

    def pan(self, *, token: str) -> bytes | None:
        """The newest PAN among the issued documents, as XML."""
        items = _object(self._ask("GET", "2/files/issued", token=token)).get("items")
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and item.get("doctype") == "PANCR":
                return self._file(f"1/xml/{quote(str(item.get('uri')), safe='')}", token)
        return None

    def _file(self, place: str, token: str) -> bytes | None:
        try:
            answer = self._ask("GET", place, token=token)
        except DocumentNotFound:
            return None
        wanted = hmac.digest(self.client_secret.encode(), answer.content, "sha256")
        try:
            given = base64.b64decode(answer.headers.get("hmac", ""), validate=True)
        except (binascii.Error, ValueError):
            given = b""
        if not hmac.compare_digest(given, wanted):
            raise SourceRefused("the file's hmac is not theirs")
        return answer.content

    def _ask(self, method: str, place: str, *, token: str = "", **options: Any) -> httpx.Response:
        headers = {"Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = _short(method, f"{self.url}/public/oauth2/{place}", headers, options)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            raise SourceUnavailable(f"no answer: {type(fault).__name__}") from fault
        if answer.status_code >= 500 or answer.status_code == 429:
            raise SourceUnavailable(f"status {answer.status_code}")
        if answer.status_code == 404:
            raise DocumentNotFound("status 404")
        if answer.status_code != 200:
            raise SourceRefused(f"status {answer.status_code}")
        return answer


def _short(method: str, url: str, headers: dict[str, str], options: Any) -> httpx.Response:
    """The answer, read up to its greatest length and for no longer than its time."""
    over = time.monotonic() + SECONDS
    with (
        httpx.Client(
            timeout=SECONDS, follow_redirects=False, trust_env=False, verify=trusted()
        ) as client,
        client.stream(method, url, headers=headers, **options) as answer,
    ):
        read = b""
        for part in answer.iter_raw():
            read += part
            if len(read) > LONGEST or time.monotonic() > over:
                raise httpx.ReadError("too long")
    return httpx.Response(answer.status_code, headers=answer.headers, content=read)


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except (ValueError, RecursionError) as fault:
        raise SourceUnavailable("not JSON") from fault
    if not isinstance(told, dict):
        raise SourceUnavailable("not an object")
    return told


class SourceUnavailable(Exception):
    """No answer, or none that makes sense: worth another try."""


class SourceRefused(Exception):
    """DigiLocker says no, and will say so again."""


class DocumentNotFound(SourceRefused):
    """It has no such document of this person."""


class DocumentSource(Protocol):
    """Where documents come from with a person's consent."""

    def authorize_url(self, *, state: str, verifier: str, back: str) -> str:
        """Where the person is asked."""

    def token(self, *, code: str, verifier: str, back: str) -> str:
        """Exchange the code; once."""

    def aadhaar(self, *, token: str) -> bytes | None:
        """The signed e-Aadhaar, or None when there is none."""

    def pan(self, *, token: str) -> bytes | None:
        """The signed record of the PAN, or None when there is none."""


def digilocker() -> DocumentSource | None:
    """DigiLocker, or None when this site has no key to it."""
    known = (
        settings.DIGILOCKER_URL, settings.DIGILOCKER_CLIENT_ID,
        settings.DIGILOCKER_CLIENT_SECRET, settings.DIGILOCKER_SIGNERS,
    )  # fmt: skip
    return DigiLocker(*known[:3]) if all(known) else None


def signers() -> list[x509.Certificate]:
    """Whose signatures count. A file that cannot be read now may be there in a minute."""
    try:
        return certificates(Path(settings.DIGILOCKER_SIGNERS))
    except (OSError, ValueError) as fault:
        raise SourceUnavailable("the signers' certificates cannot be read") from fault
