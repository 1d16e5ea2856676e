"""A spoken follow-up about the person's own text: the sentence is chosen by the server.

It is asked last, is not scored, and whether speech and text fit together is a fact for a proctor.
"""

import random
import re
from collections.abc import Sequence

from django.db.models import QuerySet

from proctoring.delivery.queries import held_answers
from proctoring.models import Item, ItemKind, ItemVersion, Sitting, SittingQuestion, SittingSection

#: Words of a sentence that can be asked about.
LEAST_WORDS, MOST_WORDS = 8, 40
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|$)")
#: A sentence is not the person's own if so many of its words stand in the task.
MOST_OF_THE_TASK = 0.7


def choose_sentence(texts: Sequence[tuple[str, str]], *, seed: str) -> str:
    """A sentence out of texts, each with its task, or an empty string. Deterministic.

    Greetings and short sentences are left out, and those that repeat the task.
    """
    found = [
        sentence
        for text, task in texts
        for sentence in (part.strip() for part in _SENTENCE.findall(text))
        if LEAST_WORDS <= len(sentence.split()) <= MOST_WORDS and _is_own(sentence, task)
    ]
    rng = random.Random(f"{seed}:follow-up")  # noqa: S311  # reproducible
    return rng.choice(found) if found else ""


def _is_own(sentence: str, task: str) -> bool:
    words, given = _words(sentence), _words(task)
    return bool(words) and len(words & given) / len(words) <= MOST_OF_THE_TASK


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def add_follow_up(sitting: Sitting, part: SittingSection) -> SittingQuestion | None:
    """Add the follow-up to the section of spoken answers, if it is the last one.

    Nothing is added without a text of the person, or without items for it.
    """
    is_last = not sitting.parts.filter(position__gt=part.position).exists()
    if part.section.kind != ItemKind.SPEAKING or not is_last:
        return None
    sentence = choose_sentence(_texts_of(sitting), seed=sitting.seed)
    versions = list(_versions(sitting)) if sentence else []
    if not versions:
        return None
    rng = random.Random(f"{sitting.seed}:follow-up-item")  # noqa: S311  # reproducible
    last = sitting.drawn.order_by("-position").values_list("position", flat=True).first()
    return SittingQuestion.objects.create(
        sitting=sitting,
        part=part,
        version=rng.choice(versions),
        position=(last or 0) + 1,
        scored=False,
        quote=sentence,
    )


def _texts_of(sitting: Sitting) -> list[tuple[str, str]]:
    written = sitting.drawn.filter(version__item__kind=ItemKind.WRITING).select_related("version")
    rows = list(written.order_by("position"))
    held = held_answers([row.pk for row in rows])
    return [(held[row.pk].value, f"{row.version.passage} {row.version.text}") for row in rows]


def _versions(sitting: Sitting) -> QuerySet[ItemVersion]:
    """The newest published version of each follow-up item that was not drawn yet."""
    usable = ItemVersion.objects.filter(
        item__topic=Item.FOLLOW_UP,
        item__kind=ItemKind.SPEAKING,
        item__language=sitting.assessment.language,
        item__state=Item.State.LIVE,
        published_at__isnull=False,
    ).exclude(drawn__sitting=sitting)
    return usable.order_by("item", "-number").distinct("item")
