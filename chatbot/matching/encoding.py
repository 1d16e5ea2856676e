"""Vectors of phrasings and answers, made after they were saved and stored with them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from chatbot.matching import encoder
from chatbot.matching.loading import passages_of
from chatbot.matching.reading import english_of
from chatbot.matching.revision import bump_revision
from chatbot.models import FaqPassage, FaqPhrasing, FaqText, FaqVersion
from hitouch.core import sweeps

_NOTHING = Q(pk__in=[])


def encode_missing(now: datetime) -> int:
    """Encode phrasings and answers that have no vector of this encoder. Returns how many."""
    outcomes = [sweeps.run(sweep, now=now) for sweep in (UNENCODED_PHRASINGS, UNENCODED_TEXTS)]
    done = sum(outcome.done for outcome in outcomes)
    if done:
        with transaction.atomic():
            bump_revision(enqueue=False)
    return done


def _phrasings(now: datetime) -> QuerySet[FaqPhrasing]:
    missing = Q(vector__isnull=True) | ~Q(encoder=encoder.NAME)
    return FaqPhrasing.objects.filter(missing if encoder.installed_encoder() else _NOTHING)


def _texts(now: datetime) -> QuerySet[FaqText]:
    missing = ~Q(passage__encoder=encoder.NAME) | Q(passage__isnull=True)
    rows = FaqText.objects.filter(missing if encoder.installed_encoder() else _NOTHING)
    return rows.filter(version__state=FaqVersion.State.PUBLISHED)


def _encode_phrasing(row: FaqPhrasing, now: datetime) -> bool:
    model = encoder.installed_encoder()
    if model is None:
        return False
    stored = encoder.to_bytes(phrasing_vector(row.text, model))
    same = FaqPhrasing.objects.filter(pk=row.pk, text=row.text)
    with transaction.atomic():
        return bool(same.update(vector=stored, encoder=encoder.NAME, updated_at=now))


def _encode_text(row: FaqText, now: datetime) -> bool:
    model = encoder.installed_encoder()
    if model is None:
        return False
    vectors = encoder.to_bytes(model.passages(passages_of(row.question, row.answer)))
    values = {"vectors": vectors, "encoder": encoder.NAME}
    FaqPassage.objects.update_or_create(text=row, defaults=values)
    return True


def phrasing_vector(text: str, model: encoder.TextEncoder) -> encoder.Vectors:
    """The vector of a phrasing; Hinglish is read in English, as messages are."""
    return model.queries([english_of(text)])[0]


#: Phrasings without a vector, or with one of another encoder.
UNENCODED_PHRASINGS = sweeps.Sweep(
    name="chatbot.phrasings", due=_phrasings, act=_encode_phrasing, atomic=False
)
#: Published texts without vectors.
UNENCODED_TEXTS = sweeps.Sweep(name="chatbot.passages", due=_texts, act=_encode_text, atomic=False)
