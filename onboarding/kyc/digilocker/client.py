"""DigiLocker's Authorized Partner API: OAuth2's code flow with PKCE, then signed documents.

Each call is limited to ten seconds and 2 MB. Responses are untrusted, so nothing of them is logged.
The `hmac` of files is checked here; the caller verifies signatures.
"""

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import httpx
from django.conf import settings

from hitouch.core.outbox.senders.http import trusted
from onboarding.kyc.signed_documents.pins import Pin, load_pins

MAX_BYTES = 2 * 1024 * 1024
SECONDS = 10.0


class SourceUnavailable(Exception):
    """No response or an invalid one. Can be retried."""


class SourceRefused(Exception):
    """DigiLocker refused the request. A retry is pointless."""


class DocumentNotFound(SourceRefused):
    """DigiLocker has no such document of this person."""


class DocumentSource(Protocol):
    """A source of signed documents, used with a person's consent."""

    def authorize_url(self, *, state: str, verifier: str, back: str) -> str:
        """The URL of the consent page."""

    def token(self, *, code: str, verifier: str, back: str) -> str:
        """Exchange the code for an access token. Works once."""

    def aadhaar(self, *, token: str) -> bytes | None:
        """The signed e-Aadhaar, or None when there is none."""

    def pan(self, *, token: str) -> bytes | None:
        """The signed record of the PAN, or None when there is none."""


@dataclass(frozen=True)
class DigiLocker:
    """DigiLocker over HTTP."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)

    def authorize_url(self, *, state: str, verifier: str, back: str) -> str:
        """The URL of the consent page, with only the digest of the verifier (RFC 7636, S256)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": back,
            "state": state, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        return f"{self.url}/public/oauth2/1/authorize?{urlencode(query)}"

    def token(self, *, code: str, verifier: str, back: str) -> str:
        """Exchange the code for an access token of this person."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "client_id": self.client_id, "client_secret": self.client_secret,
            "code_verifier": verifier,
        }  # fmt: skip
        data = _json_object(self._request("POST", "1/token", data=form))
        if not isinstance(token := data.get("access_token"), str) or not token:
            raise SourceUnavailable("no token in the answer")
        return token

    def aadhaar(self, *, token: str) -> bytes | None:
        """The e-Aadhaar as XML, or None when no Aadhaar is linked."""
        return self._file("3/xml/eaadhaar", token)

    def pan(self, *, token: str) -> bytes | None:
        """The newest PAN among the issued documents, as XML."""
        items = _json_object(self._request("GET", "2/files/issued", token=token)).get("items")
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and item.get("doctype") == "PANCR":
                return self._file(f"1/xml/{quote(str(item.get('uri')), safe='')}", token)
        return None

    def _file(self, path: str, token: str) -> bytes | None:
        try:
            response = self._request("GET", path, token=token)
        except DocumentNotFound:
            return None
        expected = hmac.digest(self.client_secret.encode(), response.content, "sha256")
        try:
            received = base64.b64decode(response.headers.get("hmac", ""), validate=True)
        except (binascii.Error, ValueError):
            received = b""
        if not hmac.compare_digest(received, expected):
            raise SourceRefused("the file's hmac is not theirs")
        return response.content

    def _request(
        self, method: str, path: str, *, token: str = "", **options: Any
    ) -> httpx.Response:
        headers = {"Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            response = _read_limited(method, f"{self.url}/public/oauth2/{path}", headers, options)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            raise SourceUnavailable(f"no answer: {type(fault).__name__}") from fault
        if response.status_code >= 500 or response.status_code == 429:
            raise SourceUnavailable(f"status {response.status_code}")
        if response.status_code == 404:
            raise DocumentNotFound("status 404")
        if response.status_code != 200:
            raise SourceRefused(f"status {response.status_code}")
        return response


def _read_limited(method: str, url: str, headers: dict[str, str], options: Any) -> httpx.Response:
    """Send a request; read the response up to `MAX_BYTES` and for at most `SECONDS`."""
    deadline = time.monotonic() + SECONDS
    with (
        httpx.Client(
            timeout=SECONDS, follow_redirects=False, trust_env=False, verify=trusted()
        ) as client,
        client.stream(method, url, headers=headers, **options) as response,
    ):
        content = b""
        for part in response.iter_raw():
            content += part
            if len(content) > MAX_BYTES or time.monotonic() > deadline:
                raise httpx.ReadError("too long")
    return httpx.Response(response.status_code, headers=response.headers, content=content)


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        data = response.json()
    except (ValueError, RecursionError) as fault:
        raise SourceUnavailable("not JSON") from fault
    if not isinstance(data, dict):
        raise SourceUnavailable("not an object")
    return data


def digilocker() -> DocumentSource | None:
    """The DigiLocker client, or None if it is not configured."""
    configuration = (
        settings.DIGILOCKER_URL, settings.DIGILOCKER_CLIENT_ID,
        settings.DIGILOCKER_CLIENT_SECRET, settings.DIGILOCKER_SIGNERS,
    )  # fmt: skip
    return DigiLocker(*configuration[:3]) if all(configuration) else None


def signers() -> tuple[Pin, ...]:
    """The pinned certificates of the issuers. Without a usable one, a later try may succeed."""
    pins = load_pins(settings.DIGILOCKER_SIGNERS).pins
    if not pins:
        raise SourceUnavailable("the signers' certificates cannot be read")
    return pins
