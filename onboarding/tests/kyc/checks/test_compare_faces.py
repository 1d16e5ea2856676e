"""Face match between a document and the profile photo."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from accounts.models import Agent
from onboarding.demo import cards
from onboarding.kyc.checks import faces
from onboarding.kyc.checks.faces import FaceMatchResult
from tests.support.private_files import path_of

PORTRAIT = Image.open(cards.PORTRAIT).convert("RGB")
ANOTHER = Image.open(cards.PORTRAIT.with_name("another-portrait.jpg")).convert("RGB")


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def card(*people: Image.Image) -> bytes:
    """A card photographed on a table, with small and badly printed portraits."""
    table = Image.new("RGB", (1600, 1100), "#6b5a48")
    table.paste(Image.new("RGB", (1200, 760), "#eef2ee"), (200, 170))
    for number, person in enumerate(people):
        small = person.resize((260, 290)).convert("L").convert("RGB")
        table.paste(small, (240 + 400 * number, 330))
    return jpeg(table, quality=55)


def test_same_person_passes(agent_with_profile: Agent) -> None:
    """A small grey print of the same person passes, with its similarity."""
    seen = faces.compare_with_photo(agent_with_profile, card(PORTRAIT))
    assert seen.verdict == FaceMatchResult.PASS
    assert seen.similarity is not None
    assert seen.similarity > 60


def test_ghost_portrait_passes(agent_with_profile: Agent) -> None:
    """The nearest face counts, because a card may show several."""
    assert (
        faces.compare_with_photo(agent_with_profile, card(ANOTHER, PORTRAIT)).verdict
        == FaceMatchResult.PASS
    )


def test_other_person_needs_a_reviewer(agent_with_profile: Agent) -> None:
    """Another person's card needs a reviewer, with a similarity below the threshold."""
    seen = faces.compare_with_photo(agent_with_profile, card(ANOTHER))
    assert seen.verdict == FaceMatchResult.LOOK
    assert seen.similarity is not None
    assert seen.similarity < 45


@pytest.mark.parametrize("picture", [card(), b"no picture"])
def test_missing_face_needs_a_reviewer(agent_with_profile: Agent, picture: bytes) -> None:
    """A card without a face and a broken file need a reviewer, without a similarity."""
    seen = faces.compare_with_photo(agent_with_profile, picture)
    assert (seen.verdict, seen.similarity) == (FaceMatchResult.LOOK, None)
    assert seen.words.endswith(".")


def test_missing_profile_photo_needs_a_reviewer(nila: Agent, agent_with_profile: Agent) -> None:
    """A profile without a photo, or whose file is missing, needs a reviewer."""
    nila.photo = None
    assert faces.compare_with_photo(nila, card(PORTRAIT)).words == "There is no profile photo."
    path_of(agent_with_profile.photo).unlink()
    assert (
        faces.compare_with_photo(agent_with_profile, card(PORTRAIT)).verdict == FaceMatchResult.LOOK
    )


def test_disabled_face_matching_needs_a_reviewer(agent_with_profile: Agent, settings: Any) -> None:
    """Without the face models the reviewer is asked to compare."""
    settings.HITOUCH_FACES = False
    seen = faces.compare_with_photo(agent_with_profile, card(PORTRAIT))
    assert (seen.verdict, seen.similarity) == (FaceMatchResult.LOOK, None)
    assert "yourself" in seen.words
