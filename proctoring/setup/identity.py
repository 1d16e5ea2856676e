"""Compares the photo taken before the assessment with photos of the same person.

A machine only ever says "the same person". When it cannot, a person looks at the photos.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Agent
from hitouch.core.crypto import SealBroken
from hitouch.core.files import faces, storage
from hitouch.core.models import StoredFile
from proctoring import conf, signals
from proctoring.models import IdentityCheck
from proctoring.setup import stills

Outcome, Reference = IdentityCheck.Outcome, IdentityCheck.Reference
ADVICE = {
    "too_dark": "It is too dark. Face a window or a lamp.",
    "too_bright": "It is too bright. Turn away from the window or lamp.",
    "flat": "We cannot see a picture. Uncover your camera.",
    "no_face": "We cannot find a face. Look straight at the camera, with your whole head in the "
    "picture.",
    "several_faces": "There is more than one face. Make sure there are no other people or "
    "pictures of people behind you.",
    "face_too_small": "Your face is too small. Move closer to the camera.",
    "not_matched": "We could not match this photo with your profile photo. Face the light, look "
    "straight at the camera, and take off sunglasses or a mask.",
    "no_reference": "There is no earlier photo to compare it with. A person will look at it.",
    "not_looked_at": "A person will compare it with your profile photo.",
}
#: The least width of a face that can be compared, in pixels and as a share of the shorter side.
MIN_FACE_WIDTH = 80
LOOKS_GOOD = "Looks good. Hold still and take the photo."


@dataclass(frozen=True)
class PhotoComparison:
    """What comparing one photo led to; the advice of `code` is for the person."""

    outcome: str
    code: str = ""
    reference: str = ""
    distance: float | None = None
    descriptor: tuple[float, ...] = field(default=(), repr=False)

    @property
    def advice(self) -> str:
        return ADVICE.get(self.code, "")


@dataclass(frozen=True)
class ReferencePhoto:
    """A photo of the agent from before, with its one face."""

    kind: str
    face: faces.Face


def compare(picture: bytes, agent: Agent, *, find_faces: bool = True) -> PhotoComparison:
    """Compare a photo with the agent's profile photo, or else the photo of the documents."""
    still = stills.look_at(picture, find_faces=find_faces, describe=True)
    if code := _fault_of(still):
        return PhotoComparison(Outcome.RETRY, code)
    if still.faces is None:
        return PhotoComparison(Outcome.PERSON, "not_looked_at")
    (face,) = still.faces
    try:
        known = next(_references(agent), None)
    except faces.FaceMatchingUnavailable:
        return PhotoComparison(Outcome.PERSON, "not_looked_at", descriptor=face.descriptor)
    if known is None:
        return PhotoComparison(Outcome.PERSON, "no_reference", descriptor=face.descriptor)
    apart = faces.distance(face, known.face)
    facts = {"reference": known.kind, "distance": apart, "descriptor": face.descriptor}
    if apart <= conf.IDENTITY_DISTANCE:
        return PhotoComparison(Outcome.PASSED, **facts)  # type: ignore[arg-type]
    return PhotoComparison(Outcome.RETRY, "not_matched", **facts)  # type: ignore[arg-type]


def hint_for(picture: bytes) -> tuple[str, str]:
    """Code and sentence about one frame of the camera, before the photo is taken."""
    code = _fault_of(stills.look_at(picture))
    return code, ADVICE.get(code, LOOKS_GOOD)


def pack(descriptor: Sequence[float]) -> str:
    """The text in which a descriptor is kept, encrypted."""
    return json.dumps([round(number, 6) for number in descriptor]) if descriptor else ""


def unpack(text: str) -> tuple[float, ...]:
    """The descriptor; empty when there is none."""
    return tuple(json.loads(text)) if text else ()


def _fault_of(still: stills.Still) -> str:
    """Why the photo cannot be compared, or ""."""
    if still.dark:
        return "too_dark"
    if still.contrast < stills.MIN_CONTRAST:
        return "flat"
    if still.luminance > stills.TOO_BRIGHT:
        return "too_bright"
    if still.faces is None:
        return ""
    if len(still.faces) != 1:
        return "several_faces" if still.faces else "no_face"
    is_small = still.faces[0].width < MIN_FACE_WIDTH
    if is_small or (still.face_share or 0) < stills.MIN_FACE_SHARE:
        return "face_too_small"
    return ""


def _references(agent: Agent) -> Iterator[ReferencePhoto]:
    """Earlier photos of the agent that show a face, the profile photo first."""
    if agent.photo is not None:
        found = _faces_in(agent.photo)
        if len(found) == 1:
            yield ReferencePhoto(Reference.PROFILE, found[0])
    for stored in _document_photos(agent):
        if found := _faces_in(stored):  # a card may show the portrait twice
            yield ReferencePhoto(Reference.KYC, found[0])


def _document_photos(agent: Agent) -> list[StoredFile]:
    """Photos of approved documents, which an app above this one knows."""
    answers: Any = signals.document_photos_requested.send(sender=Agent, agent=agent)
    return [stored for _, stored_files in answers for stored in stored_files or ()]


def _faces_in(stored: StoredFile) -> list[faces.Face]:
    """The faces of a stored photo; none when it cannot be read."""
    try:
        return faces.find(storage.read(stored))
    except (storage.InvalidFile, OSError, SealBroken):
        return []
