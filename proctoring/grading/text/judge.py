"""A language model as one more voice about an answer: asked, checked, and bounded.

Any endpoint with OpenAI's interface. The answer is quoted as data. What the model says counts only
if it keeps to the schema, repeats a number that the text cannot know, and quotes words that stand
in the text. It moves an estimate by a bounded amount; where it disagrees, a person grades.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hitouch.core.outbox.senders import http
from hitouch.core.outbox.senders.base import SendFailed
from proctoring.grading.text.evaluation import LOW_CONFIDENCE, TextEvaluation
from proctoring.grading.text.resources import load
from proctoring.grading.text.score import LEVEL_WIDTH, LOWEST

SECONDS = 20.0
MAX_SENT = 6_000
#: The share of the difference by which the model moves an ability, and the most, in logits.
WEIGHT, MAX_SHIFT = 0.3, 0.4
#: From this difference, a level and a half, a person grades.
DISAGREEMENT = 1.5 * LEVEL_WIDTH
CRITERIA = ("grammar", "range", "coherence")
MAX_QUOTES, SHORTEST_QUOTE = 5, 3

_CONTACTS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|\+?\d[\d\s-]{4,20}\d")
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["number", *CRITERIA, "quotes"],
    "properties": {
        "number": {"type": "string"},
        **{name: {"type": "integer", "minimum": 0, "maximum": 5} for name in CRITERIA},
        "quotes": {"type": "array", "items": {"type": "string"}, "maxItems": MAX_QUOTES},
    },
}


@dataclass(frozen=True)
class JudgeModel:
    """Where the model is."""

    url: str
    key: str
    name: str
    seconds: float = SECONDS


@dataclass(frozen=True)
class Opinion:
    """The model's marks 0 to 5 for each criterion, and what it rests them on."""

    marks: Mapping[str, int]
    quotes: tuple[str, ...]

    @property
    def ability(self) -> float:
        """The mean of the marks on the scale of abilities."""
        return LOWEST + LEVEL_WIDTH * sum(self.marks.values()) / len(self.marks)


def ask_judge(
    model: JudgeModel, *, text: str, prompt: str, number: str | None = None
) -> Opinion | None:
    """The model's opinion; None if it gave none that can be used."""
    number = number or secrets.token_hex(8)
    shown = _CONTACTS.sub("…", text[:MAX_SENT].replace("\0", " "))
    body = {
        "model": model.name,
        "temperature": 0,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "marks", "strict": True, "schema": _SCHEMA},
        },
        "messages": [
            {"role": "system", "content": _instructions(number)},
            {"role": "user", "content": json.dumps({"task": prompt, "answer": shown})},
        ],
    }
    url = f"{model.url.rstrip('/')}/chat/completions"
    key = {"Authorization": f"Bearer {model.key}"}
    try:
        answer = http.ask("POST", url, json=body, headers=key, seconds=model.seconds)
    except SendFailed:
        return None
    return _opinion(answer.body, shown, number) if answer.is_good else None


def with_opinion(evaluation: TextEvaluation, opinion: Opinion | None) -> TextEvaluation:
    """The evaluation with the model's voice in it; unchanged where a person grades anyway."""
    if opinion is None or evaluation.reasons:
        return evaluation
    difference = opinion.ability - evaluation.ability
    shift = min(MAX_SHIFT, max(-MAX_SHIFT, WEIGHT * difference))
    disagrees = abs(difference) >= DISAGREEMENT
    points = evaluation.points + 0.8 * shift / (5 * LEVEL_WIDTH)
    return replace(
        evaluation,
        ability=round(evaluation.ability + shift, 3),
        points=round(min(1.0, max(0.0, points)), 4),
        confidence=min(evaluation.confidence, LOW_CONFIDENCE - 0.01)
        if disagrees
        else evaluation.confidence,
        reasons=(*evaluation.reasons, "MODEL_DISAGREES") if disagrees else evaluation.reasons,
        notes=(*evaluation.notes, "The language model sees another level.")
        if disagrees
        else evaluation.notes,
        measures=evaluation.measures
        | {"judge": {**opinion.marks, "quotes": list(opinion.quotes), "shift": round(shift, 3)}},
    )


def _instructions(number: str) -> str:
    data = load("rubric")
    levels = "\n".join(
        f"{criterion} {mark}: {sentence}"
        for criterion in CRITERIA
        for mark, sentence in enumerate(data[criterion])
    )
    return f"{' '.join(data['task'].split())}\nThe number is {number}.\n{levels}"


def _opinion(body: dict[str, Any], text: str, number: str) -> Opinion | None:
    try:
        said = json.loads(body["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or set(said) != {"number", *CRITERIA, "quotes"}:
        return None
    marks = {name: said[name] for name in CRITERIA}
    quotes = said["quotes"]
    if said["number"] != number or not all(_is_mark(mark) for mark in marks.values()):
        return None
    if not isinstance(quotes, list) or not 1 <= len(quotes) <= MAX_QUOTES:
        return None
    if not all(_stands_in(quote, text) for quote in quotes):
        return None
    return Opinion(marks, tuple(quotes))


def _is_mark(mark: Any) -> bool:
    return isinstance(mark, int) and not isinstance(mark, bool) and 0 <= mark <= 5


def _stands_in(quote: Any, text: str) -> bool:
    return isinstance(quote, str) and len(quote) >= SHORTEST_QUOTE and quote in text
