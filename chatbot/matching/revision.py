"""The number that tells every process that the matcher has to read its rows again."""

from django.db.models import F

from chatbot.models import MatcherRevision


def bump_revision() -> None:
    """Raise the matcher's revision, in the transaction that changes what the matcher reads."""
    if not MatcherRevision.objects.filter(pk=1).update(number=F("number") + 1):
        MatcherRevision.objects.get_or_create(pk=1, defaults={"number": 1})
