"""The answers to measure the gate on, with the passages that they cite."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chatbot.assistant import gate
from chatbot.assistant.client import ModelAnswer
from chatbot.assistant.gate import GateVerdict
from chatbot.assistant.grounding.words import sentences
from chatbot.assistant.prompt import QuotedPassage

HERE = Path(__file__).parent
SEED = HERE.parent.parent / "faq" / "seed"
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_SLOT = re.compile(r"\{\{\s*\w+\s*\}\}")


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


def examine(answer: LabelledAnswer, passages: list[QuotedPassage], cited: str = "") -> GateVerdict:
    """What the gate says of it."""
    said = ModelAnswer(answer.text, (cited or answer.entry,), refuse=False)
    return gate.examine(said, passages=passages, question=answer.question, language=answer.language)


def passages(language: str) -> list[QuotedPassage]:
    """All entries of the file in one language."""
    return [
        QuotedPassage(id=key, language=language, **texts[language])
        for key, texts in _loaded("model_answers.yaml")["entries"].items()
    ]


def good() -> list[LabelledAnswer]:
    """Paraphrases that may be sent."""
    return _answers("good")


def hostile() -> list[LabelledAnswer]:
    """Answers that say something that their entry does not."""
    return _answers("hostile")


def held_out_passages() -> list[QuotedPassage]:
    """The entries of another author."""
    entries = _loaded("held_out_answers.yaml")["entries"]
    return [QuotedPassage(id=key, language="EN", **text) for key, text in entries.items()]


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


def seed_passages(language: str) -> list[QuotedPassage]:
    """The entries supplied with HitouchCX, their slots filled with one number."""
    return [
        QuotedPassage(
            id=entry["key"],
            question=_filled(entry[language]["question"]),
            text=_filled(entry[language]["answer"]),
            language=language,
        )
        for path in sorted(SEED.glob("[0-9]*.yaml"))
        for category in yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in category["entries"]
        if language in entry
    ]


def seed_answers() -> list[LabelledAnswer]:
    """Good answers from the supplied entries."""
    return [
        LabelledAnswer(entry, language, question, text)
        for language, rows in _loaded("seed_answers.yaml").items()
        for entry, question, text in rows
    ]


def own_sentences(language: str) -> list[LabelledAnswer]:
    """Each supplied entry, and each sentence of one, as an answer: all of them are good."""
    return [
        LabelledAnswer(each.id, language, each.question, text)
        for each in seed_passages(language)
        for text in dict.fromkeys([each.text, *sentences(each.text)])
    ]


def _filled(text: str) -> str:
    return _SLOT.sub("12", _LINK.sub(r"\1", text))
