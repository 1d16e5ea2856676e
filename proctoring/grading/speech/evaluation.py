"""The entry point: `evaluate_recording` marks a spoken answer, or says why a person must."""

from dataclasses import dataclass
from typing import Any

from proctoring.grading.speech import whisper
from proctoring.grading.speech.decoding import Sound
from proctoring.grading.speech.fluency import (
    SpeechSpan,
    SpokenFluency,
    is_filler,
    measure_fluency,
    repeated_words,
)
from proctoring.grading.speech.phonemes import PhonemesUnavailable
from proctoring.grading.speech.pronunciation import Pronunciation, measure_pronunciation
from proctoring.grading.speech.recognition import (
    Recogniser,
    RecogniserUnavailable,
    Recognition,
    SpokenWord,
)
from proctoring.grading.speech.score import LowConfidence, SpeechScore, score_speech
from proctoring.grading.text.evaluation import TextEvaluation, evaluate

#: Changes with each change of the marks; stored with the result.
VERSION = "speech-1"
NOTES = {
    LowConfidence.NO_RECOGNISER: whisper.NOT_INSTALLED,
    LowConfidence.NO_SPEECH: "No speech was recognised. A person listens to the recording.",
    LowConfidence.NOT_UNDERSTOOD: "The recording was not understood. A person listens to it.",
    LowConfidence.TOO_SHORT: "There are too few words to tell a level.",
    LowConfidence.TEXT: "The words are in doubt as an answer to the task.",
}


@dataclass(frozen=True)
class SpeechEvaluation:
    """What the machine says about a recording."""

    version: str
    method: str
    score: SpeechScore
    heard: Recognition | None = None
    #: What was said without hesitation and repetition: the text that was marked.
    transcript: str = ""
    fluency: SpokenFluency | None = None
    pronunciation: Pronunciation | None = None
    language: TextEvaluation | None = None
    notes: tuple[str, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether a person has to grade."""
        return self.score.ability is None

    @property
    def evidence(self) -> tuple[SpeechSpan, ...]:
        """The places in the recording that cost something."""
        parts = (self.fluency, self.pronunciation)
        found = [span for part in parts if part for span in part.findings]
        return tuple(sorted(found, key=lambda span: span.start))

    def measures(self) -> dict[str, Any]:
        """The measures as JSON types, also the words with their times."""
        heard = self.heard
        return {
            "transcript": self.transcript,
            "words": [
                [word.text, word.start, word.end, word.probability]
                for word in (heard.words if heard else ())
            ],
            "doubts": [doubt.value for doubt in heard.doubts] if heard else [],
            "fluency": self.fluency.as_json() if self.fluency else None,
            "pronunciation": self.pronunciation.as_json() if self.pronunciation else None,
            "language": self.language.as_json() if self.language else None,
            "notes": list(self.notes),
        }


def evaluate_recording(
    sound: Sound,
    prompt: str,
    expected: Any,
    *,
    recogniser: Recogniser | None = None,
    passage: str = "",
) -> SpeechEvaluation:
    """Mark a recording. Without a recogniser the evaluation says that a person grades.

    `expected` is the key's, as for a written answer.
    """
    try:
        recogniser = recogniser or whisper.installed_recogniser()
    except RecogniserUnavailable as missing:
        nothing = SpeechScore(0.0, LowConfidence.NO_RECOGNISER)
        return SpeechEvaluation(VERSION, "", nothing, notes=(str(missing),))
    heard = recogniser.recognise(sound)
    transcript, unsure = plain_transcript(heard)
    language = evaluate(transcript, prompt, expected, "SPEAKING", passage=passage, unsure=unsure)
    fluency = measure_fluency(heard)
    try:
        pronunciation = measure_pronunciation(sound, heard)
    except PhonemesUnavailable:
        pronunciation = None
    score = score_speech(heard, fluency, pronunciation, language)
    return SpeechEvaluation(
        version=VERSION,
        method=recogniser.name,
        score=score,
        heard=heard,
        transcript=transcript,
        fluency=fluency,
        pronunciation=pronunciation,
        language=language,
        notes=(*((NOTES[score.reason],) if score.reason else ()), *language.notes),
    )


def plain_transcript(heard: Recognition) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What was said without hesitation and repetition, and its unsure spans."""
    repeated = repeated_words(heard.words)
    words: list[SpokenWord] = [
        word
        for number, word in enumerate(heard.words)
        if number not in repeated and not is_filler(word)
    ]
    plain = Recognition(heard.recogniser, heard.seconds, tuple(words), heard.confidence)
    return plain.text, plain.unsure
