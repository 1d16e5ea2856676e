"""The entry point: `evaluate` marks a written answer or the transcript of a spoken one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from proctoring.grading.text.coherence import measure_coherence
from proctoring.grading.text.complexity import measure_complexity
from proctoring.grading.text.copying import measure_ownness
from proctoring.grading.text.document import Document, read_document, words_of
from proctoring.grading.text.grammar import check_grammar
from proctoring.grading.text.relevance import Nearness, installed_nearness
from proctoring.grading.text.remarks import Criterion, Remark, RemarkEffect
from proctoring.grading.text.score import LOWEST, Measures, Score, score
from proctoring.grading.text.task import measure_task
from proctoring.grading.text.vocabulary import measure_vocabulary

#: Changes with each change of the marks; stored with the result.
VERSION = "text-1"
#: Below this confidence a person grades.
LOW_CONFIDENCE = 0.5
#: Of a text with many errors or good words only the first are shown.
MAX_EARNED, MAX_COST = 12, 30
#: Below everything the scale distinguishes: nothing was written.
NOTHING_WRITTEN = LOWEST - 0.6

Kind = Literal["WRITING", "SPEAKING"]

_SENTENCES = {
    "TOO_SHORT": "There are too few words of your own to tell a level.",
    "NOT_ENGLISH": "Much of the text does not seem to be English.",
    "WORD_ORDER": "The words do not stand in the order of sentences.",
    "COPIED": "Much of the text stands in the task.",
    "REPEATED": "Much of the text says the same again.",
    "STOCK_PHRASES": "Much of the text are phrases that fit any letter.",
    "OFF_TOPIC": "The text seems to be about something other than the task.",
    "SPEAKS_TO_EXAMINER": "A part speaks to the examiner. It was not counted.",
}
_CUT = "Only the first 20,000 characters were read."
_NO_ENCODER = "The encoder is not installed: the points were compared by common words."
_EMPTY = "There is no answer."


@dataclass(frozen=True)
class TextEvaluation:
    """What the machine says about a text; offsets in `evidence` count code points."""

    kind: Kind
    version: str
    words: int
    criteria: dict[str, float]
    measures: dict[str, Any]
    evidence: tuple[Remark, ...]
    points: float
    ability: float
    ability_error: float
    confidence: float
    reasons: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether a person has to grade."""
        return self.confidence < LOW_CONFIDENCE

    def as_json(self) -> dict[str, Any]:
        """The evaluation as JSON types."""
        data = asdict(self) | {"needs_person": self.needs_person}
        for name in ("evidence", "reasons", "notes"):
            data[name] = list(data[name])
        for remark in data["evidence"]:
            remark["criterion"] = str(remark["criterion"])
            remark["effect"] = str(remark["effect"])
        return data


def evaluate(
    text: str,
    prompt: str,
    expected: Any,
    kind: Kind,
    *,
    passage: str = "",
    min_words: int | None = None,
    max_words: int | None = None,
    unsure: Sequence[tuple[int, int]] = (),
    nearness: Nearness | None = None,
) -> TextEvaluation:
    """Mark a text.

    `expected` is the key's: a mapping with `points`, or a list of sentences. `unsure` are spans of
    a transcript that the recogniser is not sure of; an error there costs nothing.
    """
    document = read_document(text, is_transcript=kind == "SPEAKING")
    if not any(char.isalnum() for char in document.text):
        return _empty(kind)
    ownness = measure_ownness(document, (prompt, passage))
    own = ownness.own
    given = frozenset(words_of(f"{prompt} {passage}"))
    grammar = check_grammar(own, known_text=f"{prompt} {passage} {expected}"[:5000], unsure=unsure)
    measures = Measures(
        words=len(own.words),
        is_transcript=document.is_transcript,
        is_punctuated=own.is_punctuated,
        grammar=grammar,
        vocabulary=measure_vocabulary(
            own, given=given | ownness.recited, misspelt=grammar.doubtful
        ),
        complexity=measure_complexity(own),
        coherence=measure_coherence(own),
        task=measure_task(
            own,
            prompt=prompt,
            passage=passage,
            expected=expected,
            words=len(own.words),
            limits=(min_words, max_words),
            nearness=nearness or installed_nearness(),
        ),
        ownness=ownness,
    )
    return _evaluation(kind, document, measures, score(measures))


def _empty(kind: Kind) -> TextEvaluation:
    return TextEvaluation(
        kind=kind,
        version=VERSION,
        words=0,
        criteria={name.value: 0.0 for name in Criterion},
        measures={},
        evidence=(),
        points=0.0,
        ability=NOTHING_WRITTEN,
        ability_error=0.6,
        confidence=1.0,
        reasons=("EMPTY",),
        notes=(_EMPTY,),
    )


def _evaluation(
    kind: Kind, document: Document, measures: Measures, result: Score
) -> TextEvaluation:
    notes = [_SENTENCES[reason] for reason in result.reasons]
    notes += [_CUT] if document.is_cut else []
    notes += [_NO_ENCODER] if measures.task.method != "encoder" else []
    return TextEvaluation(
        kind=kind,
        version=VERSION,
        words=len(document.words),
        criteria={name.value: mark for name, mark in result.criteria.items()},
        measures=_figures(measures),
        evidence=_evidence(measures),
        points=result.points,
        ability=result.ability,
        ability_error=result.ability_error,
        confidence=result.confidence,
        reasons=result.reasons,
        notes=tuple(notes),
    )


def _figures(measures: Measures) -> dict[str, Any]:
    parts = (
        measures.grammar,
        measures.vocabulary,
        measures.complexity,
        measures.coherence,
        measures.task,
        measures.ownness,
    )
    figures: dict[str, Any] = {}
    for part in parts:
        name = type(part).__name__.lower()
        figures[name] = {
            field: list(value) if isinstance(value, tuple) else value
            for field, value in vars(part).items()
            if field not in ("remarks", "own", "doubtful", "recited")
        }
    return figures


def _evidence(measures: Measures) -> tuple[Remark, ...]:
    found = [
        *measures.grammar.remarks,
        *measures.complexity.remarks,
        *measures.vocabulary.remarks,
        *measures.coherence.remarks,
        *measures.task.remarks,
        *measures.ownness.remarks,
    ]
    cost = [one for one in found if one.effect is RemarkEffect.COST][:MAX_COST]
    earned = sorted(
        (one for one in found if one.effect is RemarkEffect.EARNED), key=lambda one: -one.weight
    )
    points = [one for one in earned if one.kind == "point"]
    earned = [*points, *[one for one in earned if one.kind != "point"][:MAX_EARNED]]
    notes = [one for one in found if one.effect is RemarkEffect.NOTE]
    return tuple(sorted([*cost, *earned, *notes], key=lambda one: (one.start, one.end)))
