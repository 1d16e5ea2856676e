"""Decodes a recording from a browser to 16 kHz mono, as a job of the sandbox, without Django.

The container is told from the first bytes, and only the codecs that browsers record with (and those
of WAV and MP3 files) are opened: FFmpeg never guesses. A MediaRecorder writes no duration and no
index, and its last chunk may be missing, so neither the header's duration nor a clean end is relied
on: what can be decoded counts, up to a limit of time.
"""

import io
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from hitouch.core.sandbox.limits import JobRefused

Samples = NDArray[np.float32]
RATE = 16_000
MAX_CHANNELS = 8
MIN_RATE, MAX_RATE = 8_000, 192_000
#: Streams of any kind; a phone's recorder may add one with metadata.
MAX_STREAMS = 4
#: Recordings that were joined into one file: a page that was loaded again begins a new one.
MAX_PIECES = 64
#: Packets that cannot be decoded, as a share of all: more is no recording with a few faults.
MOST_BROKEN = 0.5
CODECS = (
    "opus", "libopus", "vorbis", "libvorbis", "aac", "mp3float", "mp3", "alac", "flac", "pcm_s16le",
    "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le", "pcm_f64le", "pcm_alaw",
    "pcm_mulaw",
)  # fmt: skip
#: `codec_whitelist` also keeps FFmpeg from decoding a picture while it looks at the streams.
OPTIONS = {
    "codec_whitelist": ",".join(CODECS),
    "max_streams": str(MAX_STREAMS + 1),
    "probesize": "1000000",
}
EBML, OGG_PAGE, OGG_FIRST_PAGE = b"\x1aE\xdf\xa3", b"OggS", b"OggS\x00\x02"
EBML_HEAD = 64
#: The louder channel is taken alone when less than this share of its power survives mixing: one
#: side is silent, or the two cancel each other.
LEAST_MIXED_POWER = 0.3
REFUSALS = {
    "empty": "The recording is empty. Record your answer again.",
    "not_sound": "We cannot play this file. Send a recording in WebM, Ogg, MP4, MP3 or WAV.",
    "video": "This is a video. Send a recording of sound only.",
    "streams": "This file has several sound tracks. Send a recording with one.",
    "rate": "This recording has an unusual sample rate or number of channels. Record it again.",
    "too_long": "This recording is longer than {:g} minutes. Record a shorter answer.",
    "no_sound": "There is no sound in this recording. Record your answer again.",
}


def refuse(code: str, *values: float) -> JobRefused:
    """The refusal with this code and its sentence."""
    return JobRefused(REFUSALS[code].format(*values), code=code)


def container_of(data: bytes) -> str:
    """FFmpeg's name of the container that begins like this; empty for any other file."""
    if data.startswith(EBML):
        return "matroska"
    if data.startswith(OGG_PAGE):
        return "ogg"
    if data[4:8] in (b"ftyp", b"styp", b"moov"):
        return "mov"
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return "wav"
    # A frame of MPEG audio begins with eleven bits set; then version and layer III.
    if data.startswith(b"ID3") or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "mp3"
    return ""


def warm_up() -> None:
    """Decode a short sound of every container, so that a confined job finds all loaded."""
    av.logging.set_level(av.logging.PANIC)
    for container, codec in (
        ("webm", "libopus"),
        ("ogg", "libopus"),
        ("mp4", "aac"),
        ("mp3", "libmp3lame"),
        ("wav", "pcm_s16le"),
    ):
        decode(_tone(container, codec), max_seconds=60)


def _tone(container: str, codec: str) -> bytes:
    """Half a second of sound."""
    out = io.BytesIO()
    wave = (np.sin(np.arange(24_000) / 40)[None] * 8_000).astype(np.int16)
    frame = AudioFrame.from_ndarray(wave, format="s16", layout="mono")
    frame.sample_rate = 48_000
    with av.open(out, "w", format=container) as made:
        stream = cast(AudioStream, made.add_stream(codec, rate=48_000, layout="mono"))
        made.mux([*stream.encode(frame), *stream.encode(None)])
    return out.getvalue()


def decode(data: bytes, *, max_seconds: float) -> tuple[dict[str, Any], bytes]:
    """The sound as little-endian 16-bit samples, `RATE` a second, and what the file was."""
    if not data:
        raise refuse("empty")
    container = container_of(data)
    if not container:
        raise refuse("not_sound")
    facts: dict[str, Any] = {"container": container}
    parts: list[Samples] = []
    left = int(max_seconds * RATE)
    for piece in pieces_of(container, data):
        try:
            for part in _decoded(piece, container, facts):
                left -= len(part)
                if left < 0:
                    raise refuse("too_long", max_seconds / 60)
                parts.append(part)
        except (av.FFmpegError, ValueError, MemoryError) as fault:
            if not parts:
                raise refuse("not_sound") from fault
    sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if not sound.size:
        raise refuse("no_sound")
    sound = np.clip(np.nan_to_num(sound, posinf=1, neginf=-1), -1, 1)
    return facts, (sound * 32767).astype("<i2").tobytes()


def pieces_of(container: str, data: bytes) -> list[bytes]:
    """The recordings that were joined into this file; of WAV and MP3 always one."""
    starts = {"matroska": _starts_in_webm, "ogg": _starts_in_ogg, "mov": _starts_in_mp4}.get(
        container
    )
    bounds = [*dict.fromkeys([0, *starts(data)]), len(data)] if starts else [0, len(data)]
    if len(bounds) > MAX_PIECES:
        raise refuse("not_sound")
    return [data[start:end] for start, end in pairwise(bounds)]


def _starts_in_webm(data: bytes) -> Iterator[int]:
    """Where a head with the name of the document type stands."""
    at = 0
    while (at := data.find(EBML, at)) >= 0:
        if any(name in data[at : at + EBML_HEAD] for name in (b"webm", b"matroska")):
            yield at
        at += len(EBML)


def _starts_in_ogg(data: bytes) -> Iterator[int]:
    """Where a first page follows a page with sound."""
    at, after_sound = 0, False
    while (at := data.find(OGG_PAGE, at)) >= 0:
        if not data.startswith(OGG_FIRST_PAGE, at):
            after_sound = True
        elif after_sound:
            yield at
            after_sound = False
        at += len(OGG_PAGE)


def _starts_in_mp4(data: bytes) -> Iterator[int]:
    """Where a box `ftyp` stands at the top level."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from("!I4s", data, at)
        if kind == b"ftyp":
            yield at
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from("!Q", data, at + 8)
        if size < 8:
            return
        at += size


def _decoded(data: bytes, container: str, facts: dict[str, Any]) -> Iterator[Samples]:
    """The sound of one recording, part by part. Raises what FFmpeg raises, or a refusal."""
    with av.open(io.BytesIO(data), "r", format=container, options=OPTIONS) as opened:
        stream = _sound_stream(opened)
        facts["codec"] = stream.codec_context.name
        stream.codec_context.thread_count = 1
        tries = broken = 0
        resampler = _Resampler()
        for packet in opened.demux(stream):
            tries += 1
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                broken += 1
                continue
            for frame in frames:
                yield from resampler.mono(frame)
        yield from resampler.rest()
    facts["broken"] = facts.get("broken", 0) + broken
    if broken > MOST_BROKEN * tries:
        raise refuse("not_sound")


def _sound_stream(opened: av.container.InputContainer) -> AudioStream:
    """The one stream of sound. A cover picture is no video."""
    cover = av.stream.Disposition.attached_pic
    if any(not each.disposition & cover for each in opened.streams.video):
        raise refuse("video")
    if not opened.streams.audio:
        raise refuse("not_sound")
    if len(opened.streams.audio) > 1 or len(opened.streams) > MAX_STREAMS:
        raise refuse("streams")
    stream = opened.streams.audio[0]
    if stream.codec_context is None or stream.codec_context.name not in CODECS:
        raise refuse("not_sound")
    return stream


class _Resampler:
    """Converts frames to mono; their rate and channels may change in the middle of a stream."""

    def __init__(self) -> None:
        self.shape: tuple[str, str, int] | None = None
        self.engine: AudioResampler | None = None

    def mono(self, frame: AudioFrame) -> Iterator[Samples]:
        channels = frame.layout.nb_channels
        if not (MIN_RATE <= frame.sample_rate <= MAX_RATE and 1 <= channels <= MAX_CHANNELS):
            raise refuse("rate")
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self.engine is None or shape != self.shape:
            yield from self.rest()
            self.shape = shape
            self.engine = AudioResampler(format="fltp", layout=frame.layout, rate=RATE)
        frame.pts = None  # lost chunks and pauses leave jumps that are no sound
        for each in self.engine.resample(frame):
            yield _mix(cast(Samples, each.to_ndarray()))

    def rest(self) -> Iterator[Samples]:
        """What the filter still holds."""
        if self.engine is not None:
            for each in self.engine.resample(None):
                yield _mix(cast(Samples, each.to_ndarray()))
            self.engine = None


def _mix(channels: Samples) -> Samples:
    """One channel of several."""
    if len(channels) == 1:
        return channels[0]
    mixed: Samples = channels.mean(axis=0, dtype=np.float32)
    powers = np.square(channels).mean(axis=1)
    if channels.size and np.square(mixed).mean() < LEAST_MIXED_POWER * powers.max():
        return channels[int(powers.argmax())]
    return mixed
