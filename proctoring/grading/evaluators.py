"""The machine's view of one answer: a text, or a recording that is recognised first.

The models are loaded in the process that evaluates, when the first answer needs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from proctoring import conf
from proctoring.grading.answers import GivenAnswer
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
        "passage": version.passage,
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
    """People grade recordings where no speech is recognised."""
    return MachineView("none", failure=NO_RECOGNISER)
