"""An assessment with one listening and one speaking question, and a sitting of it."""

import hashlib
import io
import wave
from pathlib import Path

import pytest

from accounts.models import Agent
from conftest import NOON
from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage
from proctoring.assessments.services import activate_assessment
from proctoring.models import Assessment, Item, ItemKey, ItemVersion, Section, Sitting
from proctoring.tests.support.cast import make_sitting

#: Six seconds of speech, as Chromium's MediaRecorder writes it.
SPEECH = Path(__file__).parents[1] / "data" / "speech" / "chromium.webm"


def silence(seconds: float = 2.0) -> bytes:
    """A WAV file without sound."""
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(int(seconds * 16_000) * 2))
    return data.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_item(kind: str, **facts) -> ItemVersion:
    """A live item with one published version."""
    item = Item.objects.create(code=kind.lower(), kind=kind, level="B1", topic="tests")
    for state in ("IN_REVIEW", "LIVE"):
        transition(item, to=state, by=None, at=NOON)
    version = ItemVersion.objects.create(item=item, number=1, text="What do you hear?", **facts)
    ItemKey.objects.create(version=version, key="a" if facts.get("options") else "")
    ItemVersion.objects.filter(pk=version.pk).update(published_at=NOON)
    return version


@pytest.fixture
def sound_assessment(db: None) -> Assessment:
    """Listening for five minutes, then speaking for five."""
    clip = storage.store_bytes(
        silence(), name="clip.wav", content_type="audio/wav", purpose="proctoring.item_audio"
    )
    make_item("AUDIO_MCQ", audio=clip, plays=2, options={"a": "Yes", "b": "No"})
    make_item("SPEAKING", seconds=30)
    assessment = Assessment.objects.create(code="sound", kind="LANGUAGE", title="Sound")
    for position, kind in enumerate(("AUDIO_MCQ", "SPEAKING"), start=1):
        Section.objects.create(
            assessment=assessment,
            position=position,
            name=kind.title(),
            kind=kind,
            minutes=5,
            draw=1,
        )
    activate_assessment(assessment=assessment, by=None, at=NOON)
    return assessment


@pytest.fixture
def sitting(sound_assessment: Assessment, asha: Agent) -> Sitting:
    """Asha's sitting, in the listening section."""
    return make_sitting(asha, "IN_PROGRESS")
