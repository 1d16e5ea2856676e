"""While the store of private files is lost: a sentence at once, and nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent
from conftest import NOON
from hitouch.core.data_protection import orphans
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from hitouch.core.web.downloads import private_link
from onboarding.demo import agents, cards
from onboarding.kyc import quarantine, reading, uploads
from onboarding.models import KycDocument, KycSession, KycUpload
from onboarding.tests.support import digilocker
from tests.fakes.s3 import S3Server
from tests.support import s3_sites

locker = digilocker.locker
State, FRONT = KycUpload.State, KycDocument.Kind.AADHAAR_FRONT
API, PAGE = "/api/v1/onboarding/documents/aadhaar-front/", "/onboarding/documents/aadhaar-front/"
SENTENCE = storage.StoreUnavailable.message


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


@pytest.fixture
def bucket(settings: Any, tmp_path: Path, agent_with_profile: Agent) -> Iterator[S3Server]:
    """The agent's photo was stored on disk; from now on files are in a bucket."""
    with s3_sites.s3_server(tmp_path / "s3") as server:
        s3_sites.use(settings, server)
        yield server


def card(agent: Agent) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.jpg", cards.card(FRONT, agents.holder(agent)))


def accept(agent: Agent) -> KycUpload:
    return uploads.accept_upload(
        agent=agent, kind=FRONT, upload=card(agent), at=timezone.now(), last_four="4321"
    )


def read_later(upload: KycUpload, **later: int) -> KycUpload:
    at = NOON + timedelta(**later)
    reading.read_next(clock=lambda: at)
    return KycUpload.objects.get(pk=upload.pk)


@pytest.mark.parametrize("fault", ["down", "answer lost"])
def test_an_upload_is_refused_with_a_sentence(
    agent_with_profile: Agent, agent_client: Any, bucket: S3Server, fault: str
) -> None:
    """On the page and over the API: 503, no row of an upload, and the same upload works later."""
    client, rows = agent_client(agent_with_profile), StoredFile.objects.count()
    fields = {"last_four": "4321"}
    with bucket.failing(fault):
        page = client.post(PAGE, {"file": card(agent_with_profile), **fields})
        form = encode_multipart(BOUNDARY, {"file": card(agent_with_profile), **fields})
        api = client.put(API, form, MULTIPART_CONTENT)
    for answer in (page, api):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert SENTENCE in answer.content.decode()
    assert api.json()["code"] == "files_unavailable"
    assert (KycUpload.objects.count(), StoredFile.objects.count()) == (0, rows)
    page = client.post(PAGE, {"file": card(agent_with_profile), **fields})
    assert page.status_code == 302
    assert storage.read(KycUpload.objects.get().file)


@pytest.mark.usefixtures("quick_reader")
def test_an_unread_upload_waits_for_the_store(agent_with_profile: Agent, bucket: S3Server) -> None:
    """Read or saved while the store is lost: as often as it takes, and it is never refused."""
    upload = accept(agent_with_profile)
    with bucket.failing("down"):
        for seconds in range(0, 160, 20):
            assert read_later(upload, seconds=seconds).state == State.WAITING
    assert read_later(upload, seconds=161).state == State.READ
    assert storage.read(KycDocument.objects.get().file) == b"masked"


@pytest.mark.usefixtures("quick_reader")
def test_a_document_that_cannot_be_saved_is_read_again(
    agent_with_profile: Agent, bucket: S3Server, monkeypatch: Any
) -> None:
    """The store is lost between reading the original and saving the result."""
    upload = accept(agent_with_profile)

    def lose(data: bytes, **facts: Any) -> bytes:
        bucket.fault = "down"
        return data

    monkeypatch.setattr(storage, "decode_picture", lose)
    assert read_later(upload).state == State.WAITING
    assert not KycDocument.objects.exists()
    bucket.fault = None
    monkeypatch.setattr(storage, "decode_picture", lambda data, **facts: data)
    assert read_later(upload, seconds=21).state == State.READ


def test_a_bucket_that_is_not_ours_loses_no_upload(
    agent_with_profile: Agent, bucket: S3Server, settings: Any
) -> None:
    """An empty bucket has none of the files either, and no marker, which tells the difference."""
    assert orphans.establish_store()
    upload = accept(agent_with_profile)
    for url in ("s3://private/empty", "s3://none/site"):
        settings.HITOUCH_FILE_STORE = url
        assert read_later(upload).state == State.WAITING
        with pytest.raises(storage.StoreUnavailable):
            storage.destroy(upload.file)
        upload.next_try_at = NOON
        upload.save()
    assert StoredFile.objects.filter(pk=upload.file_id).exists()


def test_a_picture_is_shown_again_when_the_store_is_back(
    agent_with_profile: Agent, agent_client: Any, bucket: S3Server
) -> None:
    """503 with a sentence, then the picture, also in parts."""
    photo = storage.store_bytes(b"x" * 1000, name="a", content_type="image/jpeg", purpose="photo")
    Agent.objects.filter(pk=agent_with_profile.pk).update(photo=photo)
    client = agent_client(agent_with_profile)
    url = private_link(reverse("onboarding:photo-file"), photo, viewer=agent_with_profile.user)
    with bucket.failing("down"):
        answer = client.get(url)
    assert (answer.status_code, SENTENCE in answer.content.decode()) == (503, True)
    assert client.get(url).content == b"x" * 1000
    part = client.get(url, headers={"Range": "bytes=990-"})
    assert (part.status_code, part.content) == (206, b"x" * 10)
    assert client.get(url, headers={"Range": "bytes=1000-"}).status_code == 416
    stranger = agent_client(agent_with_profile).get(url + "x", headers={"Range": "bytes=0-"})
    assert stranger.status_code == 403


def test_an_original_that_was_not_destroyed_is_swept(
    agent_with_profile: Agent, bucket: S3Server, django_capture_on_commit_callbacks: Any
) -> None:
    """What a person did is done; the content goes when the store is back."""
    upload = accept(agent_with_profile)
    with bucket.failing("down"), django_capture_on_commit_callbacks(execute=True):
        uploads.withdraw_upload(upload=upload, at=NOON)
    assert KycUpload.objects.get().state == State.WITHDRAWN
    [original] = StoredFile.objects.filter(purpose=quarantine.PURPOSE)
    with bucket.failing("down"), pytest.raises(storage.StoreUnavailable):
        quarantine.destroy_unneeded(at=NOON + timedelta(minutes=30))
    assert quarantine.destroy_unneeded(at=NOON + timedelta(minutes=30)) == 1
    with pytest.raises(FileNotFoundError):
        storage.read(original)


def test_fetched_documents_are_saved_later(
    agent_with_profile: Agent, locker: Any, bucket: S3Server
) -> None:
    """What DigiLocker sent is kept in the row until its portrait can be stored."""
    session = digilocker.returned(agent_with_profile)
    with bucket.failing("down"):
        assert digilocker.work(session).state == KycSession.State.FETCHED
    later = digilocker.SOON + timedelta(minutes=5)
    assert digilocker.work(session, at=later).state == KycSession.State.COMPLETED
