"""Camera and microphone: the server judges a still and three seconds of sound."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import NOON
from hitouch.core.files import storage
from proctoring.models import Sitting
from proctoring.setup import queries as checks
from proctoring.setup import services as setup
from proctoring.setup import sounds, stills
from proctoring.tests.setup.conftest import PORTRAIT, flat, picture, sound
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.sound import encode, voice_like


def failing(check) -> list[str]:
    return [each["key"] for each in check.results if not each["passed"]]


def test_still_and_sound_become_the_baseline(asha, assessment, signed_in):
    """A face and a voice pass over the API; both files are kept encrypted, with an end."""
    sitting = make_sitting(asha, "DEVICE_TEST")
    answer = signed_in(asha.user).post(
        f"/api/v1/sittings/{sitting.pk}/device-test/", {"picture": picture(), "sound": sound()}
    )
    assert (answer.json()["passed"], answer.json()["state"]) == (True, "IDENTITY")
    row = sitting.checks.get(kind="DEVICES")
    assert storage.read(row.picture).startswith(b"\xff\xd8")
    assert row.sound.content_type == "audio/webm"
    assert row.keep_until is not None
    known = checks.baseline_of(sitting)
    assert known.luminance == pytest.approx(128, abs=90)
    assert known.face_share > stills.MIN_FACE_SHARE
    assert known.noise < -40


def test_claims_without_evidence_pass_nothing(asha, assessment, signed_in):
    """A teal rectangle, silence, and words instead of files fail, each with a remedy, as rows."""
    sitting = make_sitting(asha, "DEVICE_TEST")
    client = signed_in(asha.user)
    page = f"/assessment/{sitting.pk}/devices/"
    shown = client.post(page, {"picture": flat(), "sound": sound(level=0)})
    assert b"Uncover your camera" in shown.content
    assert b"No voice heard" in shown.content
    client.post(page, {"picture": "true", "microphone_level": "0.9"})
    junk = {name: SimpleUploadedFile("a.jpg", b"<script>") for name in ("picture", "sound")}
    client.post(page, junk)
    empty = {name: SimpleUploadedFile("a.jpg", b"") for name in ("picture", "sound")}
    client.post(page, empty)
    assert [failing(row) for row in sitting.checks.filter(kind="DEVICES")] == [
        ["picture", "sound"]
    ] * 4
    sitting.refresh_from_db()
    assert sitting.state == "DEVICE_TEST"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"width": 160}, "160 x 480"),
        ({"dark": True}, "Too dark"),
        ({"contrast": 5.0}, "One flat colour"),
        ({"luminance": 250.0}, "Too bright"),
        ({"faces": ()}, "No face found"),
        ({"faces": (stills.faces.Face((0, 0, 40, 40)),)}, "Too far away"),
        ({"faces": (stills.faces.Face((0, 0, 200, 200)),) * 2}, "2 faces found"),
    ],
)
def test_still_that_does_not_do(facts, found):
    """Each fault of a picture is named with a remedy; lifted demands are left out."""
    good = {
        "width": 640, "height": 480, "luminance": 120.0, "contrast": 150.0, "dark": False,
        "faces": (stills.faces.Face((200, 100, 180, 180)),),
    }  # fmt: skip
    assert all(result.passed for result in stills.judge(stills.Still(**good)))
    still = stills.Still(**good | facts)
    (failed,) = [each for each in stills.judge(still) if not each.passed]
    assert (failed.found, bool(failed.mend)) == (found, True)
    lifted = stills.judge(still, waives=["FACE"])
    assert all(each.passed for each in lifted) == ("faces" in facts)


def test_without_models_faces_are_not_looked_at(asha, assessment, settings):
    """Where no face models are, the still passes by size and light, with a note."""
    settings.HITOUCH_FACES = False
    sitting = make_sitting(asha, "DEVICE_TEST")
    check = setup.check_devices(
        sitting=sitting, picture=picture(), sound=sound(), by=asha.user, at=NOON
    )
    assert check.passed
    assert stills.NOT_LOOKED_AT in [each["found"] for each in check.results]


def test_clipped_and_short_sound_fails():
    """A distorted voice and half a word do not pass."""
    loud = np.clip(voice_like(3) * 40, -0.6, 0.6)
    assert sounds.listen(encode(loud, "wav", "pcm_s16le")).judgement == "CLIPPED"
    assert not sounds.judge(sounds.listen(encode(voice_like(1.2)))).passed
    assert sounds.listen(bytes(sounds.MAX_BYTES + 1)).judgement == "UNREADABLE"


def test_lifted_demands_ask_for_nothing(asha, assessment):
    """Without a camera only the sound is judged; without both the check does not apply."""
    sitting = make_sitting(asha, "DEVICE_TEST")
    Sitting.objects.filter(pk=sitting.pk).update(waives=["CAMERA"])
    sitting.refresh_from_db()
    check = setup.check_devices(sitting=sitting, picture=None, sound=sound(), by=asha.user, at=NOON)
    assert (check.passed, check.sitting.state, check.picture) == (True, "IDENTITY", None)
    sitting.waives = ["CAMERA", "MICROPHONE"]
    assert checks.outstanding(sitting, NOON) == []
    assert PORTRAIT.exists()
