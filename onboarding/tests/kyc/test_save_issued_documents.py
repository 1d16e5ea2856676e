"""Saving signed documents: one per kind, four digits of the Aadhaar, everything encrypted."""

import io
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from PIL import Image

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_agent
from hitouch.core.files import faces, storage
from hitouch.core.models import StoredFile
from onboarding import privacy as onboarding_privacy
from onboarding.demo import agents
from onboarding.kyc import issued, uploads
from onboarding.kyc import services as kyc
from onboarding.kyc.checks import services as kyc_checks
from onboarding.kyc.review import services as review
from onboarding.kyc.signed_documents.pan import Pan
from onboarding.models import KycCase, KycDocument, still_needed
from onboarding.steps.gates import StepNotOpen
from onboarding.tests import factories
from onboarding.tests.conftest import problem
from onboarding.tests.support import signed_documents

API = "/api/v1/onboarding/documents/"
PAGE = "/onboarding/documents/"
Kind = KycDocument.Kind


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def current(agent: Agent) -> dict[str, KycDocument]:
    rows = KycDocument.objects.current().filter(case__agent=agent).select_related("held", "file")
    return {row.kind: row for row in rows}


def test_two_signed_documents_are_complete(agent_with_profile: Agent) -> None:
    """Signed Aadhaar and PAN are complete; of the Aadhaar four digits and a hash are stored."""
    aadhaar, pan = (
        signed_documents.save_aadhaar(agent_with_profile),
        signed_documents.save_pan(agent_with_profile),
    )
    assert not still_needed(current(agent_with_profile).values())
    assert (aadhaar.last_four, aadhaar.number, aadhaar.number_index) == ("4321", "", "")
    assert aadhaar.person_index == kyc_checks.person_index(agent_with_profile, "4321")
    assert aadhaar.facts["birth_on"] == "1998-04-17"
    assert (pan.number, pan.file, pan.surname_letter_fits) == (
        agents.sample_pan(agent_with_profile),
        None,
        True,
    )
    assert signed_documents.submit(agent_with_profile).state == KycCase.State.IN_REVIEW
    noted = AuditEvent.objects.filter(action="documents.added").values_list("new", flat=True)
    assert [each["source"] for each in noted] == ["DIGILOCKER", "DIGILOCKER"]


def test_signed_data_is_encrypted(agent_with_profile: Agent) -> None:
    """Name and number are encrypted in the row, and the portrait is re-encoded."""
    document = signed_documents.save_aadhaar(agent_with_profile)
    pan = signed_documents.save_pan(agent_with_profile)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, extracted, number_index FROM onboarding_kycdocument")
        stored = b"".join(bytes(part) for row in cursor.fetchall() for part in row[:2])
    assert pan.number.encode() not in stored
    assert agent_with_profile.given_name.encode() not in stored
    assert document.file is not None
    assert document.file.purpose == "identity-document"
    kept = storage.read(document.file)
    assert kept != signed_documents.aadhaar_of(agent_with_profile).portrait
    assert len(faces.find(kept, describe=False)) == 1


@pytest.mark.parametrize("portrait", [b"", b"\xff\xd8\xff nonsense", b"<svg/>"])
def test_invalid_portrait_counts_as_missing(agent_with_profile: Agent, portrait: bytes) -> None:
    """A document with an invalid portrait is saved, and the face check needs a reviewer."""
    document = signed_documents.save_aadhaar(agent_with_profile, portrait=portrait)
    assert document.file is None
    signed_documents.save_pan(agent_with_profile)
    case = signed_documents.submit(agent_with_profile)
    kyc_checks.run_checks(case=case, at=NOON)
    face = case.checks.get(kind="FACE")
    assert (face.verdict, face.words) == ("LOOK", "The document has no photo of a face.")


def test_a_portrait_in_jpeg_2000_is_kept(agent_with_profile: Agent) -> None:
    """It is stored as a JPEG, with the face on it."""
    out = io.BytesIO()
    Image.open(io.BytesIO(signed_documents.aadhaar_of(agent_with_profile).portrait)).save(
        out, "JPEG2000"
    )
    document = signed_documents.save_aadhaar(agent_with_profile, portrait=out.getvalue())
    assert document.file is not None
    kept = storage.read(document.file)
    assert kept.startswith(b"\xff\xd8")
    assert len(faces.find(kept, describe=False)) == 1


def test_partial_facts_are_kept_and_shown(agent_with_profile: Agent) -> None:
    """A year of birth, a PAN without status and no name are saved, and are for a person."""
    born = agent_with_profile.birth_date
    assert born is not None
    signed_documents.save_aadhaar(
        agent_with_profile, birth_on=None, birth_year=born.year, last_four="", pin=None
    )
    pan = signed_documents.save_pan(
        agent_with_profile, birth_on=None, birth_text="17-04-98", is_active=None, name=None
    )
    assert (pan.facts["birth_text"], pan.facts["is_in_force"]) == ("17-04-98", None)
    case = signed_documents.submit(agent_with_profile)
    review.check_and_auto_approve(case=case, at=NOON)
    case.refresh_from_db()
    assert case.state == KycCase.State.IN_REVIEW
    checks = {(row.kind, row.document and row.document.kind): row for row in case.checks.all()}
    words = checks["BIRTH_DATE", "AADHAAR_FRONT"].words
    assert words == f"Only the year of birth, {born.year}, is on the Aadhaar. It matches."
    assert "“17-04-98”" in checks["BIRTH_DATE", "PAN"].words
    for found in ("PIN", "AADHAAR_FRONT"), ("PAN_ACTIVE", "PAN"), ("PERSON_ELSEWHERE", None):
        assert checks[found].verdict == "LOOK"


def test_signed_aadhaar_replaces_photos(agent_with_profile: Agent) -> None:
    """A signed Aadhaar replaces photos of both sides and destroys an original pending redaction."""
    factories.put_document(agent_with_profile, "AADHAAR_FRONT", card=factories.blank_picture())
    signed_documents.put_picture(agent_with_profile, "AADHAAR_BACK")
    front = current(agent_with_profile)["AADHAAR_FRONT"]
    assert front.is_held
    signed_documents.save_aadhaar(agent_with_profile)
    assert set(current(agent_with_profile)) == {"AADHAAR_FRONT"}
    front.held.refresh_from_db()
    assert (front.held.end, front.held.file) == ("REPLACED", None)


def test_signed_aadhaar_needs_no_back(agent_with_profile: Agent, agent_client: Any) -> None:
    """Page and service refuse the back of a signed Aadhaar, and the page does not ask for it."""
    signed_documents.save_aadhaar(agent_with_profile)
    client = agent_client(agent_with_profile)
    with pytest.raises(kyc.BackNotNeeded):
        uploads.accept_upload(
            agent=agent_with_profile, kind="AADHAAR_BACK", at=NOON,
            upload=agents.card(agent_with_profile, "AADHAAR_BACK"), last_four="4321",
        )  # fmt: skip
    page = client.get(PAGE).content.decode()
    assert "From DigiLocker, signature verified" in page
    assert "Aadhaar, back" not in page
    assert "Use your masked Aadhaar" not in page
    upload = {"file": agents.card(agent_with_profile, "AADHAAR_BACK"), "last_four": "4321"}
    url = reverse("onboarding:document", args=["aadhaar-back"])
    said = client.post(url, upload, follow=True)
    assert "need to upload the back" in said.content.decode()


def test_photo_can_replace_a_signed_document(agent_with_profile: Agent) -> None:
    """After replacing a signed Aadhaar with a photo both sides are needed."""
    signed_documents.save_aadhaar(agent_with_profile)
    signed_documents.put_picture(agent_with_profile, "AADHAAR_FRONT")
    assert still_needed(current(agent_with_profile).values()) == [Kind.AADHAAR_BACK, Kind.PAN]


@pytest.mark.parametrize("which", ["AADHAAR_FRONT", "PAN"])
def test_signed_document_and_photo_can_be_mixed(
    agent_with_profile: Agent, which: str, agent_client: Any
) -> None:
    """One signed document and photos of the other can be submitted; page and API show sources."""
    if which == "PAN":
        signed_documents.put_picture(agent_with_profile, "AADHAAR_FRONT")
        signed_documents.put_picture(agent_with_profile, "AADHAAR_BACK")
        signed_documents.save_pan(agent_with_profile)
    else:
        signed_documents.save_aadhaar(agent_with_profile)
        with pytest.raises(kyc.DocumentsMissing, match="add these first: PAN card"):
            signed_documents.submit(agent_with_profile)
        signed_documents.put_picture(agent_with_profile, "PAN")
    signed_documents.submit(agent_with_profile)
    client = agent_client(agent_with_profile)
    sources = {row["kind"]: row["came_by"] for row in client.get(API).json()["documents"]}
    assert sources[which.lower().replace("_", "-")] == "DIGILOCKER"
    assert sorted(sources.values()).count("UPLOAD") == len(sources) - 1
    assert "From DigiLocker" in client.get(PAGE).content.decode()


def test_signed_documents_follow_the_rules_of_photos(
    agent_with_profile: Agent, sent_case: KycCase, asha: Agent
) -> None:
    """Signed documents are refused before the step is open and while under review."""
    with pytest.raises(StepNotOpen):
        signed_documents.save_aadhaar(asha, birth_on=agents.BIRTH_ON)
    for keep in (signed_documents.save_aadhaar, signed_documents.save_pan):
        with pytest.raises(kyc.DocumentsLocked):
            keep(sent_case.agent)
    with pytest.raises(ValueError, match="signs nothing"):
        signed_documents.save_aadhaar(agent_with_profile, source="UPLOAD")


def test_pan_of_another_agent_is_refused(agent_with_profile: Agent, bring: Any) -> None:
    """A PAN that is approved for another agent is refused."""
    other = bring(make_agent("Lila"), "profile")
    signed_documents.save_aadhaar(other)
    signed_documents.save_pan(other)
    review.check_and_auto_approve(case=signed_documents.submit(other), at=NOON)
    number = agents.sample_pan(other)
    with pytest.raises(kyc.PanInUse):
        signed_documents.save_pan(agent_with_profile, number=number)
    with pytest.raises(kyc.InvalidPan):
        issued.save_pan(
            agent=agent_with_profile,
            pan=Pan("x", None, "ABCCE1234F", True),
            source=signed_documents.DIGILOCKER,
            by=agent_with_profile.user,
            at=NOON,
        )
    assert not current(agent_with_profile)


def test_reviewers_see_signed_data(
    agent_with_profile: Agent, staff_client: Any, reviewer: User
) -> None:
    """Reviewers see the signed data; a request for a photo is refused with its own code."""
    signed_documents.save_aadhaar(agent_with_profile, portrait=b"", name="Nila Signed Rao")
    pan = signed_documents.save_pan(agent_with_profile)
    case = signed_documents.submit(agent_with_profile)
    client = staff_client(reviewer)
    review.claim_case(case=case, by=reviewer, at=NOON)
    page = client.get(f"/admin/onboarding/kyccase/{case.pk}/change/").content.decode()
    assert page.count("signature verified") == 2
    assert "Nila Signed Rao" in page
    assert page.count("17 April 1998") == 3  # the profile's and both documents'
    assert f"/pictures/{pan.pk}/" not in page
    case_url = f"/api/v1/staff/kyc-cases/{case.pk}/"
    rows = {row["kind"]: row for row in client.get(case_url).json()["documents"]}
    assert rows["aadhaar-front"]["signed"]["name"] == "Nila Signed Rao"
    assert rows["pan"]["signed"]["is_in_force"] is True
    url = f"{case_url}documents/{pan.pk}/"
    assert problem(client.get(url)) == (409, "no_picture")


def test_signed_documents_are_exported_and_erased(agent_with_profile: Agent) -> None:
    """The export contains the signed data; closing the account deletes row and portrait."""
    signed_documents.save_aadhaar(agent_with_profile)
    signed_documents.save_pan(agent_with_profile)
    mine = onboarding_privacy.export(agent_with_profile.user)["identity_documents"]["documents"]
    assert {row["came_by"] for row in mine} == {"DigiLocker"}
    assert {row["says"]["name"] for row in mine} == {
        agent_with_profile.name,
        agent_with_profile.name.upper(),
    }
    assert len(onboarding_privacy.files(agent_with_profile.user)) == 1
    onboarding_privacy.erase(agent_with_profile.user, at=NOON)
    assert not KycDocument.objects.exists()
    assert not StoredFile.objects.filter(purpose="identity-document").exists()
