"""FAQ doctor: what an edit of an entry would do to the answers of labelled messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from chatbot.matching import encoder
from chatbot.matching.encoding import phrasing_vector
from chatbot.matching.index import Index, IndexedEntry, IndexedPhrasing, IndexedText
from chatbot.matching.loading import LoadedMatcher, load, passages_of
from chatbot.matching.services import Band, EntryMatch, match_in
from chatbot.matching.texts import plain_answer
from chatbot.models import FaqCategory, FaqPhrasing, LabelledMessage

#: Threshold of an entry whose category is not known yet.
_THRESHOLD = 0.8


@dataclass(frozen=True)
class Shadow:
    """A way to ask the entry that another entry answers."""

    phrasing: str
    entry_id: UUID
    probability: float


@dataclass(frozen=True)
class Move:
    """A labelled message whose first entry or band changes.

    `before` and `after` are the entry that is answered, None if none is.
    """

    text: str
    right: UUID | None
    before: UUID | None
    after: UUID | None


@dataclass(frozen=True)
class DoctorReport:
    """What the edit would do.

    Precision is the share of right answers among the labelled messages that are answered; 1 when
    none is. `never_reached` are entries that no labelled message of theirs finds among three.
    """

    shadows: tuple[Shadow, ...]
    never_reached: tuple[UUID, ...]
    moves: tuple[Move, ...]
    precision_before: float
    precision_after: float


def examine(
    *, entry_id: UUID, texts: Mapping[str, tuple[str, str]], phrasings: Sequence[tuple[str, str]]
) -> DoctorReport:
    """Compare the matcher as it is with one in which the entry has these texts and phrasings.

    `texts` are question and answer by language, `phrasings` language and text of other ways to
    ask; the questions are phrasings too. Encodes what is new: takes seconds, so it is not
    called inside a transaction.
    """
    said = {question: language for language, (question, _) in texts.items()}
    said = {text: language for language, text in phrasings} | said
    before = load()
    after = with_entry(before, entry_id=entry_id, texts=texts, phrasings=said)
    messages = list(LabelledMessage.objects.order_by("pk").values_list("text", "entry"))
    old = [match_in(before, text) for text, _ in messages]
    new = [match_in(after, text) for text, _ in messages]
    rights = [entry for _, entry in messages]
    moves = [
        Move(text, right, answered(first), answered(second))
        for (text, right), first, second in zip(messages, old, new, strict=True)
        if answered(first) != answered(second)
    ]
    return DoctorReport(
        shadows=tuple(_shadows(after, entry_id, said)),
        never_reached=never_reached(new, rights),
        moves=tuple(moves),
        precision_before=precision(old, rights),
        precision_after=precision(new, rights),
    )


def answered(match: EntryMatch) -> UUID | None:
    """The entry that is given as the answer, if any."""
    return match.candidates[0].entry_id if match.band == Band.ANSWER else None


def precision(matches: Sequence[EntryMatch], rights: Sequence[UUID | None]) -> float:
    """The share of right ones among the answers."""
    pairs = [(answered(match), right) for match, right in zip(matches, rights, strict=True)]
    right = [given == wanted for given, wanted in pairs if given is not None]
    return sum(right) / len(right) if right else 1.0


def never_reached(matches: Sequence[EntryMatch], rights: Sequence[UUID | None]) -> tuple[UUID, ...]:
    """Entries that have labelled messages, none of which finds them among three."""
    reached = {
        right
        for match, right in zip(matches, rights, strict=True)
        if right in {candidate.entry_id for candidate in match.candidates}
    }
    missed = {right for right in rights if right is not None} - reached
    return tuple(sorted(missed))


def with_entry(
    loaded: LoadedMatcher,
    *,
    entry_id: UUID,
    texts: Mapping[str, tuple[str, str]],
    phrasings: Mapping[str, str],
) -> LoadedMatcher:
    """The matcher with the entry as it would be. `phrasings` are languages by text."""
    threshold = FaqCategory.objects.filter(entries=entry_id).values_list("answer_threshold")
    draft = IndexedEntry(
        entry_id,
        _indexed_phrasings(phrasings, loaded.encoder),
        [_indexed_text(loaded.encoder, language, *text) for language, text in texts.items()],
        float(threshold[0][0]) if threshold else _THRESHOLD,
    )
    others = [entry for entry in loaded.index.entries if entry.id != entry_id]
    return replace(loaded, index=Index([*others, draft], loaded.index.background))


def _indexed_phrasings(
    phrasings: Mapping[str, str], model: encoder.TextEncoder | None
) -> list[IndexedPhrasing]:
    """Phrasings with vectors: those stored where there are any."""
    rows = FaqPhrasing.objects.filter(text__in=list(phrasings), encoder=encoder.NAME)
    stored = {text: bytes(vector) for text, vector in rows.values_list("text", "vector") if vector}
    found = []
    for text, language in phrasings.items():
        vector = encoder.from_bytes(stored[text]) if text in stored else None
        if vector is None and model is not None:
            vector = phrasing_vector(text, model)
        found.append(IndexedPhrasing(text, vector, language))
    return found


def _indexed_text(
    model: encoder.TextEncoder | None, language: str, question: str, answer: str
) -> IndexedText:
    plain = plain_answer(question), plain_answer(answer)
    if model is None:
        return IndexedText(*plain, language=language)
    both = model.passages(passages_of(question, answer))
    return IndexedText(*plain, np.array(both[0]), np.array(both[1]), language)


def _shadows(loaded: LoadedMatcher, entry_id: UUID, phrasings: Mapping[str, str]) -> list[Shadow]:
    """Phrasings of the entry for which another entry is the first."""
    found = []
    for text in phrasings:
        best = match_in(loaded, text).candidates
        if best and best[0].entry_id != entry_id:
            found.append(Shadow(text, best[0].entry_id, best[0].probability))
    return found
