"""The face on a document against the photo: a hint with a number, never a no."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from accounts.models import Agent
from hitouch.core.files import storage
from onboarding.demo import cards
from onboarding.kyc import faces
from onboarding.kyc.faces import FaceMatchResult

PORTRAIT = Image.open(cards.PORTRAIT).convert("RGB")
ANOTHER = Image.open(cards.PORTRAIT.with_name("another-portrait.jpg")).convert("RGB")


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


def test_same_person_passes(told: Agent) -> None:
    """A small grey print of the same person is like the photo, and says how much."""
    seen = faces.compare_with_photo(told, card(PORTRAIT))
    assert seen.verdict == FaceMatchResult.PASS
    assert seen.similarity is not None
    assert seen.similarity > 60


def test_ghost_portrait_passes(told: Agent) -> None:
    """A card may show the portrait twice, or somebody else's beside it: the nearest counts."""
    assert faces.compare_with_photo(told, card(ANOTHER, PORTRAIT)).verdict == FaceMatchResult.PASS


def test_other_person_is_looked_at(told: Agent) -> None:
    """Somebody else's card is for a person to look at, with a number below the border."""
    seen = faces.compare_with_photo(told, card(ANOTHER))
    assert seen.verdict == FaceMatchResult.LOOK
    assert seen.similarity is not None
    assert seen.similarity < 45


@pytest.mark.parametrize("picture", [card(), b"no picture"])
def test_nothing_to_compare_is_looked_at(told: Agent, picture: bytes) -> None:
    """A card without a face, and a broken file, are for a person to look at, without a number."""
    seen = faces.compare_with_photo(told, picture)
    assert (seen.verdict, seen.similarity) == (FaceMatchResult.LOOK, None)
    assert seen.words.endswith(".")


def test_missing_photo_is_looked_at(nila: Agent, told: Agent) -> None:
    """No photo, and a photo that is gone from the disk, break nothing."""
    nila.photo = None
    assert faces.compare_with_photo(nila, card(PORTRAIT)).words == "There is no profile photo."
    storage._path_of(told.photo.pk).unlink()
    assert faces.compare_with_photo(told, card(PORTRAIT)).verdict == FaceMatchResult.LOOK


def test_faces_off_is_looked_at(told: Agent, settings: Any) -> None:
    """Without the models whoever reviews is asked to compare."""
    settings.HITOUCH_FACES = False
    seen = faces.compare_with_photo(told, card(PORTRAIT))
    assert (seen.verdict, seen.similarity) == (FaceMatchResult.LOOK, None)
    assert "yourself" in seen.words
