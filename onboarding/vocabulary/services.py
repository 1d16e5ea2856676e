"""Adopt, map or decline terms that are not in the vocabulary, and update profiles."""

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

MAX_NAME_LENGTH = 60
State = LooseWord.State
MAX_KEY_LENGTH, MAX_SPELLINGS = 200, 100
#: Key of the PostgreSQL advisory lock of the vocabulary.
VOCABULARY_LOCK = 7_401_963


class WordDecided(Refusal):
    """The term was already decided."""

    code = "word_decided"
    message = "Someone else has already decided on this term. Reload the page."


class WordKnown(Refusal):
    """The vocabulary already has this term."""

    code = "word_known"
    status = 422
    field = "name"

    def __init__(self, known: str) -> None:
        super().__init__(f"The vocabulary already has this as “{known}”. Map it to that term.")


class BadWord(Refusal):
    """The name is not suitable as a term."""

    code = "bad_word"
    status = 422
    field = "name"
    message = "Enter one term of up to 60 characters, without commas or personal numbers."


class WordUnknown(Refusal):
    """The term to map to is not in the vocabulary."""

    code = "word_unknown"
    status = 422
    field = "of"
    message = "The vocabulary has no such term. Check the spelling, or add it first."


@transaction.atomic
def adopt_word(*, word: LooseWord, name: str, by: User, at: datetime) -> int:
    """Add a term to the vocabulary under this name. Returns the number of profiles changed."""
    locked = _lock_undecided(word)
    name = " ".join(name.split())
    key = vocabulary_lexicon.word_key(name)
    if (
        not key
        or len(name) > MAX_NAME_LENGTH
        or "," in name
        or vocabulary_lexicon.is_personal(name)
    ):
        raise BadWord
    known = queries.current_lexicon()
    if known.knows(locked.kind, name):
        raise WordKnown(known.normal(locked.kind, name))
    if key != locked.key:
        named, _ = LooseWord.objects.get_or_create(kind=locked.kind, key=key)
        _set_adopted(named, name, at=at)
    return _adopt_and_replace(locked, name, by=by, at=at, action="word.adopted")


@transaction.atomic
def respell_word(*, word: LooseWord, of: str, by: User, at: datetime) -> int:
    """Map a term to an existing one. Returns the number of profiles changed."""
    locked = _lock_undecided(word)
    known = queries.current_lexicon()
    if not known.knows(locked.kind, of):
        raise WordUnknown
    name = known.normal(locked.kind, of)
    return _adopt_and_replace(locked, name, by=by, at=at, action="word.respelled")


@transaction.atomic
def decline_word(*, word: LooseWord, by: User, at: datetime) -> None:
    """Keep a term on profiles without adding it; it is not used for matching."""
    locked = _lock_undecided(word)
    if locked.state == State.DECLINED:
        raise WordDecided
    locked.state, locked.decided_at = State.DECLINED, at
    locked.save()
    audit.record_event(
        by=by, action="word.declined", on=locked, at=at, new={"word": locked.written}
    )


def _lock_undecided(word: LooseWord) -> LooseWord:
    """Lock the vocabulary and the term. Refuses if the term was adopted."""
    lock_vocabulary_exclusive()
    locked = LooseWord.objects.select_for_update().filter(pk=word.pk).first()
    if locked is None or locked.state == State.ADOPTED:
        raise WordDecided
    return locked


def _set_adopted(word: LooseWord, name: str, *, at: datetime) -> None:
    word.state, word.name, word.decided_at = State.ADOPTED, name, at
    word.save()


def _adopt_and_replace(word: LooseWord, name: str, *, by: User, at: datetime, action: str) -> int:
    _set_adopted(word, name, at=at)
    changed = replace_in_profiles(word.kind, word.spellings, at=at)
    new: dict[str, object] = {"word": word.written, "stands_for": name, "profiles": changed}
    audit.record_event(by=by, action=action, on=word, at=at, new=new)
    return changed


def record_unlisted_words(
    *, kind: str, texts: Iterable[str], lexicon: vocabulary_lexicon.Lexicon
) -> None:
    """Record unknown terms and their spellings for staff to decide on.

    Texts that may contain personal data are not recorded.
    """
    spellings: dict[str, list[str]] = {}
    for text in texts:
        key = vocabulary_lexicon.word_key(text)
        personal = vocabulary_lexicon.is_personal(text)
        if 0 < len(key) <= MAX_KEY_LENGTH and not personal and not lexicon.knows(kind, text):
            spellings.setdefault(key, []).append(text)
    LooseWord.objects.bulk_create(
        (LooseWord(kind=kind, key=key, spellings=spellings[key]) for key in sorted(spellings)),
        ignore_conflicts=True,
    )
    existing = LooseWord.objects.filter(kind=kind, key__in=spellings).order_by("key")
    if any(set(spellings[word.key]) - set(word.spellings) for word in existing):
        for word in existing.select_for_update():
            known = dict.fromkeys([*word.spellings, *spellings[word.key]])
            word.spellings = list(known)[:MAX_SPELLINGS]
            word.save(update_fields=["spellings", "updated_at"])


@transaction.atomic
def refresh_unlisted_words(*, at: datetime) -> int:
    """Update profiles to the current vocabulary, and the list of unlisted terms to the profiles.

    Returns the number of profiles changed, for example after a new vocabulary file.
    """
    lock_vocabulary_exclusive()
    return sum(_refresh_kind(kind, at=at) for kind in vocabulary_lexicon.KINDS)


def _refresh_kind(kind: str, *, at: datetime) -> int:
    known = queries.current_lexicon()
    texts = agents.words_in_use(kind)
    outdated = [text for text in texts if known.normal(kind, text) != text]
    changed = replace_in_profiles(kind, outdated, at=at) if outdated else 0
    record_unlisted_words(kind=kind, texts=sorted(set(texts) - set(outdated)), lexicon=known)
    keys = {vocabulary_lexicon.word_key(text) for text in texts if not known.knows(kind, text)}
    LooseWord.objects.waiting().filter(kind=kind).exclude(key__in=keys).delete()
    return changed


def replace_in_profiles(kind: str, spellings: list[str], *, at: datetime) -> int:
    """Replace these spellings by the current terms on every profile that has one."""
    known = queries.current_lexicon()

    def says(words: list[str]) -> list[str]:
        return known.normal_list(kind, words)

    if kind == vocabulary_lexicon.LANGUAGES:
        rename_languages(spellings, known)
    return agents.replace_words(kind=kind, any_of=spellings, replace=says, at=at)


def lock_vocabulary_shared() -> None:
    """Prevent decisions until the transaction ends, so that saved terms stay current.

    Has to be acquired before the agent's row, as decisions do.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [VOCABULARY_LOCK])


def lock_vocabulary_exclusive() -> None:
    """Prevent other decisions and saving of profiles until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VOCABULARY_LOCK])
