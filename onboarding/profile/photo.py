"""What a photo has to show, and how to hold the camera until it does."""

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

#: Below this the network that compares faces has too little to go by.
LEAST_WIDTH = 90
#: Where the middle of a face belongs, and how wide it may be, as parts of the picture.
MIDDLE, HEIGHT, WIDEST = (0.3, 0.7), (0.25, 0.7), 0.6
READY = "Looks good. Hold still and take the photo."
PURPOSE = "agent-photo"
#: Every look costs a processor a tenth of a second. A camera that is aimed asks every few seconds.
LOOKS = RateLimit("photo-looks", tries=120, seconds=600)


class NoFace(Refusal):
    """Nobody is on the picture."""

    code = "no_face"
    status = 422
    field = "file"
    message = "We can't see a face. Look straight at the camera, with your whole head in the frame."


class SeveralFaces(Refusal):
    """Not only the agent is on the picture."""

    code = "several_faces"
    status = 422
    field = "file"
    message = (
        "There is more than one face. Make sure there are no other people or photos behind you."
    )


class FaceTooSmall(Refusal):
    """The agent is too far away to be compared."""

    code = "face_too_small"
    status = 422
    field = "file"
    message = "Your face is too small. Move closer to the camera."


class TooDark(Refusal):
    """There is too little light."""

    code = "too_dark"
    status = 422
    field = "file"
    message = "It's too dark. Face a window or a lamp."


@dataclass(frozen=True)
class PhotoHint:
    """What is seen on a picture, said so that it helps without seeing the screen."""

    ready: bool
    hint: str
    code: str = ""


def single_face(picture: bytes) -> faces.Face | None:
    """The only face, or None while faces are off. Raises what is wrong with the picture."""
    if images.is_too_dark(picture):
        raise TooDark
    try:
        found = faces.find(picture, describe=False)
    except faces.FaceMatchingUnavailable:
        return None
    if not found:
        raise NoFace
    if len(found) > 1:
        raise SeveralFaces
    if found[0].width < LEAST_WIDTH:
        raise FaceTooSmall
    return found[0]


def photo_hint(picture: bytes) -> PhotoHint:
    """One picture of a camera that is being aimed."""
    try:
        face = single_face(picture)
    except (TooDark, NoFace, SeveralFaces, FaceTooSmall) as refusal:
        return PhotoHint(False, str(refusal), refusal.code)
    if face is None:
        return PhotoHint(True, "Take the photo when you're ready.")
    hint = _how_to_move(face, images.upright(picture).size)
    return PhotoHint(not hint, hint or READY, "move" if hint else "")


def _how_to_move(face: faces.Face, size: tuple[int, int]) -> str:
    """The camera does not mirror: who stands at the picture's left is at their own right."""
    left, top, width, height = face.box
    across, down = (left + width / 2) / size[0], (top + height / 2) / size[1]
    if width > WIDEST * min(size):
        return "Move back a little."
    if not MIDDLE[0] <= across <= MIDDLE[1]:
        return f"Move a little to your {'left' if across < MIDDLE[0] else 'right'}."
    if not HEIGHT[0] <= down <= HEIGHT[1]:
        return f"Tilt the camera a little {'up' if down < HEIGHT[0] else 'down'}."
    return ""


class PhotoLocked(Refusal):
    """The documents are being compared, or were compared, with this photo."""

    code = "photo_locked"
    message = (
        "You can't change your photo during the document review or after approval, because we "
        "compare it with your documents. If you need a new one, contact us from the Help page."
    )


def look_at_photo(*, agent: Agent, upload: storage.Upload, at: datetime) -> PhotoHint:
    """Say how to hold the camera. Nothing of the picture is kept."""
    gates.require(agent, step="profile")
    LOOKS.spend(str(agent.pk), at=at)
    return photo_hint(storage.fresh_picture(upload))


def save_photo(*, agent: Agent, upload: storage.Upload, by: User, at: datetime) -> Agent:
    """Keep the photo that documents and the camera are compared with; it is private.

    While faces are off any picture is taken, and whoever reviews the documents looks at it.
    """
    gates.require(agent, step="profile")
    _refuse_when_locked(agent)
    LOOKS.spend(str(agent.pk), at=at)
    picture = storage.fresh_picture(upload)
    face = single_face(picture)
    cut = faces.crop_to_face(picture, face) if face else picture
    return _keep(agent, cut, looked_at=face is not None, by=by, at=at)


@transaction.atomic
def _keep(agent: Agent, picture: bytes, *, looked_at: bool, by: User, at: datetime) -> Agent:
    """The new photo is whole and the agent's before the old one goes."""
    held = locks.lock_agent_row(agent)
    _refuse_when_locked(held)
    before = held.photo
    photo = storage.store_bytes(
        picture, name="photo.jpg", content_type="image/jpeg", purpose=PURPOSE
    )
    saved = agents.update_agent(agent=held, by=by, at=at, photo=photo)
    audit.record_event(
        by=by, action="photo.saved", on=saved, at=at, new={"one_face_was_seen": looked_at}
    )
    settle_clearance(agent=saved, at=at)
    if before is not None:
        transaction.on_commit(lambda: storage.destroy(before))
    return saved


def _refuse_when_locked(agent: Agent) -> None:
    locking = KycCase.objects.filter(agent=agent, state__in=KycCase.LOCKING)
    if agent.photo_id and locking.exists():
        raise PhotoLocked
