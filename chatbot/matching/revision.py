"""The number that tells every process that the matcher has to read its rows again."""

from django.db.models import BigIntegerField, F
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from chatbot.models import MatcherRevision
from hitouch.core.jobs.dispatch import enqueue_on_commit

#: The task that makes the vectors of new phrasings and texts.
TASK = "chatbot.tasks.encode_phrasings"
_MICROSECONDS = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def bump_revision(*, enqueue: bool = True) -> None:
    """Raise the matcher's revision, in the transaction that changes what the matcher reads.

    The number is at least the time in microseconds: it differs from all numbers before, also from
    those of another database of which this one is an older copy.
    New phrasings and texts are encoded soon after the commit.
    """
    MatcherRevision.objects.get_or_create(pk=1)
    clock = RawSQL(_MICROSECONDS, (), output_field=BigIntegerField())  # noqa: S611 - a constant
    MatcherRevision.objects.filter(pk=1).update(number=Greatest(F("number") + 1, clock))
    if enqueue:
        enqueue_on_commit(TASK)
