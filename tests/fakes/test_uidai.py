"""The fake UIDAI gives out offline e-KYC files that open with their share code and verify."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from hitouch.fakes.documents import FakeAccountHolder
from hitouch.fakes.server import FakeServer
from hitouch.fakes.uidai import Options, Uidai
from hitouch.fakes.zipcrypto import locked_zip
from onboarding.kyc.offline_ekyc import xml as offline_ekyc_xml
from onboarding.kyc.signed_documents.pins import OFFLINE_EKYC, load_pins
from onboarding.kyc.signed_documents.verification import verified_content
from onboarding.tests.support import signed_forms


@pytest.mark.parametrize("size", [0, 1, 300_000])
def test_the_cipher_is_zipcrypto(size: int) -> None:
    """Python's zipfile opens the archive with the right code only."""
    data = bytes(number * number % 251 for number in range(size))
    with zipfile.ZipFile(io.BytesIO(locked_zip({"a.xml": data, "b.xml": b"b"}, "Ab#1"))) as parts:
        assert parts.namelist() == ["a.xml", "b.xml"]
        assert parts.read("a.xml", pwd=b"Ab#1") == data
        assert parts.read("b.xml", pwd=b"Ab#1") == b"b"
        with pytest.raises((RuntimeError, zipfile.BadZipFile)):
            parts.read("a.xml", pwd=b"Ab#2")


def test_the_page_gives_out_a_file(tmp_path: Path) -> None:
    """The archive holds signed XML of the person entered; the certificate is in the folder."""
    office = Uidai(tmp_path)
    outside = FakeServer([office]).in_thread()
    said = vars(FakeAccountHolder(name="Asha Rao")) | vars(
        Options(phone="9876500001", share_code="Ab12")
    )
    try:
        with httpx.Client(base_url=outside.url) as client:
            assert "A UIDAI of our own" in client.get("/uidai/").text
            assert client.post("/uidai/", data=said | {"last_four": "1"}).status_code == 400
            assert client.get("/uidai/more").status_code == 404
            answer = client.post("/uidai/", data=said)
    finally:
        outside.close()
    assert answer.headers["content-disposition"].endswith('.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        xml = parts.read(parts.namelist()[0], pwd=b"Ab12")
    (pin,) = load_pins(str(tmp_path / "uidai.pem")).pins
    assert signed_forms.xmlsec_accepts(xml, office.signer)
    signed = verified_content(
        xml,
        pins=[pin],
        purpose=OFFLINE_EKYC,
        issued=offline_ekyc_xml.issue_times,
        at=datetime.now(UTC),
    )
    ekyc = offline_ekyc_xml.parse_offline_ekyc(signed)
    assert (ekyc.aadhaar.name, ekyc.aadhaar.last_four) == ("Asha Rao", "4321")
    assert ekyc.matches_phone("9876500001", "Ab12") is True
