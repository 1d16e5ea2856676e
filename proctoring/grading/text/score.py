"""From measures to marks: criteria 0 to 5, an ability in logits with its error, a confidence.

A mark is a level: 0 is A1, 5 is C2; the marks for the task say how much of it was done. Each
measure becomes a mark by a broken line; a criterion is a weighted mean of marks, and the ability
rests on the criteria for language, less what the task lacks. The lines follow what levels are said
to show (CEFR scales for grammatical accuracy, vocabulary range and coherence) and were set on the
half of `bench/data/writing` that is marked `dev`.
"""

from dataclasses import dataclass

from proctoring.grading.text.coherence import Coherence
from proctoring.grading.text.complexity import Complexity
from proctoring.grading.text.copying import Ownness
from proctoring.grading.text.grammar import Grammar
from proctoring.grading.text.remarks import Criterion, interpolate
from proctoring.grading.text.task import Task
from proctoring.grading.text.vocabulary import Vocabulary

#: The middle of A1 on the scale, and the width of a level.
LOWEST, LEVEL_WIDTH = -3.0, 1.2
BEST_MARK = 5.0
#: The error of the ability for a text of usual length; with few words it grows.
ERROR, USUAL_WORDS = 0.9, 90
#: Fewer own words say too little about a level.
MIN_WORDS = 15
#: Answers to other tasks have at most about this nearness, by method.
OFF_TOPIC = {"encoder": 0.42, "words": 0.12}
#: Of a text that a person should look at.
UNSURE_ERROR = 1.8

_ACCURACY = ((0.0, 5.0), (0.6, 4.4), (1.5, 3.4), (3.0, 2.4), (5.0, 1.5), (8.0, 0.7), (12.0, 0.0))
_CONSTRUCTIONS = ((1.0, 0.0), (2.0, 1.0), (3.2, 2.0), (4.2, 3.0), (5.0, 4.0), (5.7, 5.0))
_SENTENCE = ((4.0, 0.0), (9.0, 1.0), (13.0, 2.0), (17.0, 3.2), (21.0, 4.2), (24.0, 5.0))
_WORD_LEVEL = ((1.05, 0.0), (1.2, 1.0), (1.38, 2.0), (1.55, 3.0), (1.75, 4.0), (2.05, 5.0))
_UNCOMMON = ((0.0, 0.5), (0.02, 1.5), (0.05, 2.6), (0.09, 3.6), (0.13, 4.3), (0.2, 5.0))
_ZIPF = ((5.1, 5.0), (5.3, 4.3), (5.45, 3.5), (5.62, 2.5), (5.82, 1.3), (6.0, 0.4))
_DIVERSITY = ((40.0, 0.0), (65.0, 1.0), (85.0, 2.2), (110.0, 3.4), (140.0, 4.4), (180.0, 5.0))
_LINKS = ((0.5, 0.0), (2.0, 1.2), (3.2, 2.1), (4.2, 3.0), (4.9, 4.0), (5.7, 5.0))
#: What weighs how much in the marks for language. Speech has fewer linking words than writing.
_WRITTEN = {Criterion.GRAMMAR: 0.4, Criterion.RANGE: 0.4, Criterion.COHERENCE: 0.2}
_SPOKEN = {Criterion.GRAMMAR: 0.45, Criterion.RANGE: 0.45, Criterion.COHERENCE: 0.1}
#: From the mean of the marks to the level: speech is simpler than writing of the same level.
_WRITTEN_LEVEL = ((0.0, 0.0), (5.0, 5.0))
_SPOKEN_LEVEL = ((0.1, 0.0), (1.1, 1.0), (1.8, 2.0), (2.7, 3.0), (3.4, 4.0), (4.2, 5.0))
#: A task not done at all costs so many marks.
_TASK_COST = 0.6
#: Shares of few different words are drawn towards those of a beginner.
_BEGINNERS_TYPES = 15
#: What an idiomatic expression in 100 words adds to the mark for range, and the most.
_IDIOM, _MOST_FOR_IDIOMS = 0.35, 0.8


@dataclass(frozen=True)
class Measures:
    """All measures of one text."""

    words: int
    is_transcript: bool
    is_punctuated: bool
    grammar: Grammar
    vocabulary: Vocabulary
    complexity: Complexity
    coherence: Coherence
    task: Task
    ownness: Ownness


@dataclass(frozen=True)
class Score:
    """The marks for each criterion, the ability, and how far they can be relied on."""

    criteria: dict[Criterion, float]
    points: float
    ability: float
    ability_error: float
    confidence: float
    reasons: tuple[str, ...]


def score(measures: Measures) -> Score:
    """Mark a text."""
    criteria = criterion_marks(measures)
    weights = _SPOKEN if measures.is_transcript else _WRITTEN
    line = _SPOKEN_LEVEL if measures.is_transcript else _WRITTEN_LEVEL
    language = interpolate(sum(criteria[name] * part for name, part in weights.items()), line)
    completion = criteria[Criterion.TASK] / BEST_MARK
    level = min(BEST_MARK, max(0.0, language - _TASK_COST * (1 - completion)))
    reasons = reasons_for_a_person(measures)
    return Score(
        criteria=criteria,
        points=round((0.8 * language + 0.2 * criteria[Criterion.TASK]) / BEST_MARK, 4),
        ability=round(LOWEST + LEVEL_WIDTH * level, 3),
        ability_error=_error(measures, reasons),
        confidence=_confidence(measures, criteria, reasons),
        reasons=reasons,
    )


def criterion_marks(measures: Measures) -> dict[Criterion, float]:
    """The marks 0 to 5."""
    marks = {
        Criterion.GRAMMAR: _grammar(measures),
        Criterion.RANGE: _range(measures),
        Criterion.COHERENCE: _coherence(measures),
        Criterion.TASK: BEST_MARK * measures.task.done,
    }
    return {name: round(min(BEST_MARK, max(0.0, mark)), 2) for name, mark in marks.items()}


def reasons_for_a_person(measures: Measures) -> tuple[str, ...]:
    """Why a person has to grade, as codes; empty when the machine's marks stand."""
    own, task = measures.ownness, measures.task
    likely_other_language = own.foreign > 0.35 or own.function_words < 0.18
    checks = (
        ("TOO_SHORT", own.own_words < MIN_WORDS),
        ("NOT_ENGLISH", likely_other_language),
        ("WORD_ORDER", own.disorder > 0.3),
        ("COPIED", own.copied > 0.4),
        ("REPEATED", own.repeated > 0.4),
        ("STOCK_PHRASES", own.stock > 0.45),
        ("OFF_TOPIC", task.relevance < OFF_TOPIC[task.method]),
        ("SPEAKS_TO_EXAMINER", own.spoke_to_examiner),
    )
    return tuple(code for code, is_so in checks if is_so)


def _confidence(
    measures: Measures, criteria: dict[Criterion, float], reasons: tuple[str, ...]
) -> float:
    """0 to 1: more words and agreeing criteria give more; a reason for a person leaves little."""
    language = [criteria[name] for name in _WRITTEN]
    confidence = 0.95
    confidence *= interpolate(
        measures.ownness.own_words, ((0, 0.2), (20, 0.58), (45, 0.75), (90, 1))
    )
    confidence *= interpolate(max(language) - min(language), ((1.0, 1.0), (3.5, 0.6)))
    confidence *= 1.0 if measures.task.method == "encoder" else 0.9
    if reasons:
        confidence = min(confidence * 0.5, 0.3)
    return round(confidence, 3)


def _error(measures: Measures, reasons: tuple[str, ...]) -> float:
    if reasons:
        return UNSURE_ERROR
    words = max(1, measures.ownness.own_words)
    return round(min(UNSURE_ERROR, ERROR * max(0.9, (USUAL_WORDS / words) ** 0.25)), 3)


def _grammar(measures: Measures) -> float:
    accuracy = interpolate(measures.grammar.per_100_words, _ACCURACY)
    structure = interpolate(measures.complexity.level, _CONSTRUCTIONS)
    if measures.is_punctuated and not measures.is_transcript:
        length = interpolate(measures.complexity.words_per_sentence, _SENTENCE)
        structure = 0.6 * structure + 0.4 * length
    # a simple text can be right by chance, and errors weigh less where much is tried
    return 0.35 * min(accuracy, structure + 1.0) + 0.65 * min(structure, accuracy + 1.5)


def _range(measures: Measures) -> float:
    words = measures.vocabulary
    trust = words.types / (words.types + _BEGINNERS_TYPES)
    marks = (
        (0.35, interpolate(1 + (words.mean_level - 1) * trust, _WORD_LEVEL)),
        (0.25, interpolate(words.uncommon * trust, _UNCOMMON)),
        (0.2, interpolate(6 + (words.mean_zipf - 6) * trust, _ZIPF)),
        (0.2, interpolate(words.mtld, _DIVERSITY)),
    )
    idioms = min(_MOST_FOR_IDIOMS, _IDIOM * words.idioms)
    return sum(part * mark for part, mark in marks) + idioms


def _coherence(measures: Measures) -> float:
    one = measures.coherence
    links = interpolate(one.level, _LINKS)
    density = interpolate(one.links, ((0.0, 0.0), (2.0, 2.5), (4.0, 5.0), (9.0, 5.0), (14.0, 3.0)))
    mark = 0.8 * links + 0.2 * min(density, links + 1.5)
    if measures.is_transcript or measures.words < 80:
        return mark
    return mark - (0.4 if one.paragraphs < 2 else 0.0)
