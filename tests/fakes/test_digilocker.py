"""The fake DigiLocker enforces the protocol and spoils documents on demand (`mood`)."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine

from conftest import NOON
from hitouch.fakes import CLIENT_ID, CLIENT_SECRET
from hitouch.fakes.digilocker import FakeDigiLocker
from hitouch.fakes.server import FakeServer
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.signed_documents import errors
from onboarding.kyc.signed_documents.pins import Pin
from onboarding.tests.support import signed_forms

BACK = "https://hitouch.example/back/"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
PARTNER = {
    "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": BACK, "state": "s",
    "code_challenge": CHALLENGE.decode(), "code_challenge_method": "S256",
}  # fmt: skip
EXCHANGE = {
    "grant_type": "authorization_code", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
    "redirect_uri": BACK, "code_verifier": VERIFIER,
}  # fmt: skip
AADHAAR, PAN = "3/xml/eaadhaar", "1/xml/in.gov.pan-PANCR-ABCPD1234F"


@pytest.fixture(scope="module")
def locker() -> FakeDigiLocker:
    with time_machine.travel(NOON):  # a module's fixture is made before the clock is set
        return FakeDigiLocker()


@pytest.fixture(scope="module")
def ask(locker: FakeDigiLocker) -> Iterator[Callable[..., httpx.Response]]:
    outside = FakeServer([locker]).in_thread()
    with httpx.Client(base_url=f"{outside.url}/digilocker/public/oauth2/") as client:
        yield client.request
    outside.close()


@pytest.fixture(autouse=True)
def reset_failure_mode(locker: FakeDigiLocker) -> None:
    locker.failure_mode = ""


def consent(ask: Any, answer: str = "allow", **changes: str) -> dict[str, str]:
    """Press a button on the consent page; returns the query of the redirect."""
    said = ask("POST", "1/authorize", params=PARTNER | changes, data={"answer": answer})
    where = urlsplit(said.headers["location"])
    assert said.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def exchange(ask: Any, code: str, **changes: str) -> httpx.Response:
    return ask("POST", "1/token", data=EXCHANGE | {"code": code} | changes)


@pytest.fixture
def token(ask: Any) -> dict[str, str]:
    told = exchange(ask, consent(ask)["code"]).json()
    return {"Authorization": f"Bearer {told['access_token']}"}


def fetched(locker: FakeDigiLocker, place: str, answer: httpx.Response) -> Any:
    """The document as the site reads it."""
    pins = [
        Pin.of(signer.certificate, allow_rsa_sha1=True)
        for signer in (locker.signer, locker.expired_signer)
    ]
    read = fetching.read_aadhaar if place == AADHAAR else fetching.read_pan
    return read(answer.content, signers=pins, at=datetime.now(UTC))


def test_the_consent_page_can_be_cancelled(ask: Any) -> None:
    """The page has both buttons; the redirect carries the partner's state, also after a cancel."""
    page = ask("GET", "1/authorize", params=PARTNER).text
    assert 'value="allow"' in page
    assert 'value="cancel"' in page
    assert consent(ask, "cancel")["error"] == "access_denied"
    assert consent(ask)["state"] == "s"


def test_authorization_requires_pkce_and_a_known_client(ask: Any) -> None:
    """Without an S256 challenge, or for an unknown client, there is no consent page."""
    for change in ({"code_challenge": ""}, {"code_challenge_method": "plain"}, {"client_id": "x"}):
        assert ask("GET", "1/authorize", params=PARTNER | change).status_code == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"client_secret": "x"}, 401),
        ({"code_verifier": "w" * 43}, 400),
        ({"redirect_uri": "https://elsewhere.example/"}, 400),
        ({"grant_type": "password"}, 400),
    ],
)
def test_a_code_is_bound_to_its_partner(ask: Any, change: dict[str, str], status: int) -> None:
    """Secret, verifier and redirect URI have to match the authorization request."""
    assert exchange(ask, consent(ask)["code"], **change).status_code == status


def test_a_code_works_once(ask: Any, locker: FakeDigiLocker) -> None:
    """A second exchange and an expired code are refused."""
    code = consent(ask)["code"]
    assert exchange(ask, code).status_code == 200
    assert exchange(ask, code).json()["error"] == "invalid_grant"
    late = consent(ask)["code"]
    locker.codes[late] = locker.codes[late].__class__(PARTNER, locker.codes[late].person, 0)
    assert exchange(ask, late).status_code == 400


def test_documents_require_a_token(ask: Any) -> None:
    """Without a token the answer is 401; the PAN of another person is 404."""
    for place in ("1/user", "2/files/issued", AADHAAR, PAN):
        assert ask("GET", place).status_code == 401
    told = exchange(ask, consent(ask)["code"]).json()
    mine = {"Authorization": f"Bearer {told['access_token']}"}
    assert ask("GET", "1/xml/in.gov.pan-PANCR-XYZPD1234F", headers=mine).status_code == 404


def test_documents_are_signed_and_have_an_hmac(
    ask: Any, locker: FakeDigiLocker, token: Any
) -> None:
    """Both documents verify against the pinned certificate and are of the same person."""
    listed = ask("GET", "2/files/issued", headers=token).json()["items"]
    assert [row["doctype"] for row in listed] == ["PANCR"]
    for place in (AADHAAR, PAN):
        answer = ask("GET", place, headers=token)
        mac = hmac.digest(CLIENT_SECRET.encode(), answer.content, "sha256")
        assert base64.b64decode(answer.headers["hmac"]) == mac
    person = fetched(locker, AADHAAR, ask("GET", AADHAAR, headers=token))
    card = fetched(locker, PAN, ask("GET", PAN, headers=token))
    assert (person.name.upper(), person.birth_on) == (card.name, card.birth_on)
    assert person.portrait.startswith(b"\xff\xd8")
    assert card.is_active


def test_documents_have_the_issuers_forms(ask: Any, locker: FakeDigiLocker, token: Any) -> None:
    """xmlsec verifies them; roots, namespaces and methods are those of real documents."""
    ekyc, record = (ask("GET", place, headers=token).content for place in (AADHAAR, PAN))
    for data in (ekyc, record):
        assert signed_forms.xmlsec_accepts(data, locker.signer)
        assert b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>' in data
        assert b"xmldsig#rsa-sha1" in data
        assert b"xmlenc#sha256" in data
    assert b"<Certificate><CertificateData><KycRes " in ekyc
    assert b"xml-exc-c14n#" in ekyc
    assert b"<Certificate xmlns=" in record
    assert b"REC-xml-c14n-20010315" in record


REASONS = {
    "tampered": errors.SignatureInvalid, "wrapped": errors.UnexpectedForm,
    "entities": errors.UnexpectedForm, "other signer": errors.UnknownSigner,
    "old signer": errors.SignerOutOfPeriod, "huge file": errors.UnexpectedForm,
}  # fmt: skip


@pytest.mark.parametrize("failure_mode", REASONS)
def test_spoiled_documents_do_not_verify(
    ask: Any, locker: FakeDigiLocker, token: Any, failure_mode: str
) -> None:
    """Each kind of spoiled document fails with its own reason."""
    locker.failure_mode = failure_mode
    for place in (AADHAAR, PAN):
        with pytest.raises(REASONS[failure_mode]):
            fetched(locker, place, ask("GET", place, headers=token))


def test_missing_documents_and_errors(ask: Any, locker: FakeDigiLocker, token: Any) -> None:
    """A missing or inactive PAN, a wrong HMAC header, and a server error."""
    locker.failure_mode = "inactive pan"
    assert fetched(locker, PAN, ask("GET", PAN, headers=token)).is_active is False
    locker.failure_mode = "no pan"
    assert ask("GET", "2/files/issued", headers=token).json()["items"] == []
    assert ask("GET", PAN, headers=token).status_code == 404
    locker.failure_mode = "wrong hmac"
    answer = ask("GET", AADHAAR, headers=token)
    mac = hmac.digest(CLIENT_SECRET.encode(), answer.content, "sha256")
    assert base64.b64decode(answer.headers["hmac"]) != mac
    locker.failure_mode = "down"
    assert ask("GET", "1/user", headers=token).status_code == 500
