"""What staff decide about words that the vocabulary lacks."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from hitouch.core.errors import Refusal
from onboarding import queries, vocabulary
from onboarding.models import LooseWord
from onboarding.services.noted_words import reword
from onboarding.services.vocabulary_lock import hold_alone

LONGEST_NAME = 60
State = LooseWord.State


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
    key = vocabulary.key_of(name)
    if not key or len(name) > LONGEST_NAME or "," in name or vocabulary.is_personal(name):
        raise BadWord
    known = queries.lexicon()
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
    known = queries.lexicon()
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
    audit.record(by=by, action="word.declined", on=held, at=at, new={"word": held.written})


def _open(word: LooseWord) -> LooseWord:
    """The word as it is, while nobody else decides and no profile is saved."""
    hold_alone()
    held = LooseWord.objects.select_for_update().filter(pk=word.pk).first()
    if held is None or held.state == State.ADOPTED:
        raise WordDecided
    return held


def _stand_for(word: LooseWord, name: str, *, at: datetime) -> None:
    word.state, word.name, word.decided_at = State.ADOPTED, name, at
    word.save()


def _decided(word: LooseWord, name: str, *, by: User, at: datetime, action: str) -> int:
    _stand_for(word, name, at=at)
    changed = reword(word.kind, word.spellings, at=at)
    new: dict[str, object] = {"word": word.written, "stands_for": name, "profiles": changed}
    audit.record(by=by, action=action, on=word, at=at, new=new)
    return changed
