"""Correct the gross amount of a payment: one person in finance proposes, another approves."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs.models import Dispute
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from payments import notifications
from payments.earnings import services
from payments.funding import reserves
from payments.models import Adjustment, Payment
from payments.signals import correction_decided, correction_proposed, payment_opened


class NotCorrectable(Refusal):
    """The payment was corrected already, or is itself a correction."""

    code = "not_correctable"
    message = "This payment has already been corrected. Correct the newer payment instead."


class CorrectionPending(Refusal):
    """Another correction of the payment waits for approval."""

    code = "correction_pending"
    message = "A correction of this payment is waiting for approval. Decide on it first."


class NothingChanges(Refusal):
    """The new amount is the old one."""

    code = "nothing_changes"
    message = "This is the amount the payment already has."
    field = "gross_paise"


class OwnProposal(Refusal):
    """The person who proposed something cannot approve it (four-eyes principle)."""

    code = "own_proposal"
    message = "You proposed this, so someone else in finance must approve it."


@transaction.atomic
def propose(
    *, payment: Payment, gross_paise: int, reason: str, by: User, at: datetime
) -> Adjustment:
    """Propose another gross amount for a payment; 0 takes it back altogether."""
    locks.lock_agent_row(payment.agent)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.corrects_id or hasattr(payment, "correction"):
        raise NotCorrectable
    if not reason.strip():
        raise ReasonRequired(
            "Tell the agent why this payment is corrected.", code="no_reason", field="reason"
        )
    if gross_paise == payment.gross_paise:
        raise NothingChanges
    try:
        with transaction.atomic():
            adjustment = Adjustment.objects.create(
                payment=payment,
                gross_paise=gross_paise,
                reason=reason.strip(),
                proposed_by=by,
                proposed_at=at,
            )
    except IntegrityError as fault:
        raise CorrectionPending from fault
    new = {"gross_paise": gross_paise, "reason": adjustment.reason}
    audit.record_event(by=by, action="adjustment.proposed", on=adjustment, at=at, new=new)
    correction_proposed.send(sender=Payment, payment=payment, by=by, at=at)
    return adjustment


@transaction.atomic
def propose_for_dispute(
    *, dispute: Dispute, reduced_by_paise: int, by: User, at: datetime
) -> Adjustment:
    """Propose the lower pay that a dispute about work ended with; finance approves it."""
    payment = Payment.objects.select_related("agent").filter(work=dispute.work_id).first()
    if payment is None or payment.gross_paise < reduced_by_paise:
        raise NotCorrectable
    return propose(
        payment=payment,
        gross_paise=payment.gross_paise - reduced_by_paise,
        reason=f"Dispute {dispute.reference} has ended with a lower pay.",
        by=by,
        at=at,
    )


@transaction.atomic
def approve(*, adjustment: Adjustment, by: User, at: datetime) -> Payment | None:
    """Take the payment back, and pay the right amount, which is returned; None for nothing."""
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    if adjustment.proposed_by_id == by.pk:
        raise OwnProposal
    transition(adjustment, to=Adjustment.State.APPROVED, by=by, at=at, decided_by=by, decided_at=at)
    locks.lock_agent_row(adjustment.payment.agent)
    payments = Payment.objects.select_related("gig__agent", "gig__client", "withholding__year")
    payment = payments.select_for_update(of=("self",)).get(pk=adjustment.payment_id)
    correction_decided.send(sender=Payment, payment=payment, by=by, at=at)
    correction = services.take_back(payment, source_id=adjustment.pk, by=by, at=at)
    audit.record_event(by=by, action="adjustment.approved", on=adjustment, at=at)
    notifications.notify_agent(payment, "payments/corrected", at=at, reason=adjustment.reason)
    paid_again = None
    if adjustment.gross_paise:
        paid_again = services.open_earning(
            kind=payment.kind,
            gig=payment.gig,
            source=adjustment,
            gross_paise=adjustment.gross_paise,
            at=at,
        )
    else:
        # A payout that is ready must not be started with the amount that was taken back.
        payment_opened.send(sender=Payment, payment=correction, at=at)
    reserves.release_ended(gig=payment.gig, at=at)
    return paid_again


@transaction.atomic
def reject(*, adjustment: Adjustment, by: User, at: datetime) -> Adjustment:
    """Reject a correction, or withdraw one's own."""
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    transition(adjustment, to=Adjustment.State.REJECTED, by=by, at=at, decided_by=by, decided_at=at)
    locks.lock_agent_row(adjustment.payment.agent)
    correction_decided.send(sender=Payment, payment=adjustment.payment, by=by, at=at)
    audit.record_event(by=by, action="adjustment.rejected", on=adjustment, at=at)
    return adjustment
