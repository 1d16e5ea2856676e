"""Signal receivers of payments: approved work opens a payment, and a payment gets a payout."""

from datetime import datetime

from django.db.models import Model
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from gigs.models import Client, Dispute, DisputeResolution, Gig, Opportunity, Work
from gigs.signals import (
    amount_earned,
    client_spend_asked,
    dispute_opened,
    dispute_settled,
    gig_ended,
    opportunity_closed,
    opportunity_published,
    payments_asked,
    work_approved,
)
from gigs.workspace.budgets import SpentInMonth
from onboarding.signals import provider_event_received
from payments.billing import services as billing
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.funding import reserves
from payments.models import Payment, Payout
from payments.payouts import events
from payments.payouts import services as payouts
from payments.signals import (
    correction_decided,
    correction_proposed,
    payment_opened,
    payment_taken_back,
)
from payments.statements import queries as statements_queries
from payments.statements import spend


@receiver(opportunity_published, dispatch_uid="funding.reserve_cost")
def reserve_cost(opportunity: Opportunity, at: datetime, **kwargs: object) -> None:
    """Reserve the whole cost; if the client has too little, nothing is published."""
    reserves.reserve_cost(opportunity=opportunity, at=at)


@receiver(opportunity_closed, dispatch_uid="funding.release_unfilled")
def release_unfilled(opportunity: Opportunity, at: datetime, **kwargs: object) -> None:
    """Release the cost of the places that were not filled."""
    reserves.release_unfilled(opportunity=opportunity, at=at)


@receiver(client_spend_asked, dispatch_uid="statements.client_spend")
def client_spend(client: Client, **kwargs: object) -> list[SpentInMonth]:
    """What the client spent, by month and project."""
    return spend.spend_by_month(client)


@receiver(gig_ended, dispatch_uid="funding.release_ended")
def release_ended(gig: Gig, at: datetime, **kwargs: object) -> None:
    """Release what the gig cannot earn any more, or keep it for the agent who replaces it."""
    if gig.state == Gig.State.REPLACED:
        reserves.keep_place(gig=gig, at=at)
    reserves.release_ended(gig=gig, at=at)


@receiver(work_approved, dispatch_uid="earnings.open_payment")
def open_payment_for_work(work: Work, **kwargs: object) -> None:
    """Open the payment of approved work, in the transaction of the approval.

    If the payment cannot be opened, the approval is rolled back. The approval has locked the work
    and the agent, and work is approved once.
    """
    earnings.open_approved(work=work, at=work.decided_at or timezone.now())


@receiver(amount_earned, dispatch_uid="earnings.open_earning")
def open_payment_for_amount(
    gig: Gig,
    kind: str,
    source: Model,
    amount_paise: int,
    at: datetime,
    by: User | None,
    **kwargs: object,
) -> None:
    """Open the payment of a milestone, bonus, late cancellation or resolved dispute, once.

    If it cannot be opened, what announced it is rolled back.
    """
    earnings.open_earning(kind=kind, gig=gig, source=source, gross_paise=amount_paise, at=at, by=by)


@receiver(payment_opened, dispatch_uid="payments.create_payout")
def create_payout_of_payment(payment: Payment, at: datetime, **kwargs: object) -> Payout | None:
    """Create the payout of a new payment, if the agent has a bank account it can go to."""
    return payouts.carry_opened(payment=payment, at=at)


@receiver(payments_asked, dispatch_uid="payments.facts_of_gig")
def facts_of_gig(gig: Gig, **kwargs: object) -> list[dict[str, object]]:
    """What was booked for a gig, as far as its agent and its client both see it."""
    return statements_queries.facts_for_both_sides(gig)


@receiver(dispute_opened, dispatch_uid="payments.hold_disputed")
def hold_disputed(dispute: Dispute, by: User, at: datetime, **kwargs: object) -> None:
    """Hold what is in dispute: in payments that were not sent, and in the client's reserve."""
    payouts.hold_for_dispute(dispute=dispute, by=by, at=at)
    if dispute.gig is not None:
        reserves.keep_disputed(gig=dispute.gig, at=at)


@receiver(dispute_settled, dispatch_uid="payments.release_disputed")
def release_disputed(
    dispute: Dispute,
    resolution: DisputeResolution | None,
    by: User | None,
    at: datetime,
    **kwargs: object,
) -> None:
    """Let what was on hold be paid; a lower pay becomes a correction that finance approves."""
    payouts.release_after_dispute(dispute=dispute, by=by, at=at)
    if resolution is None or resolution.action != DisputeResolution.Action.REDUCE_PAY:
        return
    is_staff = resolution.origin == DisputeResolution.Origin.STAFF
    adjustments.propose_for_dispute(
        dispute=dispute,
        reduced_by_paise=resolution.amount_paise,
        by=by if by is not None and is_staff else dispute.opened_by,
        at=at,
    )


@receiver(correction_proposed, dispatch_uid="payouts.hold_for_correction")
def hold_for_correction(payment: Payment, by: User, at: datetime, **kwargs: object) -> None:
    """No payout carries a payment whose amount is being corrected."""
    payouts.hold_for_correction(payment=payment, by=by, at=at)


@receiver(correction_decided, dispatch_uid="payouts.release_after_correction")
def release_after_correction(payment: Payment, by: User, at: datetime, **kwargs: object) -> None:
    """What is left after the correction can be paid."""
    payouts.release_after_correction(payment=payment, by=by, at=at)


@receiver(payment_taken_back, dispatch_uid="billing.issue_credit_note")
def issue_credit_note(correction: Payment, at: datetime, **kwargs: object) -> None:
    """Issue the credit note of a payment that stands on a bill."""
    billing.issue_credit_note(correction=correction, at=at)


@receiver(provider_event_received, dispatch_uid="payments.record_event")
def record_transfer_event(
    event_id: str, kind: str, reference: str, body_hash: str, at: datetime, **kwargs: object
) -> None:
    """Store an event about a transfer, in the transaction that stores all events."""
    events.record_event(
        event_id=event_id, kind=kind, reference=reference, body_hash=body_hash, at=at
    )
