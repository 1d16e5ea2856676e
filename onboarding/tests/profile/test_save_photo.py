"""The photo: one face, near and bright enough, by page and by API; the one before is destroyed."""

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


def upload(image: Image.Image) -> SimpleUploadedFile:
    out = BytesIO()
    image.save(out, "JPEG", quality=88)
    return SimpleUploadedFile("234567890124.jpg", out.getvalue(), "image/jpeg")


def scene(*people: tuple[Image.Image, float, tuple[int, int]]) -> Image.Image:
    """People pasted into a room: (who, how large, where)."""
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


def send(client: Any, image: Image.Image, *, look: bool = False) -> Any:
    """Send a picture as a program does."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="me.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + upload(image).read() + b"\r\n--x--\r\n"
    )
    method, path = ("POST", f"{API}look/") if look else ("PUT", API)
    return client.generic(method, path, body, "multipart/form-data; boundary=x")


@pytest.mark.parametrize("code", BAD)
def test_bad_photos_are_refused(told: Agent, agent_client: Any, code: str) -> None:
    """No face, two, a far one and darkness: each its own sentence at both doors; nothing kept."""
    client = agent_client(told)
    assert problem(send(client, BAD[code])) == (422, code)
    page = client.post(PAGE, {"file": upload(BAD[code])})
    assert page.status_code == 200
    sentence = send(client, BAD[code]).json()["detail"]
    assert sentence in html.unescape(page.content.decode())
    assert StoredFile.objects.get() == told.photo


def test_photo_is_cut_to_the_head(told: Agent, agent_client: Any) -> None:
    """Of a room with somebody in it the head and the shoulders are kept, under a name of ours."""
    wide = scene((PORTRAIT, 1, (600, 80)))
    assert send(agent_client(told), wide).status_code == 200
    told.refresh_from_db()
    kept = storage.read(told.photo)
    (face,) = faces.find(kept, describe=False)
    width = Image.open(BytesIO(kept)).width
    assert width < 600 < wide.width
    assert 0.3 < face.width / width < 0.6
    assert told.photo.name == "photo.jpg"


def test_photo_before_is_destroyed(
    told: Agent, agent_client: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """A replaced photo is gone from the disk and from the rows, once the new one is the agent's."""
    before = told.photo
    with django_capture_on_commit_callbacks() as after:
        assert send(agent_client(told), ANOTHER).status_code == 200
    assert storage.read(before)  # a crash here loses nothing
    for act in after:
        act()
    told.refresh_from_db()
    assert StoredFile.objects.get() == told.photo
    with pytest.raises(FileNotFoundError):
        storage.read(before)


def test_failed_saving_keeps_the_photo(told: Agent, monkeypatch: Any) -> None:
    """When the row cannot be written the photo before is still the agent's, and whole."""
    before = told.photo

    def broken(**facts: Any) -> None:
        raise OSError("the disk of the database is full")

    monkeypatch.setattr("accounts.agents.update_agent", broken)
    with pytest.raises(OSError, match="full"), transaction.atomic():
        photo.save_photo(agent=told, upload=upload(ANOTHER), by=told.user, at=NOON)
    told.refresh_from_db()
    assert told.photo == before
    assert storage.read(before)


def test_left_photos_are_cleared_up(told: Agent, agent_client: Any) -> None:
    """What a crash left behind is found by the nightly rule; what agents have is not."""
    before = told.photo
    send(agent_client(told), ANOTHER)  # in a test nothing commits, so the one before is left
    told.refresh_from_db()
    assert orphans.unreferenced_files(NOON + timedelta(days=1)).get() == before != told.photo


def test_photo_is_locked_with_the_documents(told: Agent, reviewer: Any, agent_client: Any) -> None:
    """While documents are compared with it, and after they are approved, a photo stays."""
    factories.send_documents(told)
    client = agent_client(told)
    assert problem(send(client, ANOTHER)) == (409, "photo_locked")
    agents.approve_documents(agent=told, reviewer=reviewer, now=NOON)
    assert problem(send(client, ANOTHER)) == (409, "photo_locked")
    page = client.post(PAGE, {"file": upload(ANOTHER)})
    assert "change your photo during the document review" in page.content.decode()


def test_without_faces_a_person_looks(told: Agent, agent_client: Any, settings: Any) -> None:
    """While faces are off any picture is taken, and the record says that nobody looked."""
    settings.HITOUCH_FACES = False
    assert send(agent_client(told), BAD["no_face"]).status_code == 200
    seen = AuditEvent.objects.filter(action="photo.saved").latest("at")
    assert seen.new == {"one_face_was_seen": False}
    assert send(agent_client(told), PORTRAIT, look=True).json()["ready"]


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
def test_look_says_how_to_hold_the_camera(
    told: Agent, agent_client: Any, image: Image.Image, code: str, words: str
) -> None:
    """Whoever cannot see the screen hears where to move, until the face is in the middle."""
    seen = send(agent_client(told), image, look=True).json()
    assert seen["code"] == code
    assert words in seen["hint"]
    assert seen["ready"] is (code == "")
    assert StoredFile.objects.get() == told.photo


def test_looks_are_counted(told: Agent, agent_client: Any, monkeypatch: Any) -> None:
    """Looking costs a processor, so that it is limited for each agent, and 429 says so."""
    monkeypatch.setattr(photo, "LOOKS", RateLimit("photo-looks-of-this-test", tries=2, seconds=600))
    answers = [send(agent_client(told), PORTRAIT, look=True).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_strangers_have_no_photo(
    told: Agent, ravi: Agent, reviewer: Any, agent_client: Any, staff_client: Any, client: Any
) -> None:
    """There is no address for another's photo; staff and nobody cannot put one."""
    assert agent_client(ravi).get(reverse("onboarding:photo-file")).status_code == 404
    assert send(staff_client(reviewer), PORTRAIT).status_code == 403
    assert send(client, PORTRAIT).status_code == 401
