"""What staff decide about words that the vocabulary lacks."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts import agents
from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from onboarding.models import LooseWord
from onboarding.vocabulary import lexicon as vocabulary_lexicon
from onboarding.vocabulary import queries
from onboarding.vocabulary.fluency import rename_languages

LONGEST_NAME = 60
State = LooseWord.State
LONGEST_KEY, MOST_SPELLINGS = 200, 100
#: Any constant; it names the advisory lock.
VOCABULARY_LOCK = 7_401_963


class WordDecided(Refusal):
    """Two pressed at once, or the page was old."""

    code = "word_decided"
    message = "Someone else has already decided on this term. Reload the page."


class WordKnown(Refusal):
    """A second word of the same meaning would split those who have it."""

    code = "word_known"
    status = 422
    field = "name"

    def __init__(self, known: str) -> None:
        super().__init__(f"The vocabulary already has this as “{known}”. Map it to that term.")


class BadWord(Refusal):
    """A word is read by clients on many profiles."""

    code = "bad_word"
    status = 422
    field = "name"
    message = "Enter one term of up to 60 characters, without commas or personal numbers."


class WordUnknown(Refusal):
    """What a writing stands for has to be in the vocabulary already."""

    code = "word_unknown"
    status = 422
    field = "of"
    message = "The vocabulary has no such term. Check the spelling, or add it first."


@transaction.atomic
def adopt_word(*, word: LooseWord, name: str, by: User, at: datetime) -> int:
    """Take it into the vocabulary under this name. Returns how many profiles now say it so."""
    held = _open(word)
    name = " ".join(name.split())
    key = vocabulary_lexicon.word_key(name)
    if not key or len(name) > LONGEST_NAME or "," in name or vocabulary_lexicon.is_personal(name):
        raise BadWord
    known = queries.current_lexicon()
    if known.knows(held.kind, name):
        raise WordKnown(known.normal(held.kind, name))
    if key != held.key:
        named, _ = LooseWord.objects.get_or_create(kind=held.kind, key=key)
        _stand_for(named, name, at=at)
    return _decided(held, name, by=by, at=at, action="word.adopted")


@transaction.atomic
def respell_word(*, word: LooseWord, of: str, by: User, at: datetime) -> int:
    """Make it another writing of a word that is there. Returns how many profiles now say that."""
    held = _open(word)
    known = queries.current_lexicon()
    if not known.knows(held.kind, of):
        raise WordUnknown
    name = known.normal(held.kind, of)
    return _decided(held, name, by=by, at=at, action="word.respelled")


@transaction.atomic
def decline_word(*, word: LooseWord, by: User, at: datetime) -> None:
    """Leave it to the agents as their own words, which no opportunity is compared with."""
    held = _open(word)
    if held.state == State.DECLINED:
        raise WordDecided
    held.state, held.decided_at = State.DECLINED, at
    held.save()
    audit.record_event(by=by, action="word.declined", on=held, at=at, new={"word": held.written})


def _open(word: LooseWord) -> LooseWord:
    """The word as it is, while nobody else decides and no profile is saved."""
    lock_vocabulary_exclusive()
    held = LooseWord.objects.select_for_update().filter(pk=word.pk).first()
    if held is None or held.state == State.ADOPTED:
        raise WordDecided
    return held


def _stand_for(word: LooseWord, name: str, *, at: datetime) -> None:
    word.state, word.name, word.decided_at = State.ADOPTED, name, at
    word.save()


def _decided(word: LooseWord, name: str, *, by: User, at: datetime, action: str) -> int:
    _stand_for(word, name, at=at)
    changed = replace_in_profiles(word.kind, word.spellings, at=at)
    new: dict[str, object] = {"word": word.written, "stands_for": name, "profiles": changed}
    audit.record_event(by=by, action=action, on=word, at=at, new=new)
    return changed


def record_unlisted_words(
    *, kind: str, texts: Iterable[str], lexicon: vocabulary_lexicon.Lexicon
) -> None:
    """Remember the ways in which unknown words are written, for staff to decide on.

    What may be an address or a number of a person is not noted.
    """
    typed: dict[str, list[str]] = {}
    for text in texts:
        key = vocabulary_lexicon.word_key(text)
        personal = vocabulary_lexicon.is_personal(text)
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
def refresh_unlisted_words(*, at: datetime) -> int:
    """Note what is on profiles and was not; forget what nobody has. Returns how many profiles
    were brought to today's words, such as those of a newer file.
    """
    lock_vocabulary_exclusive()
    return sum(_tidied(kind, at=at) for kind in vocabulary_lexicon.KINDS)


def _tidied(kind: str, *, at: datetime) -> int:
    known = queries.current_lexicon()
    texts = agents.words_in_use(kind)
    old = [text for text in texts if known.normal(kind, text) != text]
    changed = replace_in_profiles(kind, old, at=at) if old else 0
    record_unlisted_words(kind=kind, texts=sorted(set(texts) - set(old)), lexicon=known)
    keys = {vocabulary_lexicon.word_key(text) for text in texts if not known.knows(kind, text)}
    LooseWord.objects.waiting().filter(kind=kind).exclude(key__in=keys).delete()
    return changed


def replace_in_profiles(kind: str, spellings: list[str], *, at: datetime) -> int:
    """Say it in today's words on every profile that has one of these writings."""
    known = queries.current_lexicon()

    def says(words: list[str]) -> list[str]:
        return known.normal_list(kind, words)

    if kind == vocabulary_lexicon.LANGUAGES:
        rename_languages(spellings, known)
    return agents.replace_words(kind=kind, any_of=spellings, replace=says, at=at)


def lock_vocabulary_shared() -> None:
    """Until the transaction ends no word is decided: what is saved now is in today's words.

    Taken before the agent's row, as a decision does.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [VOCABULARY_LOCK])


def lock_vocabulary_exclusive() -> None:
    """Until the transaction ends nobody else decides, and no profile is saved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VOCABULARY_LOCK])
