"""Disputes of an agent, of a client and for staff, and what one side sees of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Agent
from gigs.disputes import wording
from gigs.disputes.parties import other_side
from gigs.models import Client, Dispute, DisputeEvent, DisputeFile, DisputeMessage, SettlementBid
from gigs.models.disputes import BID_ROUNDS


def disputes() -> QuerySet[Dispute]:
    """Disputes with what pages and API show of their people."""
    return Dispute.objects.select_related("agent__user", "client")


def disputes_of(agent: Agent) -> QuerySet[Dispute]:
    """The agent's disputes."""
    return disputes().filter(agent=agent)


def disputes_for(client: Client) -> QuerySet[Dispute]:
    """The client's disputes."""
    return disputes().filter(client=client)


@dataclass(frozen=True)
class DisputeView:
    """What one side sees of a dispute, and can do in it."""

    messages: Sequence[DisputeMessage]
    files: Sequence[DisputeFile]
    events: Sequence[DisputeEvent]
    own_bids: Sequence[SettlementBid]
    #: The round in which amounts are named now; 0 if none are.
    bid_round: int
    has_named: bool
    other_has_named: bool
    result: str
    reason: str
    can_answer: bool
    can_accept: bool
    can_write: bool
    can_escalate: bool
    can_withdraw: bool

    @property
    def can_bid(self) -> bool:
        return bool(self.bid_round) and not self.has_named

    @property
    def rounds_left(self) -> int:
        return BID_ROUNDS - self.bid_round + 1


def view_of(dispute: Dispute, side: str) -> DisputeView:
    """What a side sees: its own amounts, and of the other side's only whether it named one."""
    bids = list(dispute.bids.order_by("round", "side"))
    number = len(bids) // 2 + 1
    takes_bids = dispute.is_in_negotiation and dispute.asked_paise is not None
    now_in = {bid.side for bid in bids if bid.round == number}
    events = list(dispute.events.order_by("pk"))
    is_other = side == other_side(dispute.side)
    return DisputeView(
        messages=list(dispute.messages.order_by("number")),
        files=list(dispute.files.select_related("file").order_by("at", "pk")),
        events=events,
        own_bids=[bid for bid in bids if bid.side == side],
        bid_round=number if takes_bids and number <= BID_ROUNDS else 0,
        has_named=side in now_in,
        other_has_named=other_side(side) in now_in,
        result=result_of(dispute),
        reason=events[-1].why if events and not dispute.is_live else "",
        can_answer=is_other and dispute.is_open,
        can_accept=is_other and dispute.is_live,
        can_write=dispute.is_live and not (is_other and dispute.is_open),
        can_escalate=dispute.is_in_negotiation,
        can_withdraw=not is_other and dispute.is_live,
    )


def result_of(dispute: Dispute) -> str:
    """What happens by the end of the dispute; empty while it is live."""
    if dispute.is_live:
        return ""
    applied = dispute.resolutions.filter(state="APPLIED").first()
    return wording.result_of(dispute, applied)
