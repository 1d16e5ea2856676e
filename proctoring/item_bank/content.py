"""The wording and key of an item, and what each kind of item has to have. No Django models."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

GAP = "___"
MAX_PASSAGE, MAX_TEXT, MAX_OPTION, MAX_ANSWER = 8000, 3000, 500, 200
MAX_OPTIONS, MAX_ACCEPTED, MAX_EXPECTED, MAX_TURNS = 8, 30, 20, 60
MAX_WORDS, MAX_SECONDS, MAX_PLAYS = 1000, 600, 5
CHOICE_KINDS = ("READING_MCQ", "AUDIO_MCQ")
OPTION_IDS = "abcdefgh"
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,58}[a-z0-9])?")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class ContentFault:
    """What is wrong with one field, as a sentence for the author."""

    field: str
    message: str


@dataclass(frozen=True)
class ItemContent:
    """What a version says, with its key. The names are those of the models' columns."""

    text: str = ""
    passage: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    plays: int = 2
    min_words: int = 0
    max_words: int = 0
    preparation_seconds: int = 0
    seconds: int = 0
    key: str = ""
    accepted: list[str] = field(default_factory=list)
    script: list[Any] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    model_answer: str = ""

    def wording(self) -> dict[str, Any]:
        """The columns that candidates may see."""
        return {name: getattr(self, name) for name in WORDING} | {"options": dict(self.options)}

    def secret(self) -> dict[str, Any]:
        """The columns of the key."""
        return {name: getattr(self, name) for name in KEY}


KEY = ("key", "accepted", "script", "expected", "model_answer")
WORDING = tuple(each.name for each in fields(ItemContent) if each.name not in KEY)


def clean(kind: str, content: ItemContent) -> ItemContent:
    """The content in the form it is kept: the key of a gap is its first accepted answer.

    What the kind does not have is left out, so that two ways of entering an item agree.
    """
    is_choice = kind in CHOICE_KINDS
    accepted = [each.strip() for each in content.accepted] if kind == "FILL_BLANK" else []
    return ItemContent(
        text=content.text.strip(),
        passage=content.passage.strip(),
        options={key: text.strip() for key, text in content.options.items()} if is_choice else {},
        plays=content.plays if kind == "AUDIO_MCQ" else 2,
        min_words=content.min_words if kind == "WRITING" else 0,
        max_words=content.max_words if kind == "WRITING" else 0,
        preparation_seconds=content.preparation_seconds if kind == "SPEAKING" else 0,
        seconds=content.seconds if kind == "SPEAKING" else 0,
        key=content.key if is_choice else (accepted[0] if accepted else ""),
        accepted=accepted,
        script=content.script if kind == "AUDIO_MCQ" else [],
        expected=[point.strip() for point in content.expected]
        if kind in ("SPEAKING", "WRITING")
        else [],
        model_answer=content.model_answer.strip() if kind in ("SPEAKING", "WRITING") else "",
    )


def faults(kind: str, content: ItemContent) -> list[ContentFault]:
    """All that is wrong with the content of an item of this kind."""
    return [*_faults_of_texts(content), *_FAULTS_OF_KIND[kind](content)]


def is_code(text: str) -> bool:
    """Whether the text can be the code of an item."""
    return bool(_CODE.fullmatch(text))


def is_topic(text: str) -> bool:
    """Whether the text can be a topic."""
    return bool(_SLUG.fullmatch(text))


def unprintable(text: str) -> str:
    """The name of the first character that no text for people has, or an empty string."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and character not in "\n\t":
            return f"U+{ord(character):04X}"
    return ""


def _faults_of_texts(content: ItemContent) -> Iterator[ContentFault]:
    if not content.text:
        yield ContentFault("text", "Enter the question or the task.")
    texts = [
        ("text", content.text, MAX_TEXT),
        ("passage", content.passage, MAX_PASSAGE),
        ("model_answer", content.model_answer, MAX_PASSAGE),
        ("key", content.key, MAX_ANSWER),
        *(("options", option, MAX_OPTION) for option in content.options.values()),
        *(("accepted", answer, MAX_ANSWER) for answer in content.accepted),
        *(("expected", point, MAX_OPTION) for point in content.expected),
        *(("script", turn.get("text", ""), MAX_TEXT) for turn in content.script),
    ]
    for name, text, most in texts:
        if len(text) > most:
            yield ContentFault(name, f"Use at most {most} characters.")
        if code := unprintable(text):
            yield ContentFault(name, f"Remove the character {code}: it cannot be shown.")


def _choice_faults(content: ItemContent) -> Iterator[ContentFault]:
    texts = [" ".join(text.split()).casefold() for text in content.options.values()]
    if not 2 <= len(texts) <= MAX_OPTIONS:
        yield ContentFault("options", f"Enter 2 to {MAX_OPTIONS} options.")
    if not set(content.options) <= set(OPTION_IDS):
        yield ContentFault("options", "The letters of options are a to h.")
    if "" in texts:
        yield ContentFault("options", "An option has no text.")
    if len(set(texts)) < len(texts):
        yield ContentFault("options", "Two options are the same.")
    if content.key not in content.options:
        yield ContentFault("key", "Choose the correct option.")


def _listening_faults(content: ItemContent) -> Iterator[ContentFault]:
    yield from _choice_faults(content)
    if not 1 <= content.plays <= MAX_PLAYS:
        yield ContentFault("plays", f"The clip can be played 1 to {MAX_PLAYS} times.")
    if len(content.script) > MAX_TURNS:
        yield ContentFault("script", f"Use at most {MAX_TURNS} turns.")
    if not all(turn.get("text", "").strip() for turn in content.script):
        yield ContentFault("script", "A turn has no text.")


def _gap_faults(content: ItemContent) -> Iterator[ContentFault]:
    if content.text.replace("____", GAP).count(GAP) != 1:
        yield ContentFault("text", f"Write the gap once, as {GAP}.")
    if not 1 <= len(content.accepted) <= MAX_ACCEPTED:
        yield ContentFault("accepted", f"Enter 1 to {MAX_ACCEPTED} accepted answers.")
    if not all(answer.strip() for answer in content.accepted):
        yield ContentFault("accepted", "An accepted answer is empty.")
    if len(set(content.accepted)) < len(content.accepted):
        yield ContentFault("accepted", "Two accepted answers are the same.")


def _points_faults(content: ItemContent) -> Iterator[ContentFault]:
    if len(content.expected) > MAX_EXPECTED:
        yield ContentFault("expected", f"Use at most {MAX_EXPECTED} points.")
    if not all(point.strip() for point in content.expected):
        yield ContentFault("expected", "A point is empty.")


def _speaking_faults(content: ItemContent) -> Iterator[ContentFault]:
    yield from _points_faults(content)
    if not 5 <= content.seconds <= MAX_SECONDS:
        yield ContentFault("seconds", f"The time to speak is 5 to {MAX_SECONDS} seconds.")
    if not 0 <= content.preparation_seconds <= MAX_SECONDS:
        yield ContentFault("preparation_seconds", f"Use 0 to {MAX_SECONDS} seconds.")


def _writing_faults(content: ItemContent) -> Iterator[ContentFault]:
    yield from _points_faults(content)
    if not 1 <= content.min_words <= content.max_words <= MAX_WORDS:
        yield ContentFault(
            "max_words", f"Enter two rising numbers of words, from 1 to {MAX_WORDS}."
        )


_FAULTS_OF_KIND = {
    "READING_MCQ": _choice_faults,
    "AUDIO_MCQ": _listening_faults,
    "FILL_BLANK": _gap_faults,
    "SPEAKING": _speaking_faults,
    "WRITING": _writing_faults,
}
