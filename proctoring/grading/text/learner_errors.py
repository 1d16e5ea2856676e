"""Errors of learners that the grammar checker misses, above all those usual in India."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from proctoring.grading.text.resources import fill, load


@dataclass(frozen=True)
class LearnerErrorRule:
    """A pattern (over lower-case text), what to tell the learner, and how much it counts."""

    kind: str
    pattern: re.Pattern[str]
    message: str
    weight: float = 1.0
    unless_before: re.Pattern[str] | None = None


@cache
def rules() -> tuple[LearnerErrorRule, ...]:
    """The rules of `data/learner_errors.yaml`."""
    data = load("learner_errors")
    parts = {name: "|".join(text.split()) for name, text in data["words"].items()}
    things = parts["thing"].split("|")
    parts["things"] = "|".join(f"{thing}s" for thing in things if thing not in ("child", "boss"))
    parts["singular"] = f"{parts['thing']}|{parts['other_singular']}"
    return tuple(_rule(row, parts, data["before"]) for row in data["rules"])


def _rule(row: dict[str, Any], parts: dict[str, str], before: dict[str, str]) -> LearnerErrorRule:
    unless = row.get("unless_before", "")
    return LearnerErrorRule(
        kind=row["kind"],
        pattern=re.compile(fill(row["pattern"], parts), re.M),
        message=row["message"],
        weight=row.get("weight", 1.0),
        unless_before=re.compile(before.get(unless, unless)) if unless else None,
    )


def learner_errors(
    lower: str, *, with_spelling: bool = True
) -> Iterator[tuple[int, int, LearnerErrorRule]]:
    """The places where a rule matches; `lower` is in small letters."""
    for rule in rules():
        if rule.kind == "informal" and not with_spelling:
            continue
        for found in rule.pattern.finditer(lower):
            text = found[0]
            start = found.start() + len(text) - len(text.lstrip(" .!?\n\t"))
            before = _sentence_before(lower, start)
            if rule.unless_before is None or not rule.unless_before.search(before):
                yield start, found.end(), rule


def _sentence_before(lower: str, start: int) -> str:
    return re.split(r"[.!?;:\n]", lower[max(0, start - 80) : start])[-1]
