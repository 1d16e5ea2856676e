"""Import of Aadhaar offline e-KYC files."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON
from hitouch.core.errors import Refusal
from hitouch.fakes.documents import FakeAccountHolder
from hitouch.fakes.uidai import Options, Uidai
from onboarding.checks import check_signers
from onboarding.demo import agents
from onboarding.kyc.offline_ekyc import services as offline_ekyc
from onboarding.kyc.offline_ekyc.xml import OfflineEkyc
from onboarding.kyc.review import services as review
from onboarding.kyc.signed_documents.aadhaar import Aadhaar
from onboarding.models import KycCase, KycDocument
from onboarding.tests.conftest import problem
from onboarding.tests.support import offline_ekyc_attacks, signed_documents

API = "/api/v1/onboarding/documents/aadhaar-offline/"
PAGE = "/onboarding/documents/offline/"
CODE = offline_ekyc_attacks.CODE


with time_machine.travel(NOON, tick=False):
    OFFICE = Uidai()
    ATTACKS = offline_ekyc_attacks.attacks()


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


@pytest.fixture(autouse=True)
def pinned(settings: Any, tmp_path: Path) -> Path:
    """The pinned certificate."""
    file = OFFICE.signer.pin(tmp_path, "uidai")
    settings.HITOUCH_UIDAI_CERTIFICATES = str(file)
    return file


def file_of(agent: Agent, *, age: timedelta = timedelta(0), phone: str | None = None) -> bytes:
    """The file that this agent downloaded."""
    own = (agent.user.phone or "")[-10:]
    born = str(agent.birth_date)
    person = FakeAccountHolder(name=agent.name, born=born, pin=agents.ADDRESS["pin"])
    wish = Options(phone=own if phone is None else phone, share_code=CODE)
    return OFFICE.zipped(person, wish, at=NOON - age)


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("offlineaadhaar.zip", data, "application/zip")


def keep(agent: Agent, data: bytes, code: str = CODE) -> KycDocument:
    return offline_ekyc.import_offline_ekyc(
        agent=agent, upload=upload(data), share_code=code, by=agent.user, at=NOON
    )


def post(client: Client, url: str, data: bytes, code: str = CODE) -> Any:
    return client.post(url, {"file": upload(data), "share_code": code})


@pytest.mark.parametrize("url", [API, PAGE])
def test_page_and_api_import_a_file(agent_with_profile: Agent, agent_client: Any, url: str) -> None:
    """The Aadhaar counts as signed, and no back is needed."""
    said = post(agent_client(agent_with_profile), url, file_of(agent_with_profile))
    assert said.status_code == (200 if url == API else 302)
    document = KycDocument.objects.current().get(case__agent=agent_with_profile)
    assert (document.kind, document.source) == ("AADHAAR_FRONT", "OFFLINE_XML")
    assert (document.last_four, document.facts["phone_fits"]) == ("4321", True)
    assert document.file is not None
    page = agent_client(agent_with_profile).get(reverse("onboarding:documents")).content.decode()
    assert "From Aadhaar offline e-KYC, signature verified" in page
    assert "Aadhaar, back" not in page


@pytest.mark.parametrize(
    ("phone", "fits", "verdict"),
    [(None, True, "PASS"), ("9000000000", False, "LOOK"), ("", None, "LOOK")],
)
def test_phone_is_compared(
    agent_with_profile: Agent, phone: str | None, fits: bool | None, verdict: str
) -> None:
    """The agent's own phone matches; another or none needs a reviewer."""
    document = keep(agent_with_profile, file_of(agent_with_profile, phone=phone))
    assert document.facts["phone_fits"] is fits
    signed_documents.save_pan(agent_with_profile)
    case = signed_documents.submit(agent_with_profile)
    review.check_and_auto_approve(case=case, at=NOON)
    assert case.checks.get(kind="PHONE").verdict == verdict
    case.refresh_from_db()
    assert case.state == ("APPROVED" if verdict == "PASS" else "IN_REVIEW")


@pytest.mark.parametrize(("digit", "times"), [("0", 1), ("1", 1), ("2", 2), ("9", 9)])
@pytest.mark.parametrize("more", [0, 1])
def test_phone_hash_rounds(digit: str, times: int, more: int) -> None:
    """The number of hash rounds is the last digit, at least one; one more is accepted."""
    found = "9876543210" + "Ab12"
    for _ in range(times + more):
        found = hashlib.sha256(found.encode()).hexdigest()
    who = Aadhaar("Nila Das", date(1999, 2, 28), f"432{digit}", None)
    paper = OfflineEkyc(who, NOON, found)
    assert paper.matches_phone("9876543210", "Ab12") is True
    assert paper.matches_phone("9876543211", "Ab12") is False
    assert paper.matches_phone("9876543210", "Ab13") is False


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused(attack: str) -> None:
    """Changed, wrapped, wrongly signed, old and oversized files and wrong codes are refused."""
    data = ATTACKS[attack].made(OFFICE, NOON)
    with pytest.raises(Refusal) as refused:
        offline_ekyc.read_offline_ekyc(upload=upload(data), share_code=CODE, at=NOON)
    assert refused.value.code == ATTACKS[attack].code
    assert refused.value.status == 422


def test_unchanged_file_is_accepted(agent_with_profile: Agent) -> None:
    """The file from which the attacks are made is accepted."""
    assert keep(
        agent_with_profile, offline_ekyc_attacks.zipped(offline_ekyc_attacks.true_xml(OFFICE, NOON))
    )


def test_file_of_another_person_needs_a_reviewer(
    agent_with_profile: Agent, ravi: Agent, bring: Any
) -> None:
    """It is saved, but name, birth date, face and phone need a reviewer."""
    other = bring(ravi, "profile")
    keep(agent_with_profile, file_of(other))
    signed_documents.save_pan(agent_with_profile)
    case = signed_documents.submit(agent_with_profile)
    review.check_and_auto_approve(case=case, at=NOON)
    doubts = set(case.checks.exclude(verdict="PASS").values_list("kind", flat=True))
    assert {"NAME", "NAMES", "PHONE"} <= doubts
    case.refresh_from_db()
    assert case.state == KycCase.State.IN_REVIEW


@pytest.mark.parametrize("age", [timedelta(0), offline_ekyc.MAX_AGE, -timedelta(minutes=9)])
def test_file_age(agent_with_profile: Agent, age: timedelta) -> None:
    """Files up to three days old are accepted, and a small clock skew."""
    assert keep(agent_with_profile, file_of(agent_with_profile, age=age))


def test_errors_name_the_field(agent_with_profile: Agent, agent_client: Any) -> None:
    """The API returns a code, the page shows the error at the field and keeps the share code."""
    client, data = agent_client(agent_with_profile), file_of(agent_with_profile)
    assert problem(post(client, API, data, "9999")) == (422, "wrong_share_code")
    page = post(client, PAGE, data, "9999").content.decode()
    assert "Wrong share code" in page
    assert 'value="9999"' in page
    assert "select the file again" in page
    assert problem(post(client, API, b"no zip")) == (422, "bad_offline_file")
    forged = ATTACKS["name changed"].made(OFFICE, NOON)
    assert problem(post(client, API, forged)) == (422, "not_from_uidai")
    assert problem(post(client, API, data, "12")) == (422, "validation_failed")
    assert problem(post(client, API, data, "2345 6789 0124")) == (422, "full_aadhaar_number")
    assert not KycDocument.objects.exists()


@pytest.mark.parametrize("what", ["", "/nowhere/uidai.pem", "garbage"])
def test_disabled_without_a_certificate(
    agent_with_profile: Agent, agent_client: Any, settings: Any, tmp_path: Path, what: str
) -> None:
    """Page and API refuse with a message, and the documents page does not offer it."""
    if what == "garbage":
        (tmp_path / "uidai.pem").write_text("-----BEGIN CERTIFICATE-----\nx\n")
    else:
        settings.HITOUCH_UIDAI_CERTIFICATES = what
    client = agent_client(agent_with_profile)
    assert problem(post(client, API, file_of(agent_with_profile))) == (409, "offline_off")
    assert "Offline e-KYC is not available right now" in client.get(PAGE).content.decode()
    assert PAGE not in client.get(reverse("onboarding:documents")).content.decode()
    assert [found.id for found in check_signers()] == (["hitouch.E003"] if what else [])


def test_the_check_names_the_setting(settings: Any, pinned: Path) -> None:
    """A certificate whose file of choices is unclear is an error of either setting."""
    assert check_signers() == []
    settings.HITOUCH_UIDAI_CERTIFICATES = ""
    settings.DIGILOCKER_SIGNERS = str(pinned)
    pinned.with_suffix(".yaml").write_text("allow_rsa_sha1: true\n")
    (found,) = check_signers()
    assert (found.id, found.msg.partition(":")[0]) == ("hitouch.E003", "DIGILOCKER_SIGNERS")


def test_offered_while_documents_can_change(agent_with_profile: Agent, agent_client: Any) -> None:
    """Offered while documents can be changed and the Aadhaar is not signed."""
    client = agent_client(agent_with_profile)
    documents = reverse("onboarding:documents")
    assert PAGE in client.get(documents).content.decode()
    keep(agent_with_profile, file_of(agent_with_profile))
    assert PAGE not in client.get(documents).content.decode()


def test_attempts_are_limited(agent_with_profile: Agent, agent_client: Any) -> None:
    """Ten attempts an hour, counted over page and API."""
    client, data = agent_client(agent_with_profile), file_of(agent_with_profile)
    urls = [API, PAGE] * 5
    assert all(post(client, url, data, "9999").status_code in (200, 422) for url in urls)
    assert post(client, API, data, "9999").status_code == 429
    assert "Too many attempts" in post(client, PAGE, data).content.decode()
    assert not KycDocument.objects.exists()


def test_refused_while_under_review(sent_case: KycCase, agent_client: Any) -> None:
    """Refused while documents are under review; only agents have access."""
    data = file_of(sent_case.agent)
    assert problem(post(agent_client(sent_case.agent), API, data)) == (409, "documents_locked")
    said = post(agent_client(sent_case.agent), PAGE, data).content.decode()
    assert "under review and can" in said
    assert post(Client(), API, data).status_code == 401
    assert post(Client(), PAGE, data).status_code == 302


def test_file_and_code_are_not_stored(
    agent_with_profile: Agent, agent_client: Any, tmp_path: Path, capfd: Any
) -> None:
    """No row, file or log line contains the share code or the ZIP."""
    data = file_of(agent_with_profile)
    post(agent_client(agent_with_profile), API, data)
    post(agent_client(agent_with_profile), API, data, "Wrong@12")
    with connection.cursor() as cursor:
        kept = "".join(_everything(cursor))
    logged = capfd.readouterr()
    for secret in (CODE, "Wrong@12"):
        assert secret not in kept + logged.out + logged.err
    folder = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    assert not any(data[30:200] in each for each in folder)


def _everything(cursor: Any) -> list[str]:
    read: Callable[[str], list[Any]] = lambda sql: cursor.execute(sql) or cursor.fetchall()  # noqa: E731
    tables = connection.introspection.table_names()
    return [str(read(f'SELECT * FROM "{name}"')) for name in tables]  # noqa: S608
