"""Fetching, verifying and saving documents from DigiLocker."""

import html
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.consents import services as consents
from accounts.models import Agent, AuditEvent
from conftest import make_agent
from hitouch.core.crypto import blind_index
from onboarding.demo import agents
from onboarding.kyc import services as kyc
from onboarding.kyc.digilocker import client as digilocker_client
from onboarding.kyc.digilocker import fetching
from onboarding.kyc.digilocker.client import DigiLocker as Client
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycDocument, KycSession
from onboarding.tests.support import digilocker, signed_documents
from onboarding.tests.support.digilocker import (
    PAGE,
    SOON,
    begin,
    come_back,
    fetched,
    returned,
    secrets_of,
    work,
)

locker = digilocker.locker
pytestmark = pytest.mark.usefixtures("locker")
State, Case = KycSession.State, KycCase.State
#: How the stand-in spoils a document, and what the session then says.
SPOILED = {
    "tampered": "NOT_GENUINE",
    "wrapped": "OTHER_FORM",
    "entities": "OTHER_FORM",
    "other signer": "NEW_SIGNER",
    "old signer": "OLD_SIGNER",
    "wrong hmac": "REFUSED",
}


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def ended(session: KycSession) -> tuple[str, str]:
    session = KycSession.objects.get(pk=session.pk)
    return session.state, session.reason


def kinds(agent: Agent) -> set[tuple[str, str]]:
    rows = KycDocument.objects.current().filter(case__agent=agent)
    return set(rows.values_list("kind", "source"))


def check(agent: Agent) -> str:
    """Run the check task that the submission schedules."""
    review.check_and_auto_approve(case=KycCase.objects.get(agent=agent), at=SOON)
    return KycCase.objects.get(agent=agent).state


def test_matching_documents_are_approved(agent_with_profile: Agent, agent_client: Any) -> None:
    """Matching documents are approved without a reviewer."""
    session = fetched(agent_with_profile)
    assert ended(session) == ("COMPLETED", "")
    assert kinds(agent_with_profile) == {("AADHAAR_FRONT", "DIGILOCKER"), ("PAN", "DIGILOCKER")}
    assert KycCase.objects.get(agent=agent_with_profile).state == Case.IN_REVIEW
    client = agent_client(agent_with_profile)
    page = client.get(PAGE).content.decode()
    assert "comparing them with your profile" in page
    assert f'data-ask="{PAGE}"' in page  # its script looks at the page itself
    assert "fingerprint" not in client.get("/api/v1/onboarding/digilocker/").json()["visit"]
    assert check(agent_with_profile) == Case.APPROVED
    assert b"Your documents are approved" in client.get(PAGE).content


def test_secrets_are_cleared_at_the_end(agent_with_profile: Agent) -> None:
    """An ended session has no code, token, verifier or document data."""
    session = returned(agent_with_profile)
    assert secrets_of(session)
    assert secrets_of(work(session)) == ""


def test_audit_log_has_no_personal_data(agent_with_profile: Agent) -> None:
    """The audit log says which documents were fetched, not what they contain (K13, K14)."""
    fetched(agent_with_profile)
    noted = list(AuditEvent.objects.filter(action__startswith="digilocker").values())
    assert len(noted) == 2
    said = json.dumps(noted, default=str)
    for personal in (
        agent_with_profile.family_name,
        "1998-04-17",
        agents.sample_pan(agent_with_profile),
        "560034",
    ):
        assert personal not in said


@pytest.mark.parametrize("failure_mode", SPOILED)
def test_invalid_signatures_are_never_saved(
    agent_with_profile: Agent, locker: Any, failure_mode: str
) -> None:
    """Documents that are not genuine fail the session, and nothing is saved."""
    locker.failure_mode = failure_mode
    session = fetched(agent_with_profile)
    assert ended(session) == ("FAILED", SPOILED[failure_mode])
    assert not KycDocument.objects.exists()
    assert secrets_of(session) == ""
    locker.failure_mode = ""
    assert ended(work(session, at=SOON + timedelta(hours=1))) == ("FAILED", SPOILED[failure_mode])


def test_one_invalid_document_fails_both(
    agent_with_profile: Agent, locker: Any, monkeypatch: Any
) -> None:
    """With a forged PAN the genuine Aadhaar is not saved either."""
    whole = Client.pan

    def forged(self: Client, *, token: str) -> bytes | None:
        found = whole(self, token=token)
        return found.replace(b'status="A"', b'status="B"') if found else None

    monkeypatch.setattr(Client, "pan", forged)
    assert ended(fetched(agent_with_profile)) == ("FAILED", "NOT_GENUINE")
    assert not KycDocument.objects.exists()


def test_unusable_document_is_skipped(
    agent_with_profile: Agent, locker: Any, settings: Any, tmp_path: Path, agent_client: Any
) -> None:
    """Of an unknown signer's PAN record nothing is saved, the Aadhaar is, and the page says why."""
    pin = locker.signer.pin(tmp_path / "only-aadhaar", "current").with_suffix(".yaml")
    pin.write_text(pin.read_text() + "purposes: [aadhaar]\n")
    settings.DIGILOCKER_SIGNERS = str(pin.parent)
    session = fetched(agent_with_profile)
    assert ended(session) == ("COMPLETED", "NEW_SIGNER")
    assert kinds(agent_with_profile) == {("AADHAAR_FRONT", "DIGILOCKER")}
    client = agent_client(agent_with_profile)
    page = html.unescape(client.get(PAGE).content.decode())
    assert "a certificate we don't know yet" in page
    visit = client.get("/api/v1/onboarding/digilocker/").json()["visit"]
    assert (visit["state"], visit["reason"]) == ("COMPLETED", "NEW_SIGNER")


@pytest.mark.parametrize(
    ("born", "text"), [("1998", "Only the year of birth, 1998,"), ("someday", "“someday”")]
)
def test_a_partial_birth_date_is_for_a_person(
    agent_with_profile: Agent, born: str, text: str
) -> None:
    """Documents without a whole date come in, and the finding says what stands there."""
    session = fetched(agent_with_profile, born=born)
    assert ended(session) == ("COMPLETED", "")
    assert check(agent_with_profile) == Case.IN_REVIEW
    checks = KycCase.objects.get(agent=agent_with_profile).checks.filter(kind="BIRTH_DATE")
    assert [text in row.words for row in checks] == [True, True]


@pytest.mark.parametrize("failure_mode", ["down", "nonsense", "broken", "huge"])
def test_server_errors_are_retried(
    agent_with_profile: Agent, locker: Any, failure_mode: str
) -> None:
    """After a failed attempt a later one succeeds."""
    session = returned(agent_with_profile)
    locker.failure_mode = failure_mode
    assert work(session).state == State.RETURNED
    locker.failure_mode = ""
    assert work(session).state == State.RETURNED  # not due yet
    assert fetching.sweep_digilocker(at=SOON + timedelta(seconds=9)) == 0
    assert fetching.sweep_digilocker(at=SOON + timedelta(seconds=10)) == 1
    assert ended(session) == ("COMPLETED", "")


def test_slow_server_is_retried(agent_with_profile: Agent, locker: Any, monkeypatch: Any) -> None:
    """A worker does not wait longer than our own limit."""
    monkeypatch.setattr("onboarding.kyc.digilocker.client.SECONDS", 0.1)
    monkeypatch.setattr("hitouch.fakes.digilocker.SLOW_SECONDS", 60)
    session = returned(agent_with_profile)
    locker.failure_mode = "slow"
    assert work(session).state == State.RETURNED


def test_session_fails_after_six_attempts(
    agent_with_profile: Agent, locker: Any, agent_client: Any
) -> None:
    """Six attempts with growing delays, then the page shows a message."""
    session, at = returned(agent_with_profile), SOON
    locker.failure_mode = "down"
    waits = []
    while work(session, at=at).state == State.RETURNED:
        due = KycSession.objects.get(pk=session.pk).next_try_at
        assert due is not None
        waits.append((due - at).seconds)
        at = due
    assert waits == [10, 30, 60, 120, 240]
    assert ended(session) == ("FAILED", "DOWN")
    page = agent_client(agent_with_profile).get(PAGE).content.decode()
    assert "DigiLocker is not responding right now." in page
    assert "upload photos" in page


def test_expired_session_is_not_fetched(agent_with_profile: Agent, locker: Any) -> None:
    """An expired session is not fetched."""
    session = returned(agent_with_profile)
    late = session.expires_at
    assert ended(work(session, at=late)) == ("EXPIRED", "")
    assert not KycDocument.objects.exists()


def test_missing_certificates_are_retried(
    agent_with_profile: Agent, settings: Any, tmp_path: Path
) -> None:
    """Without readable certificates the fetch is retried, and nothing is saved unverified."""
    session = returned(agent_with_profile)
    settings.DIGILOCKER_SIGNERS = str(tmp_path / "missing.pem")
    assert work(session).state == State.RETURNED
    Path(settings.DIGILOCKER_SIGNERS).write_text("nonsense")
    assert work(session, at=SOON + timedelta(minutes=1)).state == State.RETURNED
    assert not KycDocument.objects.exists()


@pytest.mark.parametrize(
    ("failure_mode", "there"), [("no pan", "AADHAAR_FRONT"), ("no aadhaar", "PAN")]
)
def test_single_document_is_saved(
    agent_with_profile: Agent, locker: Any, agent_client: Any, failure_mode: str, there: str
) -> None:
    """A single document is saved, and the page asks for the other (K16)."""
    locker.failure_mode = failure_mode
    assert ended(fetched(agent_with_profile)) == ("COMPLETED", "")
    assert kinds(agent_with_profile) == {(there, "DIGILOCKER")}
    assert KycCase.objects.get(agent=agent_with_profile).state == Case.PARTIAL
    client = agent_client(agent_with_profile)
    assert b"We received some documents" in client.get(PAGE).content
    assert b"Submit for review" not in client.get("/onboarding/documents/").content


def test_sessions_complement_each_other(agent_with_profile: Agent, locker: Any) -> None:
    """Documents of an earlier session count with those of a later one (K11)."""
    locker.failure_mode = "no pan"
    fetched(agent_with_profile)
    locker.failure_mode = "no aadhaar"
    fetched(agent_with_profile)
    assert KycCase.objects.get(agent=agent_with_profile).state == Case.IN_REVIEW
    assert check(agent_with_profile) == Case.APPROVED


def test_later_session_replaces_documents(agent_with_profile: Agent, locker: Any) -> None:
    """A later session replaces the documents of an earlier one (K11)."""
    locker.failure_mode = "no pan"
    fetched(agent_with_profile, last_four="1111")
    fetched(agent_with_profile, last_four="2222")
    current = KycDocument.objects.current().get(case__agent=agent_with_profile)
    assert current.last_four == "2222"


def test_no_documents_fail_the_session(agent_with_profile: Agent, locker: Any) -> None:
    """Without documents the session fails, and no case is created."""
    locker.failure_mode = "nothing"
    assert ended(fetched(agent_with_profile)) == ("FAILED", "NOTHING")
    assert not KycCase.objects.filter(agent=agent_with_profile, state=Case.PARTIAL).exists()


@pytest.mark.parametrize(
    ("failure_mode", "changes"),
    [
        ("inactive pan", {}),
        ("", {"name": "Somebody Else"}),
        ("", {"name": "N Rao"}),
        ("", {"born": "1990-01-01"}),
        ("", {"pin": "110001"}),
    ],
    ids=["inactive PAN", "another name", "an initial", "another date", "another PIN"],
)
def test_mismatches_need_a_reviewer(
    agent_with_profile: Agent,
    locker: Any,
    failure_mode: str,
    changes: dict[str, str],
    agent_client: Any,
) -> None:
    """A mismatch goes to the review queue and is never approved automatically (K9)."""
    locker.failure_mode = failure_mode
    fetched(agent_with_profile, **changes)
    assert check(agent_with_profile) == Case.IN_REVIEW
    assert KycCase.objects.get(agent=agent_with_profile).reviewer is None


def test_pan_of_another_agent_fails_the_session(
    agent_with_profile: Agent, bring: Any, reviewer: Any
) -> None:
    """Refused with the message of an upload, and the Aadhaar is not saved either (K10)."""
    other = bring(make_agent("Ravi"), "profile")
    signed_documents.save_aadhaar(other)
    signed_documents.save_pan(other)
    signed_documents.submit(other)
    agents.approve_documents(agent=other, reviewer=reviewer, now=SOON)
    session = fetched(agent_with_profile, pan=agents.sample_pan(other))
    assert ended(session) == ("FAILED", "NOT_KEPT")
    assert KycSession.objects.get(pk=session.pk).why == kyc.PanInUse.message
    assert kinds(agent_with_profile) == set()


def test_submitted_documents_are_not_replaced(agent_with_profile: Agent) -> None:
    """Documents that were submitted meanwhile stay, and the session fails."""
    session = returned(agent_with_profile)
    signed_documents.save_aadhaar(agent_with_profile)
    signed_documents.save_pan(agent_with_profile)
    signed_documents.submit(agent_with_profile)
    was = set(KycDocument.objects.current().values_list("pk", flat=True))
    assert ended(work(session)) == ("FAILED", "NOT_KEPT")
    assert set(KycDocument.objects.current().values_list("pk", flat=True)) == was


def test_withdrawn_consent_stops_the_session(agent_with_profile: Agent) -> None:
    """Without consent nothing is fetched."""
    session = returned(agent_with_profile)
    consents.withdraw_consent(user=agent_with_profile.user, purpose="digilocker", at=SOON)
    assert ended(work(session)) == ("FAILED", "NO_CONSENT")
    assert not KycDocument.objects.exists()


def test_worker_is_idempotent(agent_with_profile: Agent) -> None:
    """Repeated runs save the documents once."""
    session = returned(agent_with_profile)
    for _ in range(3):
        work(session)
    assert KycDocument.objects.filter(case__agent=agent_with_profile).count() == 2


def test_next_worker_uses_the_stored_token(agent_with_profile: Agent, monkeypatch: Any) -> None:
    """After a crash the next worker continues with the token, because the code is used."""
    session = returned(agent_with_profile)

    def killed(*args: Any, **facts: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "fetch_documents", killed)
        with pytest.raises(KeyboardInterrupt):
            work(session)
    row = KycSession.objects.get(pk=session.pk)
    assert (row.state, row.code, bool(row.token)) == (State.RETURNED, "", True)
    assert work(session, at=SOON + timedelta(seconds=59)).state == State.RETURNED
    assert ended(work(session, at=SOON + timedelta(seconds=60))) == ("COMPLETED", "")


def test_next_worker_saves_verified_documents(agent_with_profile: Agent, monkeypatch: Any) -> None:
    """After a crash the next worker saves the stored documents without another request."""
    session = returned(agent_with_profile)
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "save_fetched_documents", lambda **facts: None)
        assert work(session).state == State.FETCHED
    with monkeypatch.context() as patch:
        patch.setattr(digilocker_client, "digilocker", lambda: None)
        assert ended(work(session, at=SOON + timedelta(seconds=60))) == ("COMPLETED", "")


def test_results_after_a_lost_lease_are_discarded(
    agent_with_profile: Agent, monkeypatch: Any
) -> None:
    """Results of a worker whose lease has passed to another are discarded."""
    session = returned(agent_with_profile)
    whole = fetching.fetch_documents

    def slow(*args: Any, **facts: Any) -> Any:
        monkeypatch.setattr(fetching, "fetch_documents", whole)
        work(session, at=SOON + timedelta(seconds=61))
        return whole(*args, **facts)

    monkeypatch.setattr(fetching, "fetch_documents", slow)
    assert ended(work(session)) == ("COMPLETED", "")
    assert KycDocument.objects.filter(case__agent=agent_with_profile).count() == 2


def test_code_of_another_session_is_refused(agent_with_profile: Agent) -> None:
    """A code of another session matches neither verifier nor state."""
    other = digilocker.answer(begin(agent_with_profile).authorize_url, agent_with_profile)["code"]
    mine = digilocker.answer(begin(agent_with_profile, at=SOON).authorize_url, agent_with_profile)
    session = come_back(agent_with_profile, mine | {"code": other})
    assert ended(work(session)) == ("FAILED", "REFUSED")


def test_stored_data_is_encrypted_and_masked(agent_with_profile: Agent) -> None:
    """The PAN is encrypted, the Aadhaar is four digits, the portrait is re-encoded (K12)."""
    fetched(agent_with_profile)
    pan = KycDocument.objects.get(case__agent=agent_with_profile, kind="PAN")
    assert pan.number_index == blind_index("pan", agents.sample_pan(agent_with_profile))
    front = KycDocument.objects.get(case__agent=agent_with_profile, kind="AADHAAR_FRONT")
    assert (front.last_four, front.number, pan.file) == ("4321", "", None)
    assert front.file is not None
    assert front.file.purpose == "identity-document"
