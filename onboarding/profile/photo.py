"""The profile photo: checks (one face, size, light), camera hints, and saving."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import agents
from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.errors import Refusal
from hitouch.core.files import faces, images, storage
from hitouch.core.rate_limits import RateLimit
from onboarding.models import KycCase
from onboarding.steps import gates
from onboarding.steps.services import settle_clearance

#: Minimum width of the face in pixels; smaller ones cannot be compared reliably.
MIN_FACE_WIDTH = 90
#: Allowed range of the face's centre (x, y) and its maximum width, as fractions of the picture.
CENTRE_X, CENTRE_Y, MAX_WIDTH = (0.3, 0.7), (0.25, 0.7), 0.6
READY_TEXT = "Looks good. Hold still and take the photo."
PURPOSE = "agent-photo"
#: A check costs a tenth of a second of CPU; the page sends a frame every few seconds.
CHECKS = RateLimit("photo-looks", tries=120, seconds=600)


class NoFace(Refusal):
    """There is no face in the picture."""

    code = "no_face"
    status = 422
    field = "file"
    message = "We can't see a face. Look straight at the camera, with your whole head in the frame."


class SeveralFaces(Refusal):
    """There is more than one face in the picture."""

    code = "several_faces"
    status = 422
    field = "file"
    message = (
        "There is more than one face. Make sure there are no other people or photos behind you."
    )


class FaceTooSmall(Refusal):
    """The face is too small to be compared."""

    code = "face_too_small"
    status = 422
    field = "file"
    message = "Your face is too small. Move closer to the camera."


class TooDark(Refusal):
    """The picture is too dark."""

    code = "too_dark"
    status = 422
    field = "file"
    message = "It's too dark. Face a window or a lamp."


class PhotoLocked(Refusal):
    """The photo is being compared, or was compared, with documents."""

    code = "photo_locked"
    message = (
        "You can't change your photo during the document review or after approval, because we "
        "compare it with your documents. If you need a new one, contact us from the Help page."
    )


@dataclass(frozen=True)
class PhotoHint:
    """Guidance for taking the photo, written for screen readers too."""

    ready: bool
    hint: str
    code: str = ""


def save_photo(*, agent: Agent, upload: storage.Upload, by: User, at: datetime) -> Agent:
    """Save the photo that documents and camera pictures are compared with. It is private.

    Without face detection any picture is accepted; the document reviewer checks it.
    """
    gates.require(agent, step="profile")
    _refuse_if_locked(agent)
    CHECKS.spend(str(agent.pk), at=at)
    picture = storage.fresh_picture(upload)
    face = single_face(picture)
    cropped = faces.crop_to_face(picture, face) if face else picture
    return _replace_photo(agent, cropped, face_detected=face is not None, by=by, at=at)


@transaction.atomic
def _replace_photo(
    agent: Agent, picture: bytes, *, face_detected: bool, by: User, at: datetime
) -> Agent:
    """Store the new photo; the previous one is deleted after the commit."""
    locked = locks.lock_agent_row(agent)
    _refuse_if_locked(locked)
    previous = locked.photo
    photo = storage.store_bytes(
        picture, name="photo.jpg", content_type="image/jpeg", purpose=PURPOSE
    )
    saved = agents.update_agent(agent=locked, by=by, at=at, photo=photo)
    audit.record_event(
        by=by, action="photo.saved", on=saved, at=at, new={"one_face_was_seen": face_detected}
    )
    settle_clearance(agent=saved, at=at)
    if previous is not None:
        storage.destroy_on_commit(previous)
    return saved


def _refuse_if_locked(agent: Agent) -> None:
    locking_cases = KycCase.objects.filter(agent=agent, state__in=KycCase.LOCKING)
    if agent.photo_id and locking_cases.exists():
        raise PhotoLocked


def check_frame(*, agent: Agent, upload: storage.Upload, at: datetime) -> PhotoHint:
    """Guidance on a camera frame, which is not stored."""
    gates.require(agent, step="profile")
    CHECKS.spend(str(agent.pk), at=at)
    return photo_hint(storage.fresh_picture(upload))


def photo_hint(picture: bytes) -> PhotoHint:
    """Guidance on one camera frame."""
    try:
        face = single_face(picture)
    except (TooDark, NoFace, SeveralFaces, FaceTooSmall) as refusal:
        return PhotoHint(False, str(refusal), refusal.code)
    if face is None:
        return PhotoHint(True, "Take the photo when you're ready.")
    hint = _movement_hint(face, images.upright(picture).size)
    return PhotoHint(not hint, hint or READY_TEXT, "move" if hint else "")


def _movement_hint(face: faces.Face, size: tuple[int, int]) -> str:
    """How to move, or "". The picture is not mirrored: its left is the person's right."""
    left, top, width, height = face.box
    x, y = (left + width / 2) / size[0], (top + height / 2) / size[1]
    if width > MAX_WIDTH * min(size):
        return "Move back a little."
    if not CENTRE_X[0] <= x <= CENTRE_X[1]:
        return f"Move a little to your {'left' if x < CENTRE_X[0] else 'right'}."
    if not CENTRE_Y[0] <= y <= CENTRE_Y[1]:
        return f"Tilt the camera a little {'up' if y < CENTRE_Y[0] else 'down'}."
    return ""


def single_face(picture: bytes) -> faces.Face | None:
    """The only face, or None if face detection is off. Refuses unsuitable pictures."""
    if images.is_too_dark(picture):
        raise TooDark
    try:
        detected = faces.find(picture, describe=False)
    except faces.FaceMatchingUnavailable:
        return None
    if not detected:
        raise NoFace
    if len(detected) > 1:
        raise SeveralFaces
    if detected[0].width < MIN_FACE_WIDTH:
        raise FaceTooSmall
    return detected[0]
