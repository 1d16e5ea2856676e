"""Recordings from outside are decoded in the sandbox, or refused by name."""

import io
import random
import zipfile

import numpy as np
import pytest
from PIL import Image

from proctoring.grading.speech import decoding
from proctoring.grading.speech.decoding import Sound, UnreadableRecording
from proctoring.tests.support import sound as sounds
from proctoring.tests.support.sound import DATA, FRAGMENTED, encode, voice_like

SECOND = voice_like(1)
WEBM = (DATA / "chromium.webm").read_bytes()
#: How browsers record, and the files that people upload.
FORMATS = {
    "webm/opus": ("webm", "libopus", {}),
    "ogg/opus": ("ogg", "libopus", {}),
    "mp4/aac in fragments": ("mp4", "aac", FRAGMENTED),
    "mp4/opus in fragments": ("mp4", "libopus", FRAGMENTED),
    "m4a/aac": ("ipod", "aac", {}),
    "mov/alac": ("mov", "alac", {}),
    "mp3": ("mp3", "libmp3lame", {}),
    "wav": ("wav", "pcm_s16le", {}),
    "wav, 8 bit": ("wav", "pcm_u8", {}),
    "wav, float": ("wav", "pcm_f32le", {}),
}


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableRecording) as refused:
        decoding.decode(data)
    assert str(refused.value).endswith(".")
    return refused.value.code


def power(sound: Sound) -> float:
    return float(np.square(sound.samples).mean())


@pytest.mark.parametrize(("container", "codec", "options"), FORMATS.values(), ids=FORMATS)
def test_decode_what_browsers_record(container, codec, options):
    """Every format comes out with its duration and its level."""
    data = encode(np.repeat(SECOND, 3), container, codec, rate=48_000, **options)
    decoded = decoding.decode(data)
    assert decoded.seconds == pytest.approx(1, abs=0.08)
    assert power(decoded) == pytest.approx(np.square(SECOND).mean(), rel=0.25)


@pytest.mark.parametrize("name", ["chromium.webm", "chromium.mp4"])
def test_decode_chunks_of_a_media_recorder(name):
    """What Chromium's recorder gave in chunks of a second, joined: no duration, no index."""
    data = (DATA / name).read_bytes()
    whole = decoding.decode(data)
    assert whole.seconds == pytest.approx(5.1, abs=0.1)
    without_last_chunk = decoding.decode(data[: len(data) * 3 // 4])
    assert 2 < without_last_chunk.seconds < whole.seconds
    assert power(without_last_chunk) > 0.5 * power(whole)


@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [("webm", "libopus", {}), ("ogg", "libopus", {}), ("mp4", "aac", FRAGMENTED)],
)
def test_decode_two_recordings_that_were_joined(container, codec, options):
    """A page that was loaded again goes on with a new head: both parts count."""
    first = encode(np.repeat(SECOND, 3), container, codec, rate=48_000, **options)
    decoded = decoding.decode(first + first)
    assert decoded.seconds == pytest.approx(2, abs=0.2)
    assert np.abs(decoded.samples).max() < 0.9


def test_a_silent_or_reversed_side_costs_nothing():
    """Of two channels the louder is heard when one is silent or cancels the other."""
    plain = power(decoding.decode(encode(SECOND, "wav", "pcm_s16le")))
    for other in (np.zeros_like(SECOND), -SECOND, SECOND):
        stereo = encode(np.stack([SECOND, other]), "wav", "pcm_s16le", layout="stereo")
        assert power(decoding.decode(stereo)) == pytest.approx(plain, rel=0.05)


def test_faults_in_the_middle_cost_only_what_is_broken():
    """A chunk that was damaged on the way leaves the rest."""
    assert decoding.decode(WEBM[:5000] + bytes(200) + WEBM[5200:]).seconds > 3.5


def test_numbers_that_are_none_become_silence():
    """Not-a-number, infinity and what is too loud stay within -1 and 1."""
    odd = np.array([np.nan, np.inf, -np.inf, 9, -9] * 4000, "<f4").tobytes()
    decoded = decoding.decode(sounds.wav(odd, bits=32, form=3))
    assert np.isfinite(decoded.samples).all()
    assert np.abs(decoded.samples).max() <= 1


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG")
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.webm", bytes(1_000_000))
    return out.getvalue()


UNREADABLE = {
    "nothing": (b"", "empty"),
    "text": (b"I answer in writing. " * 500_000, "not_sound"),
    "NULs": (bytes(100_000), "not_sound"),
    "a picture": (picture(), "not_sound"),
    "an archive": (archive(), "not_sound"),
    "a playlist": (b"#EXTM3U\nfile:///etc/passwd\n", "not_sound"),
    "a list of files for FFmpeg": (b"ffconcat version 1.0\nfile /etc/passwd\n", "not_sound"),
    "a head alone": (WEBM[:150], "no_sound"),
    "a later chunk alone": (WEBM[2332:], "not_sound"),
    "a head and text": (WEBM[:150] + b"text " * 10_000, "no_sound"),
    "text with the mark of MP3": (b"\xff\xfb" + b"text " * 10_000, "not_sound"),
    "a film": (sounds.video(), "video"),
    "a film without sound": (sounds.video(sound=False), "video"),
    "two tracks": (sounds.two_tracks(), "streams"),
    "4,000,000,000 samples a second": (sounds.wav(bytes(9_999), rate=4_000_000_000), "not_sound"),
    "one sample a second": (sounds.wav(bytes(10_000), rate=1), "rate"),
    "hundreds of channels": (sounds.wav(bytes(100_000), channels=600), "not_sound"),
    "twelve channels": (sounds.wav(bytes(100_000), channels=12), "rate"),
    "two hours of silence in 500 kB": (sounds.hours_of_silence(2), "too_long"),
    "eleven minutes": (sounds.wav(bytes(11 * 60 * 16_000), bits=8), "too_long"),
    "41 MB": (bytes(41 * 1024 * 1024), "too_big"),
}


@pytest.mark.parametrize(("data", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_refuse_what_is_no_recording(data, code):
    """A fake, a bomb or a film is refused with a sentence and a code."""
    assert refusal(data) == code


def test_ten_minutes_fit_the_limits():
    """The longest recording allowed is decoded within memory and processor time."""
    data = encode(np.tile(SECOND, 600), "webm", "libopus")
    assert decoding.decode(data).seconds == pytest.approx(600, abs=0.1)


@pytest.mark.parametrize("name", ["chromium.webm", "chromium.mp4"])
def test_any_damage_ends_in_sound_or_a_refusal(name):
    """Nothing but sound or a named refusal comes of damaged files."""
    chance, whole = random.Random(7), (DATA / name).read_bytes()
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 20, 400))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        assert outcome(bytes(data[: chance.randrange(1, len(data) + 1)])) in SANE


SANE = ("sound", "not_sound", "no_sound", "streams", "video", "rate")


def outcome(data: bytes) -> str:
    try:
        return "sound" if decoding.decode(data).seconds else "nothing"
    except UnreadableRecording as refused:
        return refused.code
