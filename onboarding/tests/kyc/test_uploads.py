"""Uploaded documents until they are read: quarantine, limits, locked PDFs, strangers."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Agent
from conftest import NOON, make_agent
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding import privacy, retention
from onboarding import queries as onboarding_queries
from onboarding.demo import agents, cards
from onboarding.kyc import quarantine, reading, services, uploads
from onboarding.models import KycCase, KycDocument, KycUpload, still_needed
from onboarding.tests import factories
from onboarding.tests.conftest import problem
from tests.support.private_files import path_of

API = "/api/v1/onboarding/documents/"
PAGE = "/onboarding/documents/"
State = KycUpload.State
FRONT, BACK, PAN = KycDocument.Kind


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def accept(agent: Agent, kind: str = FRONT, data: bytes | None = None, **facts: Any) -> KycUpload:
    entered = {"number": agents.sample_pan(agent)} if kind == PAN else {"last_four": "4321"}
    picture = agents.picture("doc") if data is None else SimpleUploadedFile("x.jpg", data)
    facts = {"at": timezone.now(), **entered, **facts}
    return uploads.accept_upload(agent=agent, kind=kind, upload=picture, **facts)


def read_all() -> None:
    """Read what was uploaded, as the worker does."""
    while reading.read_next(clock=timezone.now):
        pass


def put(client: Client, slug: str, data: bytes, **fields: str) -> Any:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    body = b"".join([*parts, head, data, b"\r\n--x--\r\n"])
    return client.generic("PUT", f"{API}{slug}/", body, "multipart/form-data; boundary=x")


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


def originals() -> list[StoredFile]:
    return list(StoredFile.objects.filter(purpose=quarantine.PURPOSE))


def content_of(stored: StoredFile) -> Path:
    return path_of(stored)


def locked_pdf(agent: Agent, password: str) -> bytes:
    """An e-Aadhaar as a PDF that opens with the password."""
    plain, out = io.BytesIO(), io.BytesIO()
    cards.aadhaar_front(agents.holder(agent)).save(plain, "PDF")
    with pikepdf.open(plain) as opened:
        opened.save(out, encryption=pikepdf.Encryption(user=password, owner="owner", R=4))
    return out.getvalue()


@pytest.fixture
def locked(agent_with_profile: Agent) -> KycUpload:
    """Nila's e-Aadhaar, found to be locked with UIDAI's password."""
    upload = accept(agent_with_profile, data=locked_pdf(agent_with_profile, "NILA1998"))
    read_all()
    upload.refresh_from_db()
    assert upload.state == State.NEEDS_PASSWORD
    return upload


@pytest.mark.usefixtures("quick_reader")
def test_upload_is_answered_before_it_is_read(agent_with_profile: Agent, agent_client: Any) -> None:
    """202 with the address to ask, the original encrypted; then it is read and destroyed."""
    client = agent_client(agent_with_profile)
    card = cards.card(FRONT, agents.holder(agent_with_profile))
    answer = put(client, "aadhaar-front", card, last_four="4321")
    assert answer.status_code == 202
    assert answer.json()["state"] == "WAITING"
    where = answer.headers["Location"]
    assert client.get(where).json() == answer.json()
    assert not KycDocument.objects.exists()
    [original] = originals()
    assert storage.read(original) == card
    assert card[:200] not in content_of(original).read_bytes()
    assert "Reading your card" in client.get(PAGE).content.decode()
    assert client.get(API).json()["uploads"] == [answer.json()]
    read_all()
    assert client.get(where).json()["state"] == "READ"
    body = client.get(API).json()
    assert [row["kind"] for row in body["documents"]] == ["aadhaar-front"]
    assert (body["uploads"], body["missing"]) == ([], ["aadhaar-back", "pan"])
    assert KycUpload.objects.get().number == ""


@pytest.mark.usefixtures("quick_reader")
def test_heic_photo_is_read(agent_with_profile: Agent, agent_client: Any) -> None:
    """The photo of a phone that saves HEIC; the page lets it be chosen."""
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (320, 200), "white")).save(out, quality=50)
    client = agent_client(agent_with_profile)
    where = put(client, "aadhaar-front", out.getvalue(), last_four="4321").headers["Location"]
    assert "image/heic" in client.get(PAGE).content.decode()
    read_all()
    assert client.get(where).json()["state"] == "READ"


@pytest.mark.usefixtures("quick_reader")
def test_original_is_destroyed_once_read(
    agent_with_profile: Agent, django_capture_on_commit_callbacks: Any
) -> None:
    """With the commit that saves the document the original is gone, row and content."""
    accept(agent_with_profile)
    [original] = originals()
    with django_capture_on_commit_callbacks(execute=True):
        read_all()
    assert originals() == []
    assert not content_of(original).exists()


def test_newer_upload_replaces_the_waiting_one(
    agent_with_profile: Agent, django_capture_on_commit_callbacks: Any
) -> None:
    """Of each kind one upload is unread: the newest; the others' originals are destroyed."""
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(4):
            accept(agent_with_profile)
    assert sorted(KycUpload.objects.values_list("state", flat=True)) == [
        "WAITING",
        *["WITHDRAWN"] * 3,
    ]
    assert len(originals()) == 1


@pytest.mark.parametrize(
    "data", [b"", b"plain text", b"GIF89a" + bytes(50), b"\xff\xd8\xff" * 2_000_000]
)
def test_unusable_files_are_refused_at_once(
    agent_with_profile: Agent, agent_client: Any, data: bytes
) -> None:
    """Empty, of another type or too large: 422 on the API, and the page keeps what was typed."""
    client = agent_client(agent_with_profile)
    assert problem(put(client, "pan", data, number=agents.sample_pan(agent_with_profile)))[0] == 422
    file = SimpleUploadedFile("x.jpg", data)
    page = client.post(f"{PAGE}pan/", {"file": file, "number": "ABCPD1234F"})
    assert 'value="ABCPD1234F"' in page.content.decode()
    assert originals() == []


@pytest.mark.usefixtures("quick_reader")
def test_refused_file_is_explained_and_input_is_kept(
    agent_with_profile: Agent, agent_client: Any
) -> None:
    """A damaged picture: the reason is beside the document, and the PAN is still in the form."""
    client = agent_client(agent_with_profile)
    pan = agents.sample_pan(agent_with_profile)
    where = put(client, "pan", b"\xff\xd8\xff" + bytes(100), number=pan).headers["Location"]
    read_all()
    told = client.get(where).json()
    assert (told["state"], told["code"], told["field"]) == ("REFUSED", "bad_file", "file")
    page = client.get(PAGE).content.decode()
    assert told["detail"] in page
    assert f'value="{pan}"' in page
    accept(agent_with_profile, PAN)
    read_all()
    assert told["detail"] not in client.get(PAGE).content.decode()


@pytest.mark.usefixtures("quick_reader")
def test_home_page_shows_the_status_of_a_file(locked: KycUpload, agent_client: Any) -> None:
    """Whoever closed the page is told on the home page: locked, being read, refused."""
    agent, client = locked.case.agent, agent_client(locked.case.agent)

    def hint() -> str:
        return client.get("/api/v1/onboarding/").json()["steps"][2]["hint"]

    assert hint() == "A file is locked: Aadhaar, front. Enter its password."
    accept(agent)
    assert hint() == "We are reading your documents."
    read_all()
    assert hint() == "Add the remaining documents and submit them."
    accept(agent, data=b"\xff\xd8\xff" + bytes(100))
    read_all()
    assert hint().startswith("Upload this again: Aadhaar, front. We could not read this file.")


@pytest.mark.usefixtures("quick_reader")
def test_submission_waits_for_reading(agent_with_profile: Agent, agent_client: Any) -> None:
    """Submitting is refused while a card is read, and names it."""
    client = agent_client(agent_with_profile)
    for kind in (FRONT, BACK, PAN):
        accept(agent_with_profile, kind)
    answer = client.post(f"{API}submit/")
    assert problem(answer) == (409, "document_unread")
    assert "Aadhaar, front" in answer.json()["detail"]
    assert "Submit for review" not in client.get(PAGE).content.decode()
    read_all()
    assert "Submit for review" in client.get(PAGE).content.decode()
    assert client.post(f"{API}submit/").json()["state"] == "IN_REVIEW"


def test_others_have_no_access(locked: KycUpload, agent_client: Any, bring: Any) -> None:
    """Another agent gets 404 on page and API; nobody is sent to log in, and changes nothing."""
    paths = [f"{API}uploads/{locked.pk}/", f"{API}uploads/{locked.pk}/password/"]
    pages = [f"{PAGE}uploads/{locked.pk}/{act}/" for act in ("password", "remove")]
    stranger = agent_client(bring(make_agent("Kabir"), "profile"))
    assert stranger.get(paths[0]).status_code == 404
    assert stranger.delete(paths[0]).status_code == 404
    assert post(stranger, paths[1], password="NILA1998").status_code == 404
    assert post(Client(), paths[1], password="NILA1998").status_code == 401
    for path in pages:
        assert stranger.post(path, {"password": "NILA1998"}).status_code == 404
        assert Client().post(path, {"password": "NILA1998"}).status_code == 302
    assert Client().get(paths[0]).status_code == 401
    locked.refresh_from_db()
    assert (locked.state, locked.passwords_tried) == (State.NEEDS_PASSWORD, 0)


@pytest.mark.usefixtures("quick_reader")
def test_locked_pdf_is_opened_with_its_password(
    locked: KycUpload, agent_client: Any, caplog: Any
) -> None:
    """The API says what is needed; a wrong password is an error, the right one opens the file."""
    client, path = agent_client(locked.case.agent), f"{API}uploads/{locked.pk}/"
    assert client.get(path).json()["state"] == "NEEDS_PASSWORD"
    assert problem(client.post(f"{API}submit/")) == (409, "file_locked")
    to = f"{path}password/"
    assert problem(post(client, to, password="WRONG1999")) == (422, "wrong_password")
    assert problem(post(client, to)) == (422, "password_needed")
    answer = post(client, to, password="NILA1998")
    assert (answer.status_code, answer.json()["state"]) == (202, "WAITING")
    assert problem(post(client, to, password="WRONG1999")) == (409, "file_not_locked")
    read_all()
    assert client.get(path).json()["state"] == "READ"
    assert KycDocument.objects.current().get().last_four == "4321"
    kept = "".join(str(row) for row in KycUpload.objects.values()) + caplog.text
    assert "NILA1998" not in kept
    assert "WRONG1999" not in kept


@pytest.mark.usefixtures("quick_reader")
def test_page_asks_for_the_password(locked: KycUpload, agent_client: Any) -> None:
    """The page explains the password, keeps the file after a wrong one, and may try the usual."""
    client = agent_client(locked.case.agent)
    assert "first 4 letters of your name in capitals" in client.get(PAGE).content.decode()
    path = reverse("onboarding:upload-password", args=[locked.pk])
    assert "does not open" in client.post(path, {"password": "nope"}).content.decode()
    assert client.post(path, {"from_profile": "on"}).status_code == 302
    read_all()
    locked.refresh_from_db()
    assert locked.state == State.READ


def test_page_says_what_to_do_with_a_locked_pdf(
    agent_with_profile: Agent, agent_client: Any
) -> None:
    """Before the upload each form says that a PDF may have a password."""
    page = agent_client(agent_with_profile).get(PAGE).content.decode()
    assert page.count("If the PDF has a password, we ask you for it") == 3


def test_passwords_are_limited(locked: KycUpload) -> None:
    """After ten wrong passwords the file is deleted, and the agent is told to upload it again."""
    for _ in range(KycUpload.MOST_PASSWORDS):
        with pytest.raises(storage.WrongPdfPassword):
            uploads.unlock_upload(upload=locked, at=NOON, password="no")
    with pytest.raises(uploads.TooManyPasswords):
        uploads.unlock_upload(upload=locked, at=NOON, password="NILA1998")
    locked.refresh_from_db()
    assert (locked.state, locked.code, locked.file) == (State.REFUSED, "too_many_passwords", None)


@pytest.mark.parametrize(
    ("given", "family", "password"),
    [
        ("Suresh", "Kumar", "SURE1999"),
        ("Sai", "Kumar", "SAIK1999"),
        ("P.", "Kumar", "P.KU1999"),
        ("Ria", "", "RIA1999"),
        ("Kumar", "Suresh", "SURE1999"),
        ("आशा", "", "आशा1999"),
    ],
)
def test_password_made_from_the_profile(given: str, family: str, password: str) -> None:
    """As UIDAI makes it: four characters of the name, a shorter name whole, and the year."""
    assert password in uploads.e_aadhaar_passwords(given, family, agents.BIRTH_ON.replace(1999))
    assert uploads.e_aadhaar_passwords(given, family, None) == []


def test_locked_file_is_deleted_after_a_day(locked: KycUpload) -> None:
    """A file whose password never comes is destroyed within a day."""
    assert quarantine.destroy_unneeded(at=timezone.now() + timedelta(hours=22)) == 0
    assert quarantine.destroy_unneeded(at=timezone.now() + timedelta(hours=23)) > 0
    assert originals() == []
    locked.refresh_from_db()
    assert (locked.state, locked.file) == (State.REFUSED, None)


def test_unread_file_is_deleted_after_a_day(agent_with_profile: Agent, agent_client: Any) -> None:
    """When no worker runs, agent and staff are told soon, and the original goes within a day."""
    upload = accept(agent_with_profile)
    client = agent_client(agent_with_profile)
    made = upload.created_at

    def page() -> str:
        return str(client.get(PAGE).content.decode())

    def in_queue(at: Any) -> int:
        labels = {queue.label: queue.count for queue in onboarding_queries.work_queues(now=at)}
        return labels.get("Uploaded documents not read yet", 0)

    assert "takes a few seconds" in page()
    assert in_queue(made + timedelta(minutes=1)) == 0
    assert in_queue(made + timedelta(minutes=2)) == 1
    KycUpload.objects.update(created_at=made - timedelta(minutes=3))
    assert "longer than usual" in page()
    KycUpload.objects.update(created_at=made)
    assert quarantine.destroy_unneeded(at=made + timedelta(hours=22)) == 0
    assert quarantine.destroy_unneeded(at=made + timedelta(hours=23)) > 0
    assert originals() == []
    upload.refresh_from_db()
    assert (upload.state, upload.code) == (State.REFUSED, "read_too_late")
    assert "could not read this file within a day" in page()


def test_refusal_for_want_of_room_stores_nothing(
    agent_with_profile: Agent, settings: Any, monkeypatch: Any
) -> None:
    """The limits are asked before a file is written."""
    settings.HITOUCH_UPLOADS_WAITING = 0
    written: list[bytes] = []
    monkeypatch.setattr(quarantine, "store_original", written.append)
    with pytest.raises(uploads.ReadersBusy):
        accept(agent_with_profile)
    assert written == []


def test_lost_originals_are_destroyed(agent_with_profile: Agent) -> None:
    """An original without an upload, as a crash leaves it, is destroyed; others are not."""
    upload = accept(agent_with_profile)
    quarantine.store_original(b"left by a crash")
    assert quarantine.destroy_unneeded(at=timezone.now() + timedelta(minutes=11)) == 1
    assert originals() == [upload.file]


def test_refused_upload_leaves_no_original(agent_with_profile: Agent) -> None:
    """When the entered number is refused, the file is not kept."""
    with pytest.raises(services.InvalidPan):
        accept(agent_with_profile, PAN, number="ABCCE1234F")
    assert originals() == []


def test_agent_can_remove_an_unread_file(
    locked: KycUpload, agent_client: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Page and API remove it, with its original; a second time there is nothing to remove."""
    client = agent_client(locked.case.agent)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"{API}uploads/{locked.pk}/").status_code == 204
    assert originals() == []
    assert problem(client.delete(f"{API}uploads/{locked.pk}/")) == (409, "upload_over")
    upload = accept(locked.case.agent)
    client.post(reverse("onboarding:upload-remove", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.state == State.WITHDRAWN


def test_one_file_shows_both_sides(agent_with_profile: Agent, agent_client: Any) -> None:
    """A PDF of two pages is masked and stored as one JPEG.

    The back is not asked for any more, an earlier one is replaced, and the PIN code is read.
    """
    client, holder = agent_client(agent_with_profile), agents.holder(agent_with_profile)
    factories.put_document(agent_with_profile, BACK)
    accept(agent_with_profile, BACK)
    sheet = io.BytesIO()
    pages = [cards.aadhaar_back(holder)]
    cards.aadhaar_front(holder).save(sheet, "PDF", save_all=True, append_images=pages)
    client.post(
        f"{PAGE}aadhaar-front/",
        {"file": SimpleUploadedFile("e.pdf", sheet.getvalue()), "last_four": "4321",
         "both_sides": "on"},
    )  # fmt: skip
    assert KycUpload.objects.unread().count() == 1
    read_all()
    [row] = client.get(API).json()["documents"]
    assert (row["kind"], row["both_sides"]) == ("aadhaar-front", True)
    document = KycDocument.objects.current().get()
    assert document.title == "Aadhaar, both sides"
    assert document.file is not None
    assert document.file.content_type == "image/jpeg"
    assert document.facts["pin"] == "560034"
    assert still_needed([document]) == [PAN]
    page = client.get(PAGE).content.decode()
    assert "Aadhaar, both sides" in page
    assert "Aadhaar, back" not in page
    factories.put_document(agent_with_profile, PAN)
    assert client.post(f"{API}submit/").json()["state"] == "IN_REVIEW"


def test_limits_of_uploads(
    agent_with_profile: Agent, agent_client: Any, monkeypatch: Any, settings: Any
) -> None:
    """Too many a day is 429, a full queue 503, both with `Retry-After`; the page keeps the form."""
    client, pan = agent_client(agent_with_profile), agents.sample_pan(agent_with_profile)
    accept(agent_with_profile)
    settings.HITOUCH_UPLOADS_WAITING = 1
    answer = put(client, "pan", agents.picture("x").read(), number=pan)
    assert problem(answer) == (503, "readers_busy")
    assert answer.headers["Retry-After"] == "60"
    page = client.post(f"{PAGE}pan/", {"file": agents.picture("x"), "number": pan})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert f'value="{pan}"' in page.content.decode()
    accept(agent_with_profile)  # replacing the waiting one needs no more room
    monkeypatch.setattr(uploads, "MOST_A_DAY", 2)
    answer = put(client, "pan", agents.picture("x").read(), number=pan)
    assert problem(answer) == (429, "too_many_uploads")


def test_closed_account_keeps_no_upload(locked: KycUpload) -> None:
    """Export lists uploads without the file; erasure removes rows and originals."""
    user = locked.case.agent.user
    [told] = privacy.export(user)["identity_documents"]["uploads"]
    assert (told["document"], told["number"]) == ("Aadhaar, front", "•••• 4321")
    path = content_of(originals()[0])
    privacy.erase(user, at=NOON)
    assert not KycUpload.objects.exists()
    assert not path.exists()


def test_ended_uploads_are_forgotten(agent_with_profile: Agent) -> None:
    """What became of an upload is kept for a week, a waiting one for as long as it waits."""
    accept(agent_with_profile)
    accept(agent_with_profile)
    [ended] = retention._ended_uploads(timezone.now() + timedelta(minutes=1))
    assert ended.state == State.WITHDRAWN


def test_queries_of_an_upload(
    agent_with_profile: Agent, agent_client: Any, django_assert_max_num_queries: Any
) -> None:
    """An upload and the page that follows need a fixed number of queries."""
    client = agent_client(agent_with_profile)
    picture = agents.picture("x").read()
    for _ in range(3):
        with django_assert_max_num_queries(40):
            put(client, "aadhaar-front", picture, last_four="4321")
        with django_assert_max_num_queries(30):
            client.get(PAGE)
        with django_assert_max_num_queries(25):
            client.get(API)
    assert KycCase.objects.count() == 1
