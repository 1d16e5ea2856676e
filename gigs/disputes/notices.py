"""Notices to both sides of a dispute."""

from datetime import datetime

from django.urls import reverse

from accounts.notices import services as notices
from gigs.disputes.parties import Side, managers_of, other_side
from gigs.disputes.wording import result_of
from gigs.models import Dispute, DisputeAuthor, DisputeResolution
from gigs.models.disputes import BID_ROUNDS
from hitouch.core.money import rupees
from hitouch.core.web.humanize import moment_text


def opened(*, dispute: Dispute, at: datetime) -> None:
    """A dispute was opened: to the other side, and to a side that staff opened it for."""
    asked = rupees(dispute.asked_paise) if dispute.asked_paise else ""
    context: dict[str, object] = {"asked": asked, "by_staff": dispute.is_by_staff}
    _tell(dispute, other_side(dispute.side), "gigs/dispute_opened", at, **context)
    if dispute.is_by_staff:
        _tell(dispute, Side(dispute.side), "gigs/dispute_opened_for_you", at)


def answered(*, dispute: Dispute, at: datetime) -> None:
    """The other side does not agree: to the side that opened the dispute."""
    _tell(dispute, Side(dispute.side), "gigs/dispute_answered", at)


def wrote(*, dispute: Dispute, author: str, at: datetime) -> None:
    """There is a new message: to who did not write it."""
    for side in Side:
        if side != author:
            _tell(dispute, side, "gigs/dispute_message", at, author=DisputeAuthor(author).label)


def named(*, dispute: Dispute, side: str, at: datetime) -> None:
    """One side named its amount: to the other side, which is next."""
    _tell(dispute, other_side(side), "gigs/dispute_amount_named", at)


def not_crossed(*, dispute: Dispute, round_number: int, at: datetime) -> None:
    """The amounts of a round did not cross: to both sides."""
    for side in Side:
        left = BID_ROUNDS - round_number
        _tell(dispute, side, "gigs/dispute_not_crossed", at, rounds_left=left)


def escalated(*, dispute: Dispute, why: str, at: datetime) -> None:
    """HitouchCX decides: to both sides."""
    for side in Side:
        _tell(dispute, side, "gigs/dispute_escalated", at, reason=why)


def due_soon(*, dispute: Dispute, at: datetime) -> None:
    """The deadline is near: to who has to answer, or to both while they negotiate."""
    sides = [other_side(dispute.side)] if dispute.is_open else list(Side)
    for side in sides:
        _tell(dispute, side, "gigs/dispute_due", at)


def closed(*, dispute: Dispute, resolution: DisputeResolution | None, at: datetime) -> None:
    """The dispute has ended: to both sides, with what happens and why."""
    last = dispute.events.order_by("pk").last()
    reason = last.why if last else ""
    for side in Side:
        result = result_of(dispute, resolution)
        _tell(dispute, side, "gigs/dispute_closed", at, result=result, reason=reason)


def _tell(dispute: Dispute, side: Side, template: str, at: datetime, **context: object) -> None:
    facts = {
        "title": dispute.title,
        "reference": dispute.reference,
        "until": moment_text(dispute.due_at) if dispute.due_at else "",
        "other": dispute.client.name if side == Side.AGENT else dispute.agent.name,
        **context,
    }
    if side == Side.AGENT:
        people, page = [dispute.agent.user], "gigs:dispute"
    else:
        people = [member.user for member in managers_of(dispute.client)]
        page = "gigs:client-dispute"
    for user in people:
        notices.notify(
            user=user,
            kind=template,
            context={"name": user.name, **facts},
            at=at,
            path=reverse(page, args=[dispute.pk]),
            about=str(dispute.pk),
            needed_by=dispute.due_at,
        )
