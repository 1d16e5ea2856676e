"""Numbers in texts: their value, unit, bound and direction.

"48 hours before", "two days before" and "48 ghante pehle" are the same quantity.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from chatbot.assistant.grounding.words import plain

_WORDS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent.parent / "numbers.yaml").read_text(encoding="utf-8")
)
_NUMBERS = {plain(word): n for each in _WORDS["numbers"].values() for word, n in each.items()}
_FACTORS = {plain(word): n for word, n in _WORDS["factors"].items()}
_UNSURE, _ARTICLES, _BETWEEN = (
    {plain(word) for word in _WORDS[name]} for name in ("unsure", "articles", "between")
)
_ENGLISH_ONES = {word: n for word, n in _WORDS["numbers"]["EN"].items() if 0 < n < 10}
UNIT_OF = {plain(word): unit for unit, each in _WORDS["units"].items() for word in each.split()}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_TIMES = {*_SECONDS, "month", "year"}
_SYMBOLS = {"₹": "rupee", "$": "dollar", "€": "euro", "£": "pound"}
_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?|[₹$€£%]"
    r"|[^\W\d_]+(?:[\u0900-\u0903\u093a-\u094f\u0962\u0963]+[^\W\d_]*)*|[.!?।,;:]"
)

_AT_MOST_AHEAD = re.compile(
    r"\b(?:at most|maximum(?: of)?|no more than|not more than|within|under|less than"
    r"|zyada se zyada|ज्यादा से ज्यादा|अधिकतम)$"
)
_AT_LEAST_AHEAD = re.compile(
    r"\b(?:at least|minimum(?: of)?|not less than|kam se kam|कम से कम|over|more than)$"
)
_AT_LEAST_BEHIND = re.compile(r"\b(?:or more|or older|or above|se zyada|से ज्यादा)\b")
_AT_MOST_BEHIND = re.compile(r"\b(?:or less|or fewer)\b")
_UP_TO_BEHIND = re.compile(r"(?:^| )(?:tak|तक)(?: |$)")


class Bound(StrEnum):
    """Which side of a number is meant."""

    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"
    UP_TO = "UP_TO"
    """As at most; but "up to 48 hours before" is at least 48 hours before."""


class Direction(StrEnum):
    """Whether a time is before or after a moment."""

    BEFORE = "BEFORE"
    AFTER = "AFTER"
    WITHIN = "WITHIN"


@dataclass(frozen=True)
class Quantity:
    """A number in a text. `unit` is empty when the text names none that is known."""

    value: float
    unit: str
    bound: Bound | None = None
    direction: Direction | None = None

    @property
    def size(self) -> tuple[float, str]:
        """The value in its smallest unit, and that unit."""
        if self.unit in _SECONDS:
            return self.value * _SECONDS[self.unit], "second"
        return self.value, self.unit


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text."""
    tokens = _TOKEN.findall(_western(plain(text)).lower())
    found, place = [], 0
    while place < len(tokens):
        value, after = _number(tokens, place)
        if value is None:
            place += 1
            continue
        unit = _unit(tokens, place, after)
        if unit or tokens[place] not in _UNSURE | _ARTICLES:
            direction = _direction(tokens, place, after) if unit in _TIMES else None
            found.append(Quantity(value, unit, _bound(tokens, place, after), direction))
        place = after
    return found


def is_grounded(said: Quantity, known: Iterable[Quantity]) -> bool:
    """Whether one of the known quantities is the same."""
    return any(_agrees(said, each) for each in known)


def _agrees(said: Quantity, known: Quantity) -> bool:
    (value, unit), (known_value, known_unit) = said.size, known.size
    if not unit or not known_unit:
        if said.value != known.value:
            return False
    elif (value, unit) != (known_value, known_unit):
        return False
    if said.direction and not _same_direction(said.direction, known.direction):
        return False
    is_before = Direction.BEFORE in (said.direction, known.direction)
    return _same_bound(said.bound, known.bound, is_before=is_before)


def _same_bound(said: Bound | None, known: Bound | None, *, is_before: bool) -> bool:
    if not said or not known or said == known:
        return True
    equal = {Bound.UP_TO, Bound.AT_LEAST} if is_before else {Bound.UP_TO, Bound.AT_MOST}
    return {said, known} == equal


def _same_direction(said: Direction, known: Direction | None) -> bool:
    if said == Direction.WITHIN:
        return known != Direction.AFTER
    return known == said or (known == Direction.WITHIN and said == Direction.AFTER)


def _western(text: str) -> str:
    """The text with ASCII digits."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def _number(tokens: list[str], place: int) -> tuple[float | None, int]:
    """The number that begins here, and the place after it."""
    token = tokens[place]
    if token[0].isdigit():
        value = float(token.replace(",", ""))
        place += 1
    elif (small := _NUMBERS.get(token)) is not None:
        value, place = float(small), place + 1
        if 20 <= value < 100 and place < len(tokens) and _ENGLISH_ONES.get(tokens[place], 0) > 0:
            value, place = value + _ENGLISH_ONES[tokens[place]], place + 1
    elif token in _FACTORS:
        value = 1
    elif token in _ARTICLES and place + 1 < len(tokens) and tokens[place + 1] in UNIT_OF:
        return 1, place + 1
    else:
        return None, place
    while place < len(tokens) and tokens[place] in _FACTORS:
        value, place = value * _FACTORS[tokens[place]], place + 1
    return value, place


def _unit(tokens: list[str], place: int, after: int) -> str:
    """The unit behind the number, or the currency in front of it."""
    if place and tokens[place - 1] in _SYMBOLS:
        return _SYMBOLS[tokens[place - 1]]
    if place and UNIT_OF.get(tokens[place - 1]) == "rupee":
        return "rupee"
    if place > 1 and tokens[place - 1] == "." and tokens[place - 2] in ("rs", "re"):
        return "rupee"
    behind = tokens[after : after + 3]
    if behind[:1] == ["per"] and behind[1:2] == ["cent"]:
        return "percent"
    for token in behind:
        if token in UNIT_OF:
            return str(UNIT_OF[token])
        if token not in _BETWEEN:
            break
    return ""


def _bound(tokens: list[str], place: int, after: int) -> Bound | None:
    ahead = " ".join(tokens[max(0, place - 4) : place])
    behind = " ".join(tokens[after : after + 3])
    if ahead.endswith("up to") or _UP_TO_BEHIND.search(behind):
        return Bound.UP_TO
    if _AT_MOST_AHEAD.search(ahead):
        return Bound.AT_MOST
    if _AT_LEAST_AHEAD.search(ahead) or _AT_LEAST_BEHIND.search(behind):
        return Bound.AT_LEAST
    return Bound.AT_MOST if _AT_MOST_BEHIND.search(behind) else None


def _direction(tokens: list[str], place: int, after: int) -> Direction | None:
    ahead = tokens[max(0, place - 1) : place]
    behind = tokens[after : after + 4]
    if "wait" in tokens[max(0, place - 3) : place]:
        return Direction.AFTER
    if ahead == ["for"]:
        return None
    for word, following in zip(behind, [*behind[1:], ""], strict=True):
        if following.isdigit() or following in _NUMBERS:
            break  # the direction of the next number
        if word in ("before", "pehle", "pahle", "पहले", "earlier"):
            return Direction.BEFORE
        if word in ("after", "baad", "बाद", "later"):
            return Direction.AFTER
        if word in (".", "!", "?", "।", ",", ";"):
            break
    if ahead == ["after"]:
        return Direction.AFTER
    if ahead in (["within"], ["in"]) or "mein" in behind[:2] or "में" in behind[:2]:
        return Direction.WITHIN
    return None
