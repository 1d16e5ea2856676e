"""The DigiLocker client against a fake server that speaks its protocol."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine

from conftest import NOON
from hitouch.fakes import CLIENT_ID, CLIENT_SECRET
from hitouch.fakes.digilocker import FakeDigiLocker as StandIn
from hitouch.fakes.server import FakeServer
from onboarding.kyc.digilocker import client as digilocker_client
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.signed_documents.pins import Pin

BACK, VERIFIER = "https://hitouch.example/back/", "v" * 43


@pytest.fixture(scope="module")
def stand_in() -> StandIn:
    with time_machine.travel(NOON):
        return StandIn()


@pytest.fixture(scope="module")
def source(stand_in: StandIn) -> Iterator[digilocker_client.DigiLocker]:
    outside = FakeServer([stand_in]).in_thread()
    yield digilocker_client.DigiLocker(f"{outside.url}/digilocker", CLIENT_ID, CLIENT_SECRET)
    outside.close()


@pytest.fixture(autouse=True)
def reset_failure_mode(stand_in: StandIn) -> None:
    stand_in.failure_mode = ""


@pytest.fixture
def code(source: digilocker_client.DigiLocker) -> str:
    """The code of the redirect after the person has allowed the request."""
    url = source.authorize_url(state="s", verifier=VERIFIER, back=BACK)
    back = httpx.post(url, data={"answer": "allow"}).headers["location"]
    return parse_qs(urlsplit(back).query)["code"][0]


@pytest.fixture
def token(source: digilocker_client.DigiLocker, code: str) -> str:
    return source.token(code=code, verifier=VERIFIER, back=BACK)


def test_both_documents_are_fetched(source, stand_in, token) -> None:
    """Both documents are fetched and verified."""
    pins = [Pin.of(stand_in.signer.certificate, allow_rsa_sha1=True)]
    person = fetching.read_aadhaar(source.aadhaar(token=token), signers=pins, at=NOON)
    card = fetching.read_pan(source.pan(token=token), signers=pins, at=NOON)
    assert (person.last_four, card.number) == ("4321", "ABCPD1234F")


def test_a_code_is_exchanged_once_with_its_verifier(source, code) -> None:
    """A wrong verifier and a second exchange are refused."""
    with pytest.raises(digilocker_client.SourceRefused):
        source.token(code=code, verifier="w" * 43, back=BACK)
    with pytest.raises(digilocker_client.SourceRefused):
        source.token(code=code, verifier=VERIFIER, back=BACK)


def test_verifier_and_secret_are_not_exposed(source) -> None:
    """Neither the consent URL nor the client's repr contains them."""
    url = source.authorize_url(state="s", verifier=VERIFIER, back=BACK)
    assert VERIFIER not in url
    assert CLIENT_SECRET not in url + repr(source)


@pytest.mark.parametrize("failure_mode", ["down", "nonsense", "broken", "huge"])
def test_server_errors_can_be_retried(source, stand_in, code, failure_mode) -> None:
    """Errors, invalid, truncated and huge responses raise `SourceUnavailable`."""
    stand_in.failure_mode = failure_mode
    with pytest.raises(digilocker_client.SourceUnavailable):
        source.token(code=code, verifier=VERIFIER, back=BACK)


def test_slow_server_times_out(source, stand_in, code, monkeypatch) -> None:
    """A request ends after our own limit."""
    monkeypatch.setattr(digilocker_client, "SECONDS", 0.2)
    monkeypatch.setattr("hitouch.fakes.digilocker.SLOW_SECONDS", 60)
    stand_in.failure_mode = "slow"
    with pytest.raises(digilocker_client.SourceUnavailable):
        source.token(code=code, verifier=VERIFIER, back=BACK)


def test_closed_port_can_be_retried() -> None:
    """A closed port raises `SourceUnavailable`."""
    gone = digilocker_client.DigiLocker("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET)
    with pytest.raises(digilocker_client.SourceUnavailable):
        gone.aadhaar(token="x")


def test_wrong_hmac_is_refused(source, stand_in, token) -> None:
    """A file with a wrong hmac is refused before its signature is verified."""
    stand_in.failure_mode = "wrong hmac"
    with pytest.raises(digilocker_client.SourceRefused):
        source.aadhaar(token=token)


def test_missing_pan_is_no_error(source, stand_in, token) -> None:
    """Without a PAN the Aadhaar is still fetched."""
    stand_in.failure_mode = "no pan"
    assert source.pan(token=token) is None
    assert source.aadhaar(token=token)
