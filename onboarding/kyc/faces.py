"""Whether a face on a document is like the one on the profile's photo: a hint for a person."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import Agent
from hitouch.core.crypto import SealBroken
from hitouch.core.files import faces, storage


class FaceMatchResult(StrEnum):
    """A face on a document never fails by itself: a person looks."""

    PASS = "PASS"  # noqa: S105
    LOOK = "LOOK"


@dataclass(frozen=True)
class FaceMatch:
    """Whether a picture seems to show the agent of the photo: 50 of 100 is the border."""

    verdict: FaceMatchResult
    words: str
    similarity: int | None = None


def compare_with_photo(agent: Agent, picture: bytes) -> FaceMatch:
    """Compare the faces of a picture with the agent's photo. Only ever a hint for a person."""
    if agent.photo is None:
        return FaceMatch(FaceMatchResult.LOOK, "There is no profile photo.")
    try:
        mine = faces.find(storage.read(agent.photo))
        theirs = faces.find(picture)
    except faces.FaceMatchingUnavailable:
        return FaceMatch(
            FaceMatchResult.LOOK, "Automatic face match is off. Compare the faces yourself."
        )
    except (storage.InvalidFile, OSError, SealBroken):
        return FaceMatch(FaceMatchResult.LOOK, "A photo can't be opened.")
    if len(mine) != 1:
        return FaceMatch(FaceMatchResult.LOOK, f"The profile photo has {len(mine)} faces, not one.")
    if not theirs:
        return FaceMatch(FaceMatchResult.LOOK, "No face was found on this photo.")
    return _compared(mine[0], theirs)


def _compared(mine: faces.Face, theirs: list[faces.Face]) -> FaceMatch:
    """A card may carry the portrait twice: the nearest face counts."""
    apart = min(faces.distance(mine, face) for face in theirs)
    similarity = round(100 * max(0.0, 1 - apart / (2 * faces.SAME_PERSON)))
    if apart <= faces.SAME_PERSON:
        return FaceMatch(FaceMatchResult.PASS, "The face matches the profile photo.", similarity)
    return FaceMatch(FaceMatchResult.LOOK, "The face doesn't match the profile photo.", similarity)
