"""Sealed amounts: both sides name one unseen, and a dispute is settled when they cross.

The agent names the least that they take of the amount in dispute, the client the most that they
give. If the client's is at least the agent's, the agent gets the middle of both, a half paisa
rounded down. Otherwise the round is over, and neither side learns what the other one named.
"""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from gigs.disputes import notices, resolutions
from gigs.disputes.parties import Side, check_party
from gigs.disputes.services import lock_live, move_to_staff
from gigs.models import Dispute, SettlementBid
from gigs.models.disputes import BID_ROUNDS
from hitouch.core import money
from hitouch.core.errors import Refusal


class NothingToBidOn(Refusal):
    """No amount is in dispute."""

    code = "no_amount_in_dispute"
    message = "No amount was asked for in this dispute, so there is none to name."


class NotInNegotiation(Refusal):
    """Amounts are named between the answer and the decision of staff."""

    code = "not_in_negotiation"
    message = "Amounts can be named only while both sides negotiate."


class NamedAlready(Refusal):
    """This side has named an amount in this round."""

    code = "named_already"
    message = "You have named your amount. It cannot be changed; the other side is next."


class NoRoundsLeft(Refusal):
    """All rounds were used."""

    code = "no_rounds_left"
    message = "All three rounds are over. You can still agree, or let HitouchCX decide."


class BidOutOfRange(Refusal):
    """Below zero, or more than is in dispute."""

    code = "bid_out_of_range"
    status = 422
    field = "amount_paise"


def current_round(dispute: Dispute) -> int:
    """The round in which amounts are named now; one more than there are when all are over."""
    bids = dispute.bids.count()
    return bids // len(Side) + 1


@transaction.atomic
def place_bid(
    *, dispute: Dispute, side: str, amount_paise: int, by: User, at: datetime
) -> SettlementBid:
    """Name an amount for one's side. The second one of a round settles, or ends the round."""
    dispute = lock_live(dispute)
    check_party(dispute, side, by=by)
    if not dispute.is_in_negotiation:
        raise NotInNegotiation
    if dispute.asked_paise is None:
        raise NothingToBidOn
    if not 0 <= amount_paise <= dispute.asked_paise:
        most = money.rupees(dispute.asked_paise)
        raise BidOutOfRange(f"Name an amount between ₹0 and {most}, which is in dispute.")
    number = current_round(dispute)
    if number > BID_ROUNDS:
        raise NoRoundsLeft
    if dispute.bids.filter(round=number, side=side).exists():
        raise NamedAlready
    bid = SettlementBid(
        dispute=dispute, round=number, side=side, amount=str(amount_paise),
        nonce=secrets.token_hex(16), by=by, at=at,
    )  # fmt: skip
    bid.commitment = bid.computed_commitment()
    bid.save(force_insert=True)
    new = {"round": number, "side": side, "commitment": bid.commitment}
    audit.record_event(by=by, action="dispute.amount_named", on=dispute, at=at, new=new)
    other = dispute.bids.filter(round=number).exclude(side=side).first()
    if other is None:
        notices.named(dispute=dispute, side=side, at=at)
    else:
        _compare(dispute, bid, other, at=at)
    return bid


def _compare(dispute: Dispute, bid: SettlementBid, other: SettlementBid, *, at: datetime) -> None:
    amounts = {row.side: row.amount_paise for row in (bid, other)}
    least, most = amounts[Side.AGENT], amounts[Side.CLIENT]
    if most < least:
        notices.not_crossed(dispute=dispute, round_number=bid.round, at=at)
        return
    middle = (least + most) // 2
    reason = (
        f"The sealed amounts of round {bid.round} crossed, and {money.rupees(middle)} is the "
        "middle of both."
    )
    try:
        with transaction.atomic():
            resolutions.settle_for(dispute, agent_gets_paise=middle, reason=reason, at=at)
    except Refusal as refusal:
        # Both have agreed, so that neither should have to begin again.
        dispute.refresh_from_db(fields=["state", "due_at", "remind_at", "closed_at"])
        why = f"{reason} It could not be carried out: {refusal}"
        move_to_staff(dispute, why=why, by=None, at=at)
