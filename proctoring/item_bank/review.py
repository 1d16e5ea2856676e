"""Review of items by a second person: new wordings, and items whose trial is over."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from proctoring.item_bank.seeding import author_figures
from proctoring.models import Item, ItemFigures, ItemReview

Outcome = ItemReview.Outcome
OUTCOMES = {
    ItemReview.Kind.WORDING: (Outcome.LIVE, Outcome.TRIAL, Outcome.RETURNED),
    ItemReview.Kind.TRIAL: (Outcome.LIVE, Outcome.RETIRED),
}


class OwnItem(Refusal):
    """Who wrote an item, or asked for its review, does not review it."""

    code = "own_item"
    message = "You wrote this item or asked for its review. Another person has to decide."
    status = 403


class ReviewDecided(Refusal):
    """The review was decided meanwhile."""

    code = "review_decided"
    message = "This review was decided already."


class OutcomeNotAllowed(Refusal):
    """The outcome is not one of this kind of review."""

    code = "outcome_not_allowed"
    message = "This decision is not possible for this review."
    status = 422
    field = "outcome"


def is_own(review: ItemReview, user: User) -> bool:
    """Whether the person wrote the version or the item, or asked for the review."""
    version = review.version
    return user.pk in (version.author_id, version.item.author_id, review.requested_by_id)


@transaction.atomic
def decide_review(
    *, review: ItemReview, outcome: str, by: User, at: datetime, comment: str = ""
) -> ItemReview:
    """Approve a version, return it with a comment, or end the trial of an item."""
    item = Item.objects.select_for_update(of=("self",)).get(versions=review.version_id)
    rows = ItemReview.objects.select_for_update(of=("self",)).select_related("version")
    locked = rows.get(pk=review.pk)
    if locked.decided_at is not None:
        raise ReviewDecided
    locked.version.item = item
    if is_own(locked, by):
        raise OwnItem
    if outcome not in OUTCOMES[ItemReview.Kind(locked.kind)]:
        raise OutcomeNotAllowed
    comment = comment.strip()[:1000]
    if outcome in (Outcome.RETURNED, Outcome.RETIRED) and not comment:
        message = "Write to the author what has to change, or why the item is retired."
        raise ReasonRequired(message, code="reason_required", field="comment")
    locked.decided_at, locked.decided_by = at, by
    locked.outcome, locked.comment = outcome, comment
    locked.save()
    _apply(locked, item, by=by, at=at)
    return locked


def _apply(review: ItemReview, item: Item, *, by: User, at: datetime) -> None:
    if review.kind == ItemReview.Kind.WORDING and review.outcome != Outcome.RETURNED:
        _publish(review, item, at)
    to = {
        Outcome.LIVE: Item.State.LIVE,
        Outcome.TRIAL: Item.State.TRIAL,
        Outcome.RETIRED: Item.State.RETIRED,
        Outcome.RETURNED: Item.State.DRAFT,
    }[Outcome(review.outcome)]
    is_new = item.state in (Item.State.DRAFT, Item.State.IN_REVIEW)
    if item.state == to or (review.outcome == Outcome.RETURNED and not is_new):
        return  # a returned draft of an item in use changes nothing that is drawn
    if Item.machine.allows(item.state, to):
        transition(item, to=to, by=by, at=at, why=review.comment)


def _publish(review: ItemReview, item: Item, at: datetime) -> None:
    """Publish the version, with the author's figures: a new wording was never answered."""
    version = review.version
    version.published_at = at
    version.save(update_fields=["published_at", "updated_at"])
    if not ItemFigures.objects.filter(version=version, current=True).exists():
        author_figures(version, item.level, at).save()
