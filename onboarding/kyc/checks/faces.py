"""Face match between a document and the profile photo. Only a hint for a reviewer."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import Agent
from hitouch.core.crypto import SealBroken
from hitouch.core.files import faces, storage


class FaceMatchResult(StrEnum):
    """Result of a face match. There is no failure: a reviewer compares the faces (LOOK)."""

    PASS = "PASS"  # noqa: S105
    LOOK = "LOOK"


@dataclass(frozen=True)
class FaceMatch:
    """Result, text for the reviewer, and similarity from 0 to 100, where 50 is the threshold."""

    verdict: FaceMatchResult
    words: str
    similarity: int | None = None


def compare_with_photo(agent: Agent, picture: bytes) -> FaceMatch:
    """Compare the faces on a photo of a document with the agent's profile photo."""
    if agent.photo is None:
        return FaceMatch(FaceMatchResult.LOOK, "There is no profile photo.")
    try:
        profile_faces = faces.find(storage.read(agent.photo))
        document_faces = faces.find(picture)
    except faces.FaceMatchingUnavailable:
        return FaceMatch(
            FaceMatchResult.LOOK, "Automatic face match is off. Compare the faces yourself."
        )
    except (storage.InvalidFile, OSError, SealBroken):
        return FaceMatch(FaceMatchResult.LOOK, "A photo can't be opened.")
    if len(profile_faces) != 1:
        return FaceMatch(
            FaceMatchResult.LOOK, f"The profile photo has {len(profile_faces)} faces, not one."
        )
    if not document_faces:
        return FaceMatch(FaceMatchResult.LOOK, "No face was found on this photo.")
    return _match_nearest(profile_faces[0], document_faces)


def _match_nearest(profile_face: faces.Face, document_faces: list[faces.Face]) -> FaceMatch:
    """The nearest face counts, because a card may show the portrait twice."""
    apart = min(faces.distance(profile_face, face) for face in document_faces)
    similarity = round(100 * max(0.0, 1 - apart / (2 * faces.SAME_PERSON)))
    if apart <= faces.SAME_PERSON:
        return FaceMatch(FaceMatchResult.PASS, "The face matches the profile photo.", similarity)
    return FaceMatch(FaceMatchResult.LOOK, "The face doesn't match the profile photo.", similarity)
