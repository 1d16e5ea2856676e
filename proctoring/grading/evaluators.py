"""The machine's view of one answer: a text, or a recording that is recognised first.

The models are loaded in the process that evaluates, when the first answer needs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from hitouch.core.files import storage
from proctoring import conf
from proctoring.grading.answers import GivenAnswer
from proctoring.grading.speech import decoding
from proctoring.models import ItemKind, SittingQuestion

#: The machine may not grade this kind of answer here.
SWITCHED_OFF = "SWITCHED_OFF"
NO_RECOGNISER = "NO_RECOGNISER"
UNREADABLE = "UNREADABLE"
#: The machine failed again and again.
CRASHED = "CRASHED"


@dataclass(frozen=True)
class MachineView:
    """What a machine found in an answer; with a `failure` it found nothing that counts."""

    method: str
    version: str = ""
    measures: Mapping[str, Any] = field(default_factory=dict)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    points: float | None = None
    ability: float | None = None
    ability_error: float | None = None
    confidence: float = 0.0
    failure: str = ""
    transcript: str = ""
    words: list[dict[str, Any]] = field(default_factory=list)


def view(question: SittingQuestion, answer: GivenAnswer) -> MachineView:
    """Evaluate an answer that is not empty. Changes nothing."""
    kind = question.version.item.kind
    if kind not in conf.machine_grades():
        return MachineView("none", failure=SWITCHED_OFF)
    if kind == ItemKind.SPEAKING:
        return _view_recording(question, answer)
    return _view_text(question, answer.text)


def _view_text(question: SittingQuestion, text: str) -> MachineView:
    found = _text_rules().evaluate(text, **_task_of(question), kind="WRITING")
    return MachineView(method="text", **_figures(_with_model(found, question, text)))


def _text_rules() -> Any:
    """The rules for texts, with their word lists and models: loaded where they are needed."""
    return import_module("proctoring.grading.text.evaluation")


def _with_model(found: Any, question: SittingQuestion, text: str) -> dict[str, Any]:
    """The evaluation with the voice of a language model, where one is configured."""
    if (model := conf.grading_model()) is not None:
        judge = import_module("proctoring.grading.text.judge")
        opinion = judge.ask_judge(judge.JudgeModel(*model), text=text, prompt=question.version.text)
        found = judge.with_opinion(found, opinion)
    return dict(found.as_json())


def _task_of(question: SittingQuestion) -> dict[str, Any]:
    version = question.version
    return {
        "prompt": version.text,
        "passage": question.passage,
        "expected": {"points": version.key.expected},
        "min_words": version.min_words or None,
        "max_words": version.max_words or None,
    }


def _figures(found: Mapping[str, Any]) -> dict[str, Any]:
    """An evaluation of the text rules as columns."""
    columns = ("version", "points", "ability", "ability_error", "confidence")
    kept = ("criteria", "words", "measures", "reasons", "notes")
    return {
        **{name: found[name] for name in columns},
        "measures": {name: found[name] for name in kept},
        "evidence": list(found["evidence"]),
    }


def _view_recording(question: SittingQuestion, answer: GivenAnswer) -> MachineView:
    """A recording, decoded in the sandbox and recognised. An unsure word costs nothing."""
    speech = import_module("proctoring.grading.speech.evaluation")
    if answer.recording is None or answer.recording.file is None:
        return MachineView("none", failure=UNREADABLE)
    try:
        sound = decoding.decode(storage.read(answer.recording.file))
    except decoding.UnreadableRecording:
        return MachineView("none", failure=UNREADABLE)
    task = _task_of(question)
    found = speech.evaluate_recording(
        sound, task["prompt"], task["expected"], passage=task["passage"]
    )
    return _view_of_speech(found)


def _view_of_speech(found: Any) -> MachineView:
    score, heard, language = found.score, found.heard, found.language
    reason = str(score.reason or "")
    criteria = dict(language.criteria) if language else {}
    for name in ("fluency", "pronunciation"):
        part = getattr(found, name)
        if part is not None and part.mark is not None:
            criteria[name] = round(part.mark, 2)
    evidence = list(language.as_json()["evidence"]) if language else []
    return MachineView(
        method=found.method or "none",
        version=found.version,
        measures={"criteria": criteria, "notes": list(found.notes), "details": found.measures()},
        evidence=[*evidence, *_spoken_evidence(found)],
        points=score.points,
        ability=score.ability,
        ability_error=score.ability_error,
        confidence=score.confidence,
        failure=NO_RECOGNISER if reason == NO_RECOGNISER else "",
        transcript=found.transcript,
        words=[dict(vars(word)) for word in heard.words] if heard else [],
    )


def _spoken_evidence(found: Any) -> list[dict[str, Any]]:
    """What cost something in the sound, at its words in the transcript.

    Hesitations and repetitions do not stand in the transcript; they are in the measures.
    """
    places, at = {}, 0
    words = found.heard.words if found.heard else ()
    for number, word in enumerate(words):
        if found.transcript.startswith(word.text, at):
            places[number] = (at, at + len(word.text))
            at += len(word.text) + 1
    return [
        {
            "start": places[span.first_word][0],
            "end": places[span.last_word][1],
            "criterion": criterion,
            "effect": "cost",
            "kind": span.kind,
            "message": span.message,
            "suggestion": "",
            "weight": 1.0,
        }
        for criterion in ("fluency", "pronunciation")
        if (part := getattr(found, criterion)) is not None
        for span in part.findings
        if span.first_word in places and span.last_word in places
    ]
