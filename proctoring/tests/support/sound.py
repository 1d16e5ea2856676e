"""Sound for tests: encoded in the formats of browsers, and files that are hostile."""

import io
import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from proctoring.grading.speech.decoding import RATE

DATA = Path(__file__).parents[1] / "data" / "speech"
#: Answers of the measurement of speech.
SAMPLES = Path(__file__).parents[3] / "bench" / "data" / "speech"
#: As Safari's MediaRecorder writes MP4: fragments, with the index first.
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}


def voice_like(seconds: float, *, level: float = 0.3) -> NDArray[np.float32]:
    """A buzz in the pitch of a voice that comes and goes four times a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time), 0, None)
    sound: NDArray[np.float32] = (level * buzz * syllables / 2).astype(np.float32)
    return sound


def encode(
    samples: NDArray[Any],
    container: str = "webm",
    codec: str = "libopus",
    *,
    rate: int = RATE,
    layout: str = "mono",
    **options: str,
) -> bytes:
    """The samples in a file; of two channels as rows."""
    out = io.BytesIO()
    whole = (np.clip(np.atleast_2d(samples), -1, 1) * 32767).astype(np.int16)
    with av.open(out, "w", format=container, options=options) as made:
        stream = made.add_stream(codec, rate=rate, layout=layout)
        step = rate  # fragments are written as sound comes
        for start in range(0, whole.shape[1], step):
            part = np.ascontiguousarray(whole[:, start : start + step])
            frame = av.AudioFrame.from_ndarray(part, format="s16p", layout=layout)
            frame.sample_rate, frame.pts = rate, start
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return out.getvalue()


def video(*, sound: bool = True) -> bytes:
    """A short film in WebM."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as made:
        pictures = made.add_stream("libvpx", rate=10)
        pictures.width = pictures.height = 64
        track = made.add_stream("libopus", rate=48_000, layout="mono") if sound else None
        for _ in range(5):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            made.mux(pictures.encode(picture))
        made.mux(pictures.encode(None))
        if track:
            made.mux([*track.encode(_silence()), *track.encode(None)])
    return out.getvalue()


def two_tracks() -> bytes:
    """A recording with two streams of sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as made:
        tracks = [made.add_stream("libopus", rate=48_000, layout="mono") for _ in range(2)]
        for track in tracks:
            made.mux([*track.encode(_silence()), *track.encode(None)])
    return out.getvalue()


def _silence() -> av.AudioFrame:
    """Half a second."""
    silence = av.AudioFrame.from_ndarray(
        np.zeros((1, 24_000), np.int16), format="s16p", layout="mono"
    )
    silence.sample_rate = 48_000
    return silence


def wav(
    samples: bytes, *, rate: int = RATE, channels: int = 1, bits: int = 16, form: int = 1
) -> bytes:
    """A WAV file with exactly this header, however odd."""
    block = channels * bits // 8 & 0xFFFF
    head = struct.pack("<HHIIHH", form, channels, rate, rate * block & 0xFFFFFFFF, block, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(head)) + head + b"data"
    body += struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def hours_of_silence(hours: float) -> bytes:
    """Opus in Ogg, 120 milliseconds in each packet of two bytes."""
    opus_head = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
    tags = b"OpusTags\x04\x00\x00\x00test\x00\x00\x00\x00"
    pages = [_ogg_page([opus_head], 0, 0, first=True), _ogg_page([tags], 0, 1)]
    packet = b"\x1b\x02"  # SILK in frames of 60 ms, two of them, both empty
    pages += [
        _ogg_page([packet] * 250, (number + 1) * 250 * 5760, number + 2)
        for number in range(round(hours * 3600 / (250 * 0.12)))
    ]
    return b"".join(pages)


def _ogg_page(packets: list[bytes], position: int, number: int, *, first: bool = False) -> bytes:
    head = struct.pack("<4sBBqIII", b"OggS", 0, 2 if first else 0, position, 4711, number, 0)
    sizes = bytes(len(packet) for packet in packets)
    page = head + bytes([len(sizes)]) + sizes + b"".join(packets)
    return page[:22] + struct.pack("<I", _ogg_checksum(page)) + page[26:]


def _checksums() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(value)
    return table


CHECKSUMS = _checksums()


def _ogg_checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ CHECKSUMS[value >> 24 ^ byte]
    return value
