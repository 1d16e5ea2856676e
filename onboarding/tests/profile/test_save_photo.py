"""The profile photo: checks, camera hints, replacement and access."""

import html
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from PIL import Image

from accounts.models import Agent, AuditEvent
from conftest import NOON
from hitouch.core.data_protection import orphans
from hitouch.core.files import faces, storage
from hitouch.core.models import StoredFile
from hitouch.core.rate_limits import RateLimit
from onboarding.demo import agents, cards
from onboarding.profile import photo
from onboarding.tests import factories
from onboarding.tests.conftest import problem

API = "/api/v1/onboarding/profile/photo/"
PAGE = reverse("onboarding:profile-photo")
PORTRAIT = Image.open(cards.PORTRAIT).convert("RGB")
ANOTHER = Image.open(cards.PORTRAIT.with_name("another-portrait.jpg")).convert("RGB")


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def upload(image: Image.Image) -> SimpleUploadedFile:
    out = BytesIO()
    image.save(out, "JPEG", quality=88)
    return SimpleUploadedFile("234567890124.jpg", out.getvalue(), "image/jpeg")


def scene(*people: tuple[Image.Image, float, tuple[int, int]]) -> Image.Image:
    """A picture of people in a room: (image, scale, position)."""
    room = Image.new("RGB", (1280, 720), "#98a4ad")
    for image, scale, place in people:
        room.paste(image.resize((int(image.width * scale), int(image.height * scale))), place)
    return room


BAD = {
    "no_face": scene(),
    "several_faces": scene((PORTRAIT, 1, (60, 60)), (ANOTHER, 1, (700, 60))),
    "face_too_small": scene((PORTRAIT, 0.35, (500, 200))),
    "too_dark": PORTRAIT.point(lambda value: value // 12),
}


def send(client: Any, image: Image.Image, *, is_frame: bool = False) -> Any:
    """Upload the photo, or a camera frame, through the API."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="me.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + upload(image).read() + b"\r\n--x--\r\n"
    )
    method, path = ("POST", f"{API}look/") if is_frame else ("PUT", API)
    return client.generic(method, path, body, "multipart/form-data; boundary=x")


@pytest.mark.parametrize("code", BAD)
def test_unsuitable_photos_are_refused(
    agent_with_profile: Agent, agent_client: Any, code: str
) -> None:
    """Page and API refuse no face, several, a small face and darkness, with the same message."""
    client = agent_client(agent_with_profile)
    assert problem(send(client, BAD[code])) == (422, code)
    page = client.post(PAGE, {"file": upload(BAD[code])})
    assert page.status_code == 200
    sentence = send(client, BAD[code]).json()["detail"]
    assert sentence in html.unescape(page.content.decode())
    assert StoredFile.objects.get() == agent_with_profile.photo


def test_the_photo_is_cropped_to_the_head(agent_with_profile: Agent, agent_client: Any) -> None:
    """The photo is cropped to head and shoulders and stored under a neutral name."""
    wide = scene((PORTRAIT, 1, (600, 80)))
    assert send(agent_client(agent_with_profile), wide).status_code == 200
    agent_with_profile.refresh_from_db()
    stored = storage.read(agent_with_profile.photo)
    (face,) = faces.find(stored, describe=False)
    width = Image.open(BytesIO(stored)).width
    assert width < 600 < wide.width
    assert 0.3 < face.width / width < 0.6
    assert agent_with_profile.photo.name == "photo.jpg"


def test_the_previous_photo_is_deleted(
    agent_with_profile: Agent, agent_client: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """A replaced photo is deleted from disk and database after the commit."""
    before = agent_with_profile.photo
    with django_capture_on_commit_callbacks() as callbacks:
        assert send(agent_client(agent_with_profile), ANOTHER).status_code == 200
    assert storage.read(before)  # a crash here loses nothing
    for callback in callbacks:
        callback()
    agent_with_profile.refresh_from_db()
    assert StoredFile.objects.get() == agent_with_profile.photo
    with pytest.raises(FileNotFoundError):
        storage.read(before)


def test_a_failed_save_keeps_the_previous_photo(
    agent_with_profile: Agent, monkeypatch: Any
) -> None:
    """If the row cannot be saved, the previous photo stays."""
    before = agent_with_profile.photo

    def broken(**facts: Any) -> None:
        raise OSError("the disk of the database is full")

    monkeypatch.setattr("accounts.agents.update_agent", broken)
    with pytest.raises(OSError, match="full"), transaction.atomic():
        photo.save_photo(
            agent=agent_with_profile, upload=upload(ANOTHER), by=agent_with_profile.user, at=NOON
        )
    agent_with_profile.refresh_from_db()
    assert agent_with_profile.photo == before
    assert storage.read(before)


def test_orphaned_photos_are_found(agent_with_profile: Agent, agent_client: Any) -> None:
    """Photos left by a crash are found by the nightly clean-up, current ones are not."""
    before = agent_with_profile.photo
    send(
        agent_client(agent_with_profile), ANOTHER
    )  # in a test nothing commits, so the one before is left
    agent_with_profile.refresh_from_db()
    assert (
        orphans.unreferenced_files(NOON + timedelta(days=1)).get()
        == before
        != agent_with_profile.photo
    )


def test_photo_is_locked_with_the_documents(
    agent_with_profile: Agent, reviewer: Any, agent_client: Any
) -> None:
    """During the document review and after approval the photo cannot be changed."""
    factories.send_documents(agent_with_profile)
    client = agent_client(agent_with_profile)
    assert problem(send(client, ANOTHER)) == (409, "photo_locked")
    agents.approve_documents(agent=agent_with_profile, reviewer=reviewer, now=NOON)
    assert problem(send(client, ANOTHER)) == (409, "photo_locked")
    page = client.post(PAGE, {"file": upload(ANOTHER)})
    assert "change your photo during the document review" in page.content.decode()


def test_without_face_detection_any_photo_is_accepted(
    agent_with_profile: Agent, agent_client: Any, settings: Any
) -> None:
    """With face detection off any picture is accepted, and the audit event says so."""
    settings.HITOUCH_FACES = False
    assert send(agent_client(agent_with_profile), BAD["no_face"]).status_code == 200
    seen = AuditEvent.objects.filter(action="photo.saved").latest("at")
    assert seen.new == {"one_face_was_seen": False}
    assert send(agent_client(agent_with_profile), PORTRAIT, is_frame=True).json()["ready"]


@pytest.mark.parametrize(
    ("image", "code", "words"),
    [
        (BAD["no_face"], "no_face", "see a face"),
        (BAD["too_dark"], "too_dark", "lamp"),
        (scene((PORTRAIT, 1, (0, 60))), "move", "to your left"),
        (scene((PORTRAIT, 1, (736, 60))), "move", "to your right"),
        (scene((PORTRAIT, 1, (368, 300))), "move", "Tilt the camera a little down"),
        (scene((PORTRAIT, 1, (368, 60))), "", "Hold still"),
    ],
)
def test_camera_hints(
    agent_with_profile: Agent, agent_client: Any, image: Image.Image, code: str, words: str
) -> None:
    """The hint says where to move until the face is centred; the frame is not stored."""
    seen = send(agent_client(agent_with_profile), image, is_frame=True).json()
    assert seen["code"] == code
    assert words in seen["hint"]
    assert seen["ready"] is (code == "")
    assert StoredFile.objects.get() == agent_with_profile.photo


def test_camera_frames_are_rate_limited(
    agent_with_profile: Agent, agent_client: Any, monkeypatch: Any
) -> None:
    """Checks are limited per agent, then 429."""
    monkeypatch.setattr(
        photo, "CHECKS", RateLimit("photo-looks-of-this-test", tries=2, seconds=600)
    )
    answers = [
        send(agent_client(agent_with_profile), PORTRAIT, is_frame=True).status_code
        for _ in range(3)
    ]
    assert answers == [200, 200, 429]


def test_who_may_access_the_photo(
    agent_with_profile: Agent,
    ravi: Agent,
    reviewer: Any,
    agent_client: Any,
    staff_client: Any,
    client: Any,
) -> None:
    """Agents only access their own photo; staff and anonymous users cannot upload one."""
    assert agent_client(ravi).get(reverse("onboarding:photo-file")).status_code == 404
    assert send(staff_client(reviewer), PORTRAIT).status_code == 403
    assert send(client, PORTRAIT).status_code == 401
