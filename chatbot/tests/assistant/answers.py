"""The answers to measure the gate on, with the passages that they cite."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chatbot.assistant import gate
from chatbot.assistant.client import ModelAnswer
from chatbot.assistant.gate import GateVerdict
from chatbot.assistant.prompt import FaqPassage

HERE = Path(__file__).parent


@dataclass(frozen=True)
class LabelledAnswer:
    """One answer to a question, from one entry. `fault` is empty if it is good."""

    entry: str
    language: str
    question: str
    text: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.language}-{self.entry}-{self.fault or 'good'}"


def examine(answer: LabelledAnswer, passages: list[FaqPassage], cited: str = "") -> GateVerdict:
    """What the gate says of it."""
    said = ModelAnswer(answer.text, (cited or answer.entry,), refuse=False)
    return gate.examine(said, passages=passages, question=answer.question, language=answer.language)


def passages(language: str) -> list[FaqPassage]:
    """All entries of the file in one language."""
    return [
        FaqPassage(id=key, language=language, **texts[language])
        for key, texts in _loaded("model_answers.yaml")["entries"].items()
    ]


def good() -> list[LabelledAnswer]:
    """Paraphrases that may be sent."""
    return _answers("good")


def hostile() -> list[LabelledAnswer]:
    """Answers that say something that their entry does not."""
    return _answers("hostile")


def held_out_passages() -> list[FaqPassage]:
    """The entries of another author."""
    entries = _loaded("held_out_answers.yaml")["entries"]
    return [FaqPassage(id=key, language="EN", **text) for key, text in entries.items()]


def held_out() -> list[LabelledAnswer]:
    """Good answers that were not looked at while the gate was written."""
    rows = _loaded("held_out_answers.yaml")["good"]["EN"]
    return [LabelledAnswer(entry, "EN", question, text) for entry, question, text in rows]


def _answers(kind: str) -> list[LabelledAnswer]:
    return [
        LabelledAnswer(row[0], language, *row[1:])
        for language, rows in _loaded("model_answers.yaml")[kind].items()
        for row in rows
    ]


@cache
def _loaded(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return loaded
