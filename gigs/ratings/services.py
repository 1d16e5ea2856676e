"""Rate a gig, open sealed ratings, and hide what must not be read."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from gigs import notifications
from gigs.eligibility import check_not_own
from gigs.models import Gig, Rating, Work
from gigs.models.opportunities import ENDED
from hitouch.core.errors import ReasonRequired, Refusal
from onboarding import identifiers

#: A rating opens after this time, also if the other side did not rate.
SEALED_FOR = timedelta(days=14)
#: A gig can be rated until so long after its end.
RATE_WITHIN = timedelta(days=60)


class NothingToRate(Refusal):
    """Nothing was approved, and the gig has not ended."""

    code = "nothing_to_rate"
    message = "You can rate once work is approved or the gig has ended."


class RatedAlready(Refusal):
    """This side has rated the gig."""

    code = "rated_already"
    message = "This gig is already rated. A rating cannot be changed."


class RatingTooLate(Refusal):
    """The gig ended too long ago."""

    code = "rating_too_late"
    message = "A gig can be rated until 60 days after its end."


class StarsOutOfRange(Refusal):
    """Fewer than one or more than five stars."""

    code = "stars_out_of_range"
    message = "Give one to five stars."
    status = 422
    field = "stars"


@transaction.atomic
def rate(*, gig: Gig, side: str, stars: int, by: User, at: datetime, comment: str = "") -> Rating:
    """Rate the other side of a gig, once. Sealed until they rated too, or two weeks have passed."""
    identifiers.refuse_full_aadhaar({"comment": comment})
    if not 1 <= stars <= 5:
        raise StarsOutOfRange
    gig = Gig.objects.select_for_update(no_key=True).get(pk=gig.pk)
    if side == Rating.Side.CLIENT:
        check_not_own(gig.agent, by=by)
    is_ended = gig.state in ENDED
    if not is_ended and not gig.works.filter(state=Work.State.APPROVED).exists():
        raise NothingToRate
    if is_ended and gig.completed_at and at > gig.completed_at + RATE_WITHIN:
        raise RatingTooLate
    if gig.ratings.filter(side=side).exists():
        raise RatedAlready
    rating = Rating(
        gig=gig, side=side, stars=stars, comment=comment.strip(), by=by, submitted_at=at,
        nonce=secrets.token_hex(16),
    )  # fmt: skip
    rating.seal = rating.computed_seal()
    rating.save()
    if gig.ratings.count() == len(Rating.Side):
        for each in gig.ratings.filter(opened_at=None):
            _open(each, at)
        rating.refresh_from_db()
    return rating


@transaction.atomic
def open_after_two_weeks(*, rating: Rating, at: datetime) -> Rating:
    """Open a rating whose time is over. Idempotent."""
    rating = Rating.objects.select_for_update(no_key=True).get(pk=rating.pk)
    if rating.opened_at is None and at >= rating.submitted_at + SEALED_FOR:
        _open(rating, at)
    return rating


def _open(rating: Rating, at: datetime) -> None:
    rating.opened_at = at
    rating.save(update_fields=["opened_at", "updated_at"])
    if rating.side == Rating.Side.CLIENT:
        notifications.rating_opened(rating=rating, at=at)


@transaction.atomic
def hide(*, rating: Rating, why: str, by: User, at: datetime) -> Rating:
    """Hide the comment of a rating; its stars still count. A decision of staff."""
    if not why.strip():
        raise ReasonRequired("Enter a reason.", code="reason_missing", field="why")
    rating = Rating.objects.select_for_update(no_key=True).get(pk=rating.pk)
    check_not_own(rating.gig.agent, by=by)
    rating.hidden_at, rating.hidden_why = at, why.strip()[:200]
    rating.save(update_fields=["hidden_at", "hidden_why", "updated_at"])
    audit.record_event(by=by, action="rating.hidden", on=rating, at=at, new={"why": why})
    return rating
