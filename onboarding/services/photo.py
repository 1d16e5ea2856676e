"""The photo of an agent: one face, cut to head and shoulders; the one before is destroyed."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts import services as accounts_services
from accounts.models import Agent, User
from hitouch.core import faces, files
from hitouch.core.errors import Refusal
from hitouch.core.limits import Limit
from onboarding import steps
from onboarding.models import KycCase
from onboarding.services import good_photo, guards
from onboarding.services.clearing import settle_clearance

PURPOSE = "agent-photo"
#: Every look costs a processor a tenth of a second. A camera that is aimed asks every few seconds.
LOOKS = Limit("photo-looks", tries=120, seconds=600)


class PhotoLocked(Refusal):
    """The documents are being compared, or were compared, with this photo."""

    code = "photo_locked"
    message = (
        "You can't change your photo during the document review or after approval, because we "
        "compare it with your documents. If you need a new one, contact us from the Help page."
    )


def look_at_photo(*, agent: Agent, upload: files.Upload, at: datetime) -> good_photo.Look:
    """Say how to hold the camera. Nothing of the picture is kept."""
    steps.require(agent, step="profile")
    LOOKS.spend(str(agent.pk), at=at)
    return good_photo.look(files.fresh_picture(upload))


def save_photo(*, agent: Agent, upload: files.Upload, by: User, at: datetime) -> Agent:
    """Keep the photo that documents and the camera are compared with; it is private.

    While faces are off any picture is taken, and whoever reviews the documents looks at it.
    """
    steps.require(agent, step="profile")
    _refuse_when_locked(agent)
    LOOKS.spend(str(agent.pk), at=at)
    picture = files.fresh_picture(upload)
    face = good_photo.one_face(picture)
    cut = faces.crop_to_face(picture, face) if face else picture
    return _keep(agent, cut, looked_at=face is not None, by=by, at=at)


@transaction.atomic
def _keep(agent: Agent, picture: bytes, *, looked_at: bool, by: User, at: datetime) -> Agent:
    """The new photo is whole and the agent's before the old one goes."""
    held = guards.lock(agent)
    _refuse_when_locked(held)
    before = held.photo
    photo = files.store_bytes(picture, name="photo.jpg", content_type="image/jpeg", purpose=PURPOSE)
    saved = accounts_services.update_agent(agent=held, by=by, at=at, photo=photo)
    audit.record(by=by, action="photo.saved", on=saved, at=at, new={"one_face_was_seen": looked_at})
    settle_clearance(agent=saved, at=at)
    if before is not None:
        transaction.on_commit(lambda: files.destroy(before))
    return saved


def _refuse_when_locked(agent: Agent) -> None:
    locking = KycCase.objects.filter(agent=agent, state__in=KycCase.LOCKING)
    if agent.photo_id and locking.exists():
        raise PhotoLocked
