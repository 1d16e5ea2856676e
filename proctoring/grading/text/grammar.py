"""Grammar and spelling: errors with their places, and the errors in 100 words.

Harper checks with its Indian dialect; rules of our own add errors usual among learners. A
transcript has no spelling, capitals or punctuation, so those remarks are left out there.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from harper import Dialect, Lint, Linter

from proctoring.grading.text.document import Document, words_of
from proctoring.grading.text.learner_errors import learner_errors
from proctoring.grading.text.remarks import Criterion, Remark, RemarkEffect
from proctoring.grading.text.resources import words
from proctoring.grading.text.vocabulary import is_known, word_level

#: How much a remark of a kind counts; kinds that are missing are matters of style.
WEIGHTS = {
    "Agreement": 1.0,
    "BoundaryError": 0.7,
    "Eggcorn": 0.7,
    "Grammar": 1.0,
    "Malapropism": 0.7,
    "Miscellaneous": 0.7,
    "Nonstandard": 0.7,
    "Spelling": 0.8,
    "Typo": 0.8,
    "Usage": 1.0,
    "WordChoice": 0.7,
    "Capitalization": 0.25,
    "Punctuation": 0.25,
}
#: What is about writing only.
_WRITTEN = frozenset(
    ("Spelling", "Typo", "Capitalization", "Punctuation", "BoundaryError", "Formatting")
)
_PLAIN = {
    "SinceDuration": "Use “for” with a length of time: “for two years”.",
    "DidPast": "After “did” use the base form: “did not go”.",
    "MassNouns": "This noun has no plural.",
    "PronounVerbAgreement": "The verb does not fit the person: “he doesn't”.",
    "SpellCheck": "The word may be misspelt.",
    "CapitalizePersonalPronouns": "Write “I” as a capital letter.",
    "SentenceCapitalization": "A sentence begins with a capital letter.",
    "Discuss": "“Discuss” has no “about”.",
}
_lock = threading.Lock()


@dataclass(frozen=True)
class Grammar:
    """The errors of a text and their weighted number in 100 words."""

    remarks: tuple[Remark, ...]
    per_100_words: float
    doubtful: frozenset[str]
    """Words that the dictionary of the checker lacks, right or not."""


@cache
def _linter() -> Linter:
    return Linter(Dialect.INDIAN)


def check_grammar(
    document: Document, *, known_text: str = "", unsure: Sequence[tuple[int, int]] = ()
) -> Grammar:
    """Find errors; spellings of `known_text` are right, and nothing in an `unsure` span counts."""
    known = frozenset(words_of(known_text)) | words("usual")
    by_rule = _lints(document)
    found = [*_harper(by_rule, document, known), *_own(document)]
    found = [one for one in found if not any(one.overlaps(*span) for span in unsure)]
    remarks = _without_overlaps(found)
    weighted = sum(remark.weight for remark in remarks)
    doubtful = {lint.problem_text.lower() for lint in by_rule.get("SpellCheck", ())}
    per_100_words = 100 * weighted / max(1, len(document.words))
    return Grammar(remarks, round(per_100_words, 2), frozenset(doubtful))


def _lints(document: Document) -> dict[str, list[Lint]]:
    with _lock:  # a linter serves one thread at a time
        return _linter().organized_lints(document.prose, language="plaintext")


def _own(document: Document) -> Iterable[Remark]:
    rules = learner_errors(document.lower, with_spelling=not document.is_transcript)
    for start, end, rule in rules:
        yield Remark(
            start,
            end,
            Criterion.GRAMMAR,
            RemarkEffect.COST,
            rule.kind,
            rule.message,
            weight=rule.weight,
        )


def _harper(
    by_rule: dict[str, list[Lint]], document: Document, known: frozenset[str]
) -> Iterable[Remark]:
    names, left_out = _names(document), words("rules_left_out")
    seen_misspelt: set[str] = set()
    for rule, lints in by_rule.items():
        for lint in lints if rule not in left_out else ():
            weight = WEIGHTS.get(lint.lint_kind, 0.0)
            if not weight or (document.is_transcript and lint.lint_kind in _WRITTEN):
                continue
            word = lint.problem_text.strip().lower()
            if lint.lint_kind in ("Spelling", "Typo"):
                if _is_right_spelling(lint, word, known, names) or word in seen_misspelt:
                    continue
                seen_misspelt.add(word)
            yield _finding(rule, lint, weight)


def _finding(rule: str, lint: Lint, weight: float) -> Remark:
    message = _PLAIN.get(rule) or " ".join(lint.message.replace("`", "”").split())
    replacement = next((each.replacement_text for each in lint.suggestions), "")
    return Remark(
        lint.span.start,
        lint.span.end,
        Criterion.GRAMMAR,
        RemarkEffect.COST,
        lint.lint_kind.lower(),
        message,
        suggestion=replacement,
        weight=weight,
    )


def _names(document: Document) -> frozenset[str]:
    """Words with a capital inside a sentence, or in a greeting or signature."""
    starts = {sentence.words[0].start for sentence in document.sentences}
    return frozenset(
        word.lower
        for word in document.words
        if word.text[:1].isupper() and (word.start not in starts or word_level(word.lower) is None)
    )


def _is_right_spelling(lint: Lint, word: str, known: frozenset[str], names: frozenset[str]) -> bool:
    parts = word.replace("-", " ").split()
    return (
        word in known
        or word in names
        or (lint.problem_text.isupper() and len(word) <= 6)
        or all(part in known or part in names or is_known(part) for part in parts)
    )


def _without_overlaps(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """One remark a place: the heavier, then the longer one."""
    kept: list[Remark] = []
    for one in sorted(remarks, key=lambda each: (-each.weight, each.start - each.end)):
        if not any(one.overlaps(other.start, other.end) for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda each: each.start))
