"""Words that the vocabulary lacks, noted while agents type them, and profiles in today's words."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts import services as accounts_services
from onboarding import queries, vocabulary
from onboarding.models import LooseWord
from onboarding.services.fluency import rename_languages
from onboarding.services.vocabulary_lock import hold_alone

LONGEST_KEY, MOST_SPELLINGS = 200, 100


def note_words(*, kind: str, texts: Iterable[str], lexicon: vocabulary.Lexicon) -> None:
    """Remember the ways in which unknown words are written, for staff to decide on.

    What may be an address or a number of a person is not noted.
    """
    typed: dict[str, list[str]] = {}
    for text in texts:
        key = vocabulary.key_of(text)
        personal = vocabulary.is_personal(text)
        if 0 < len(key) <= LONGEST_KEY and not personal and not lexicon.knows(kind, text):
            typed.setdefault(key, []).append(text)
    LooseWord.objects.bulk_create(
        (LooseWord(kind=kind, key=key, spellings=typed[key]) for key in sorted(typed)),
        ignore_conflicts=True,
    )
    there = LooseWord.objects.filter(kind=kind, key__in=typed).order_by("key")
    if any(set(typed[word.key]) - set(word.spellings) for word in there):
        for word in there.select_for_update():
            known = dict.fromkeys([*word.spellings, *typed[word.key]])
            word.spellings = list(known)[:MOST_SPELLINGS]
            word.save(update_fields=["spellings", "updated_at"])


@transaction.atomic
def tidy_words(*, at: datetime) -> int:
    """Note what is on profiles and was not; forget what nobody has. Returns how many profiles
    were brought to today's words, such as those of a newer file.
    """
    hold_alone()
    return sum(_tidied(kind, at=at) for kind in vocabulary.KINDS)


def _tidied(kind: str, *, at: datetime) -> int:
    known = queries.lexicon()
    texts = accounts_services.words_of_agents(kind)
    old = [text for text in texts if known.normal(kind, text) != text]
    changed = reword(kind, old, at=at) if old else 0
    note_words(kind=kind, texts=sorted(set(texts) - set(old)), lexicon=known)
    keys = {vocabulary.key_of(text) for text in texts if not known.knows(kind, text)}
    LooseWord.objects.waiting().filter(kind=kind).exclude(key__in=keys).delete()
    return changed


def reword(kind: str, spellings: list[str], *, at: datetime) -> int:
    """Say it in today's words on every profile that has one of these writings."""
    known = queries.lexicon()

    def says(words: list[str]) -> list[str]:
        return known.normal_list(kind, words)

    if kind == vocabulary.LANGUAGES:
        rename_languages(spellings, known)
    return accounts_services.reword_agents(kind=kind, having=spellings, says=says, at=at)
