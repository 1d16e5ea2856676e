"""Who rejected documents does not approve them later: a second person looks.

Asking for a better picture rejects nobody, and binds nobody.
"""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from hitouch.core.errors import Refusal
from onboarding.models import KycAsk, KycCase, KycCaseEvent


class FourEyes(Refusal):
    """A reviewer who gives way to the same person is what a fraudster waits for."""

    code = "four_eyes"
    message = "You sent these documents back earlier. Another reviewer must approve them."


def rejections_by(by: User) -> QuerySet[KycCaseEvent]:
    """The moves by which this reviewer rejected documents: all, or one for more than its picture.

    A move that asked has its asks: they were written by the same person at the same moment. One
    whose asks went with an old picture counts as a rejection.
    """
    sent_back = KycCaseEvent.objects.filter(became=KycCase.State.REJECTED, by=by)
    asked = KycAsk.objects.filter(case=OuterRef("subject"), by=OuterRef("by"), at=OuterRef("at"))
    only_asked = Exists(asked) & ~Exists(asked.exclude(reason__in=KycAsk.ABOUT_PICTURE))
    return sent_back.exclude(only_asked)


def require_four_eyes(case: KycCase, by: User) -> None:
    """Refuse whoever rejected these documents."""
    if rejections_by(by).filter(subject=case).exists():
        raise FourEyes
