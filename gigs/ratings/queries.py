"""The ratings that a person may read, and those that are sealed."""

from datetime import datetime

from django.db.models import Q, QuerySet

from gigs.models import Gig, Rating


def readable_ratings(gig: Gig, side: str) -> QuerySet[Rating]:
    """The ratings of a gig that this side may read: its own, and those that are open."""
    return gig.ratings.filter(Q(side=side) | Q(opened_at__isnull=False)).order_by("submitted_at")


def sealed_since(moment: datetime) -> QuerySet[Rating]:
    """Sealed ratings that were submitted by then."""
    return Rating.objects.filter(opened_at=None, submitted_at__lte=moment)
