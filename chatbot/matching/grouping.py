"""Groups of messages that ask the same, for people who look through unanswered questions."""

from collections.abc import Sequence

import numpy as np

from chatbot.matching import encoder, fusion
from chatbot.matching.encoding import phrasing_vector
from chatbot.matching.lexical import LexicalIndex
from chatbot.matching.texts import grams, prepare, words

#: Cosine from which messages are in one group, with vectors and with runs of characters.
NEAR_BY_VECTOR, NEAR_BY_CHARACTERS = 0.6, 0.45


def group(texts: Sequence[str], *, by_meaning: bool = True) -> list[list[int]]:
    """Groups of positions in `texts`, the largest first; each text is in one group.

    A text joins the group to whose mean it is nearest, if it is near enough. Groups are for
    people to look at: they are too coarse to count by. Without `by_meaning`, or without the
    encoder, the texts are compared by their characters.
    """
    if not texts:
        return []
    model = encoder.installed_encoder() if by_meaning else None
    if model is None:
        return _joined(_by_characters(texts), NEAR_BY_CHARACTERS)
    vectors = np.stack([phrasing_vector(text, model) for text in texts])
    vectors = vectors - fusion.background().mean(0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return _joined(vectors @ vectors.T, NEAR_BY_VECTOR)


def _by_characters(texts: Sequence[str]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    prepared = [prepare(text) for text in texts]
    index = LexicalIndex(prepared)
    return np.stack([index.characters.cosine(grams(words(text), 2, 4)) for text in prepared])


def _joined(
    near: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", threshold: float
) -> list[list[int]]:
    groups: list[list[int]] = []
    for number in range(len(near)):
        means = [float(near[number, members].mean()) for members in groups]
        best = int(np.argmax(means)) if means else -1
        if means and means[best] >= threshold:
            groups[best].append(number)
        else:
            groups.append([number])
    return sorted(groups, key=lambda members: (-len(members), members[0]))
