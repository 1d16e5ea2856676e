"""What in an answer is not the person's own English: copied, repeated, recited or another language.

Nothing here is called fraud; it says how much of the text the measures can rest on.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from proctoring.grading.text import resources
from proctoring.grading.text.document import Document, Word, words_of
from proctoring.grading.text.remarks import Criterion, Remark, RemarkEffect
from proctoring.grading.text.resources import any_of
from proctoring.grading.text.vocabulary import is_known, word_level

#: A run of so many words in the order of the prompt is copied.
COPIED_RUN = 6
#: A repeated sentence or run of at least so many words earns once.
REPEATED_RUN = 5

_COPIED = "These words stand in the task. They were not counted."
_REPEATED = "This was said before. It was counted once."
_TO_EXAMINER = "This speaks to the examiner. It was not counted."
_SENTENCE_ENDS = ".!?\n"


@dataclass(frozen=True)
class Ownness:
    """Shares of all words, and the text with what is not own masked out."""

    own_words: int
    copied: float
    repeated: float
    stock: float
    foreign: float
    """Words in another script or not known as English."""
    function_words: float
    disorder: float
    """The share of "the", "a", "my" … that stand before a word that cannot follow them."""
    spoke_to_examiner: bool
    own: Document
    recited: frozenset[str]
    """The words of stock phrases."""
    remarks: tuple[Remark, ...]


def measure_ownness(document: Document, sources: Sequence[str]) -> Ownness:
    """Find what is copied from the sources, repeated, recited, or not English."""
    words = document.words
    to_examiner = _to_examiner(document.prose)
    copied = _copied(words, sources)
    repeated = _repeated(document) - copied
    masked = [(words[at].start, words[at].end) for at in copied | repeated] + to_examiner
    stock = _stock(document)
    own = Document(_mask(document.prose, masked), document.is_transcript, document.is_cut)
    total, function = max(1, len(words)), resources.words("function")
    return Ownness(
        own_words=len(own.words),
        copied=round(len(copied) / total, 3),
        repeated=round(len(repeated) / total, 3),
        stock=round(len(stock) / total, 3),
        foreign=round(_foreign(document), 3),
        function_words=round(sum(word.lower in function for word in words) / total, 3),
        disorder=round(_disorder(words), 3),
        spoke_to_examiner=bool(to_examiner),
        own=own,
        recited=frozenset(stock),
        remarks=(
            *_spans(words, copied, "copied", _COPIED),
            *_spans(words, repeated, "repeated", _REPEATED),
            *(_note(*span, "examiner", _TO_EXAMINER) for span in to_examiner),
        ),
    )


def _to_examiner(prose: str) -> list[tuple[int, int]]:
    """The sentences that speak to whoever marks the text."""
    spans: list[tuple[int, int]] = []
    for found in any_of("to_examiner").finditer(prose):
        start = max(prose.rfind(end, 0, found.start()) for end in _SENTENCE_ENDS) + 1
        ends = [at for end in _SENTENCE_ENDS if (at := prose.find(end, found.end())) >= 0]
        stop = min(ends, default=len(prose) - 1) + 1
        start += len(prose[start:stop]) - len(prose[start:stop].lstrip())
        if not spans or start >= spans[-1][1]:
            spans.append((start, stop))
    return spans


def _copied(words: Sequence[Word], sources: Sequence[str]) -> set[int]:
    runs: set[tuple[str, ...]] = set()
    for source in sources:
        lowers = words_of(source)
        runs |= {tuple(lowers[at : at + COPIED_RUN]) for at in range(len(lowers) - COPIED_RUN + 1)}
    return _in_runs(words, runs, COPIED_RUN) if runs else set()


def _in_runs(words: Sequence[Word], runs: set[tuple[str, ...]], size: int) -> set[int]:
    lowers = [word.lower for word in words]
    found: set[int] = set()
    for at in range(len(lowers) - size + 1):
        if tuple(lowers[at : at + size]) in runs:
            found.update(range(at, at + size))
    return found


def _repeated(document: Document) -> set[int]:
    """Words in runs that stood before in the text; the first time is not repeated."""
    lowers = [word.lower for word in document.words]
    seen: set[tuple[str, ...]] = set()
    found: set[int] = set()
    for at in range(len(lowers) - REPEATED_RUN + 1):
        run = tuple(lowers[at : at + REPEATED_RUN])
        if run in seen:
            found.update(range(at, at + REPEATED_RUN))
        seen.add(run)
    return found


def _mask(prose: str, spans: Sequence[tuple[int, int]]) -> str:
    chars = list(prose)
    for start, end in spans:
        chars[start:end] = [" " if char != "\n" else char for char in chars[start:end]]
    return "".join(chars)


def _stock(document: Document) -> list[str]:
    """The words of all stock phrases."""
    found = any_of("stock").finditer(document.prose)
    return [word for phrase in found for word in words_of(phrase[0])]


def _foreign(document: Document) -> float:
    """Unknown words in small letters, and letters of other scripts, by share."""
    words = document.words
    if not words:
        return 0.0
    letters = Counter(
        "latin" if unicodedata.name(char, "").startswith("LATIN") else "other"
        for char in document.prose
        if char.isalpha()
    )
    other = letters["other"] / max(1, letters.total())
    candidates = [word for word in words if word.text.islower() or word_level(word.lower)]
    unknown = sum(not _is_english(word.lower) for word in candidates)
    return max(other, unknown / max(1, len(candidates)))


def _is_english(word: str) -> bool:
    parts = re.split(r"[-']", word)
    return "'" in word or all(is_known(part) for part in parts if part)


def _disorder(words: Sequence[Word]) -> float:
    determiners = resources.words("determiners")
    wrong_here = resources.words("never_after_determiner")
    places = [at for at, word in enumerate(words[:-1]) if word.lower in determiners]
    if len(places) < 3:
        return 0.0
    wrong = sum(words[at + 1].lower in wrong_here for at in places)
    return wrong / len(places)


def _spans(words: Sequence[Word], places: set[int], kind: str, message: str) -> list[Remark]:
    """One remark for each run of neighbouring words."""
    remarks: list[Remark] = []
    for at in sorted(places):
        start = words[at].start
        if at - 1 in places and remarks:
            start = remarks.pop().start
        remarks.append(_note(start, words[at].end, kind, message))
    return remarks


def _note(start: int, end: int, kind: str, message: str) -> Remark:
    return Remark(start, end, Criterion.TASK, RemarkEffect.NOTE, kind, message)
